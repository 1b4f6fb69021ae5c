"""maintenance and suspended: visitors sent to a page and back while they go on asking, and what runs meanwhile."""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.cluster.web import Response
from tests.e2e import releases
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually
from tests.e2e.watch import watched

SIZING = "  - ../../../../components/sizing\n"
PAGE = "<title>Closed</title><h1>Until noon</h1>\n"
Change = Callable[[App], object]


@pytest.fixture(params=["example-blog", "example-shop"], scope="module")
def app(request: pytest.FixtureRequest, fleet: Fleet) -> App:
    """One pod on a block volume behind an Ingress; several behind an HTTPRoute, with a worker, on a database of their own."""
    return fleet.healthy(request.param)


@pytest.fixture(scope="module")
def blog(fleet: Fleet) -> App:
    """The smaller one."""
    return fleet.healthy("example-blog")


@pytest.fixture(autouse=True)
def ended(request: pytest.FixtureRequest) -> Iterator[None]:
    """Takes the lines away where a test failed before it did."""
    yield
    app = request.getfixturevalue("app" if "app" in request.fixturenames else "blog")
    if listed(app):
        app.commit("end", without)
        app.wait_healthy(seconds=300)


def listed(app: App) -> bool:
    """Whether a line stands below sizing."""
    return re.search(r"components/(maintenance|suspended)", kustomization(app)) is not None


def kustomization(app: App) -> str:
    """The platform's list."""
    return (app.platform_folder / "kustomization.yaml").read_text()


def with_lines(*components: str) -> Change:
    """Return what lists components below sizing."""
    lines = SIZING + "".join(f"  - ../../../../components/{name}\n" for name in components)
    return lambda app: replace(app.platform_folder / "kustomization.yaml", SIZING, lines)


def without(app: App) -> None:
    """Delete the lines."""
    text = re.sub(r"  - \S+/components/(maintenance(/quiet)?|suspended)\n", "", kustomization(app))
    (app.platform_folder / "kustomization.yaml").write_text(text)


def commit(app: App, message: str, change: Change, wanted: int) -> tuple[float, Counter[str]]:
    """Commit a change while visitors ask; returns the seconds until one has the wanted status, and all answers."""

    def ask() -> str:
        return str(app.request().status)

    with watched(ask) as answers:
        start = time.monotonic()
        app.commit(message, change)
        for attempt in eventually(300):
            with attempt:
                assert app.request().status == wanted
        seconds = time.monotonic() - start
        app.wait_healthy(seconds=300)
        time.sleep(15)  # what ends has 10 s to be forgotten
    return seconds, Counter(answers)


def job(app: App) -> str:
    """Which Job `migrate` there is, "" for none."""
    return app.kubectl("get", "job", "migrate", "--ignore-not-found", "--output=jsonpath={.metadata.uid}")


def is_the_page(answer: Response) -> None:
    """Assert that this is what visitors get meanwhile."""
    assert (answer.status, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (503, "60", "no-store")


def test_no_request_is_lost_when_the_page_comes_and_goes(app: App, figures: Figures) -> None:
    before, pods = job(app), {pod["metadata"]["uid"] for pod in app.pods("web")}
    seconds, answers = commit(app, "maintenance", with_lines("maintenance"), 503)
    figures.seconds(app.namespace, "commit of maintenance, to the page", seconds)
    assert set(answers) == {"200", "503"}, answers
    is_the_page(app.request(method="POST", path="/anything", body=b"x" * 3_000_000))
    answer = app.request(headers={"Accept": "application/json"})
    is_the_page(answer)
    assert (answer.headers.get_content_type(), answer.body[:11]) == ("application/json", b'{"detail": ')
    assert {pod["metadata"]["uid"] for pod in app.pods("web")} == pods
    assert job(app) in ("", before)
    seconds, answers = commit(app, "no maintenance", without, 200)
    figures.seconds(app.namespace, "commit without maintenance, to the site", seconds)
    assert set(answers) == {"200", "503"}, answers
    assert job(app) != before
    assert app.pods("page") == []


def test_the_customers_page_and_who_passes_it(blog: App, fleet: Fleet) -> None:
    def change(app: App) -> None:
        fleet.sealer.seal(app.customer, app.name, "maintenance", "token", token)
        (app.customer_folder / "maintenance.html").write_text(PAGE)
        file = app.customer_folder / "kustomization.yaml"
        generator = "configMapGenerator:\n"
        replace(file, generator, f"{generator}  - name: pages\n    files: [maintenance.html]\n")
        with_lines("maintenance")(app)

    token = secrets.token_hex(16)
    commit(blog, "maintenance with a page", change, 503)
    assert blog.request().body.decode() == PAGE
    assert blog.request(path="/?maintenance=wrong").status == 503
    entered = blog.request(path=f"/?maintenance={token}")
    assert (entered.status, entered.headers["Location"]) == (303, "/")
    cookie = {"Cookie": entered.headers["Set-Cookie"].partition(";")[0]}
    answer = blog.request(headers=cookie)
    assert (answer.status, answer.headers["X-Maintenance"]) == (200, "bypassed")
    assert b"<h1>Files</h1>" in answer.body
    assert blog.request(headers={"Cookie": "maintenance="}).status == 503


def test_a_release_behind_the_page_is_migrated_before_visitors_come(blog: App, fleet: Fleet, figures: Figures) -> None:
    releases.push(fleet, blog, "8.0.0", init=releases.INIT.replace("cd /app\n", "cd /app\nsleep 20\n"))
    commit(blog, "maintenance", with_lines("maintenance"), 503)

    def change(app: App) -> None:
        without(app)
        file = app.customer_folder / "kustomization.yaml"
        file.write_text(re.sub(r"newTag: .*", "newTag: 8.0.0", file.read_text()))

    seconds, answers = commit(blog, "release behind the page", change, 200)
    figures.seconds(blog.namespace, "release with 20 s of /init behind the page, to the site", seconds)
    assert set(answers) == {"200", "503"}, answers
    assert releases.serving(blog) == "8.0.0"
    assert releases.init_runs(blog, "8.0.0") == 1


def test_suspended_and_resumed(app: App, figures: Figures) -> None:
    rows = app.sql("select count(*) from django_migrations")
    claims = {one["metadata"]["uid"] for one in app.get("persistentvolumeclaims")["items"]}
    seconds, answers = commit(app, "suspended", with_lines("suspended"), 503)
    figures.seconds(app.namespace, "commit of suspended, to the page", seconds)
    assert set(answers) == {"200", "503"}, answers
    for attempt in eventually(120):
        with attempt:
            [only] = [pod for pod in app.get("pods")["items"] if pod["status"]["phase"] == "Running"]
            assert only["metadata"]["labels"]["app.kubernetes.io/name"] == "page"
    assert {one["metadata"]["uid"] for one in app.get("persistentvolumeclaims")["items"]} == claims
    seconds, answers = commit(app, "resumed", without, 200)
    figures.seconds(app.namespace, "commit without suspended, to the site", seconds)
    assert set(answers) == {"200", "503"}, answers
    assert app.sql("select count(*) from django_migrations") == rows
