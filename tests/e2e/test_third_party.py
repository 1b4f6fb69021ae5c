"""Two projects from PyPI that know nothing of this platform, brought up by the steps and the lines of their page alone."""

from __future__ import annotations

import base64
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster import engines
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings
from tests.e2e import check_image, snippets
from tests.e2e.app import App, ready, replace
from tests.e2e.browser import Browser
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

pytestmark = pytest.mark.test_cluster("the projects' images are pushed to its registry")
PAGE = "docs/third-party-projects.md"
SECRETS = ("SECRET_KEY",)
EDITOR, PASSWORD = "editor", "a-password-of-the-tests"
# Asks for a user as `createsuperuser` does, without a terminal.
CREATE = ["createsuperuser", "--noinput", f"--username={EDITOR}", "--email=editor@example.com"]
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC")
"""A PNG of one pixel."""
STATIC = re.compile(r'(?:href|src)="(/static/[^"?]+\.(?:css|js))')
ASK = """\
import time
from django_q.tasks import async_task, fetch
identity = async_task("math.factorial", 5)
for second in range(60):
    done = fetch(identity)
    if done:
        break
    time.sleep(1)
print("result:", done and done.result)
"""


@dataclass(frozen=True)
class Project:
    """A heading of the page, and what its text says for `new-app` and `check-image`."""

    heading: str
    image: str
    new_app: tuple[str, ...]
    check_image: tuple[str, ...]
    next_tag: str


WAGTAIL = Project("Wagtail", "projects/wagtail:1.0.0", ("--storage=cephfs",), ("--storage=cephfs",), "1.0.1")
MAILMAN = Project(
    "mailman-web", "projects/mailman-web:0.0.9", ("--async=1", "--storage=rwo"), ("--storage=rwo",), "0.0.9-1"
)  # fmt: skip


@pytest.fixture(scope="module")
def bring_up(
    fleet: Fleet, kubernetes: Kubernetes, settings: Settings, figures: Figures, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Project], App]:
    """A function that does the page's steps for a project, and says what each took."""
    engines.start(settings, kubernetes, "projects")

    def made(project: Project) -> App:
        start = time.monotonic()
        app = fleet.create("projects", project.heading.partition("-")[0].lower(), project.image, *project.new_app)
        files = snippets.below(PAGE, project.heading)
        snippets.write(files, app.customer_folder)
        figures.add(project.heading, "lines written by hand", str(sum(text.count("\n") for text in files.values())))
        logs = tmp_path_factory.mktemp("logs")
        judged(settings, project, app.customer_folder, logs, figures)
        before = app.repository.git("rev-parse", "HEAD")
        with figures.timed(project.heading, "commit to Healthy, the first time"):
            fleet.add(app, keys=SECRETS)
            app.wait_healthy(seconds=400)
        figures.add(
            project.heading, "commits until it served", app.repository.git("rev-list", "--count", f"{before}..HEAD")
        )
        figures.seconds(project.heading, "from `new-app` on until it served", time.monotonic() - start)
        return app

    return made


def judged(settings: Settings, project: Project, folder: Path, logs: Path, figures: Figures) -> None:
    """Try it as the page says: nothing is to be changed."""
    taken = shutil.copytree(folder, logs / "folder")
    done = check_image.run(settings, f"--folder={taken}", f"--logs={logs}", *project.check_image)
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    bad = [one for one in told["verdicts"] if one["verdict"] == "fails"]
    assert not bad, done.stdout
    figures.seconds(project.heading, "check-image", told["seconds"])
    warned = [f"{one['check']}: {one['seen']}" for one in told["verdicts"] if one["verdict"] == "warns"]
    figures.add(project.heading, "check-image warns", "; ".join(warned) or "of nothing")


@pytest.fixture(scope="module")
def wagtail(bring_up: Callable[[Project], App]) -> App:
    """A site as `wagtail start` makes it, with an editor."""
    app = bring_up(WAGTAIL)
    make_editor(app, "python", "manage.py")
    return app


@pytest.fixture(scope="module")
def mailman(bring_up: Callable[[Project], App]) -> App:
    """mailman-web, with an editor."""
    app = bring_up(MAILMAN)
    make_editor(app, "mailman-web")
    return app


def make_editor(app: App, *command: str) -> None:
    """Make the administrator who logs in, as Django's own command does."""
    app.exec(
        "deployment/web", "env", f"DJANGO_SUPERUSER_PASSWORD={PASSWORD}", *command, *CREATE, container="web"
    )  # fmt: skip


def release(app: App, project: Project, figures: Figures) -> None:
    """Roll the next tag out, and wait until it is the only one."""
    tag = project.image.partition(":")[2]
    revision = app.commit(
        "next release",
        lambda app: replace(
            app.customer_folder / "kustomization.yaml", f"newTag: {tag}", f"newTag: {project.next_tag}"
        ),
    )
    figures.seconds(project.heading, "next release, commit to Healthy", app.wait_healthy(revision, seconds=300))
    images = {one["image"] for pod in app.pods("web") for one in pod["spec"]["containers"]}
    assert {image.rpartition(":")[2] for image in images} == {project.next_tag}


def served(browser: Browser, page: str) -> int:
    """How many of a page's style sheets and scripts the site serves: all of them."""
    found = set(STATIC.findall(browser.get(page).body.decode()))
    assert [path for path in found if browser.get(path).status != 200] == []
    return len(found)


def logged_in(app: App) -> Browser:
    """An editor's browser, after the form to log in with: it sees what no visitor does."""
    browser = Browser(app)
    assert browser.get("/admin/").status == 302
    answer = browser.fill_in("/admin/login/", {"username": EDITOR, "password": PASSWORD})
    assert answer.status == 302, answer.body[-500:]
    assert browser.get("/admin/").status == 200
    return browser


def test_wagtail_serves_its_first_page_and_its_editors(wagtail: App) -> None:
    assert wagtail.request().status == 200
    assert wagtail.request(scheme="http").headers["Location"].startswith("https://")
    browser = logged_in(wagtail)
    assert served(browser, "/admin/") > 5


def test_wagtails_page_and_upload_outlast_a_release_and_the_way_back(wagtail: App, figures: Figures) -> None:
    browser = logged_in(wagtail)
    change = {"title": "Written by the editor", "action-publish": "action-publish"}
    assert browser.fill_in("/admin/pages/3/edit/", change).status == 302
    uploaded = browser.fill_in("/admin/images/add/", {"title": "One pixel"}, {"file": ("pixel.png", PIXEL)})
    assert uploaded.status == 302, uploaded.body[-500:]
    path = wagtail.sql("select '/media/' || file from wagtailimages_image")

    def holds() -> None:
        assert b"Written by the editor" in Browser(wagtail).get("/").body
        assert Browser(wagtail).get(path).body == PIXEL

    holds()
    release(wagtail, WAGTAIL, figures)
    holds()
    assert browser.get("/admin/").status == 200, "the session is gone"
    figures.seconds("Wagtail", "the way back, commit to Healthy", wagtail.wait_healthy(wagtail.revert(), seconds=300))
    holds()
    wagtail.kubectl("delete", "pods", "--selector=app.kubernetes.io/name=web")
    for attempt in eventually(120):
        with attempt:
            [pod] = wagtail.pods("web")
            assert ready(pod)
    holds()


def test_mailman_serves_its_pages_and_its_editors(mailman: App) -> None:
    browser = logged_in(mailman)
    assert browser.get("/hyperkitty/").status == 200
    assert served(browser, "/hyperkitty/") > 1
    assert served(browser, "/admin/") > 1


def test_mailmans_worker_does_what_the_site_sends(mailman: App) -> None:
    said = mailman.exec("deployment/web", "mailman-web", "shell", "-c", ASK, container="web")
    assert "result: 120" in said


def test_mailmans_rows_and_index_outlast_a_release(mailman: App, figures: Figures) -> None:
    mailman.exec("deployment/web", "mailman-web", "rebuild_index", "--noinput", container="web")
    before = mailman.exec("deployment/web", "ls", "/media/fulltext_index", container="async")
    assert before
    release(mailman, MAILMAN, figures)
    assert mailman.exec("deployment/web", "ls", "/media/fulltext_index", container="async") == before
    logged_in(mailman)
