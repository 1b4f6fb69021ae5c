"""A customer's push reaches production by itself: their git server's hook, the promotion, the platform's server, ArgoCD, the site.

The tests build on each other.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster import processes
from tests.e2e import releases
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.promoting import Customer, Promotion
from tests.e2e.repository import Repository
from tests.e2e.wait import eventually
from tests.promotion import transcripts

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(2400),
    pytest.mark.test_cluster("its git server runs hooks"),
]
PUSHES = 10
MOST = 300


@dataclass
class Scene:
    """Two apps of one customer, each with a repository of its own."""

    promotion: Promotion
    shop: Customer
    blog: Customer


@pytest.fixture(scope="module")
def scene(fleet: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Both healthy, and nothing waits to be promoted."""
    promotion = Promotion(fleet, tmp_path_factory.mktemp("promotion"))
    apps = []
    for name in ("shop", "blog"):
        app = fleet.create("acme", name, f"acme/{name}:1.0.0", f"--repository={promotion.address(f'acme-{name}')}")
        releases.push(fleet, app, "1.0.0")
        apps.append(fleet.add(app))
    for app in apps:
        app.wait_healthy(seconds=400)
    return Scene(promotion, *map(promotion.customer, apps))


def follow(scene: Scene, customer: Customer, commit: str, release: str, start: float) -> dict[str, float]:
    """The seconds from a moment until a commit is the platform's, and until the site is that release."""
    seconds: dict[str, float] = {}
    for attempt in eventually(MOST):
        with attempt:
            if "promoted" not in seconds and scene.promotion.landed(commit):
                seconds["promoted"] = time.monotonic() - start
            assert releases.serving(customer.app) == release
    seconds["serving"] = time.monotonic() - start
    assert len(scene.promotion.landed(commit)) == 1
    return seconds


def released(scene: Scene, customer: Customer, release: str) -> dict[str, float]:
    """Push a release, and follow it; /init runs once."""
    commit = customer.tag(release)
    start = time.monotonic()
    done = customer.push()
    took = time.monotonic() - start
    assert done.returncode == 0, done.stderr
    seconds = {"pushed": took, **follow(scene, customer, commit, release, start)}
    assert releases.init_runs(customer.app, release) == 1
    return seconds


def rollouts(app: App) -> int:
    """How often Deployment `web` has got other pods."""
    return int(app.get("deployment", "web")["metadata"]["annotations"]["deployment.kubernetes.io/revision"])


def still(app: App) -> None:
    """Wait until nothing of an app is under way."""
    for attempt in eventually(MOST):
        with attempt:
            assert app.application()["status"]["operationState"]["phase"] == "Succeeded"
            assert app.application()["status"]["health"]["status"] == "Healthy"


def test_a_refused_push_never_enters(scene: Scene) -> None:
    before = scene.promotion.main()
    file = scene.shop.checkout.path / "kustomization.yaml"
    file.write_text(f"{file.read_text()}replicas:\n  - {{name: web, count: 3}}\n")
    scene.shop.checkout.git("commit", "--quiet", "--all", "--message=Three pods")
    done = scene.shop.push()
    assert done.returncode == 1
    assert transcripts.missing(transcripts.REFUSED, done.stderr) == []
    assert scene.shop.checkout.git("ls-remote", scene.shop.checkout.server, "main").split()[0] != (
        scene.shop.checkout.git("rev-parse", "HEAD")
    )
    scene.shop.drop()
    assert scene.promotion.main() == before


def test_a_push_shows_what_it_changes_and_reaches_production(scene: Scene, fleet: Fleet) -> None:
    releases.push(fleet, scene.shop.app, "1.1.0")
    commit = scene.shop.tag("1.1.0")
    start = time.monotonic()
    done = scene.shop.push()
    assert done.returncode == 0, done.stderr
    assert transcripts.missing(transcripts.TAKEN, done.stderr) == []
    with scene.promotion.service():
        follow(scene, scene.shop, commit, "1.1.0", start)
        for attempt in eventually(30):
            with attempt:
                note = scene.shop.note(commit)
    assert note.startswith("promoted\n")
    assert "acme/shop:1.1.0" in note


def test_ten_pushes(scene: Scene, fleet: Fleet, figures: Figures) -> None:
    """By the two customers in turns: a push of the one touches nothing of the other's."""
    turns = [(scene.shop, scene.blog)[number % 2] for number in range(PUSHES)]
    tags = [f"1.2.{number}" for number in range(PUSHES)]
    for customer, tag in zip(turns, tags, strict=True):
        releases.push(fleet, customer.app, tag)
    still(scene.shop.app)
    before = [rollouts(customer.app) for customer in (scene.shop, scene.blog)]
    with scene.promotion.service():
        times = [released(scene, customer, tag) for customer, tag in zip(turns, tags, strict=True)]
    assert [releases.init_runs(customer.app, tag) for customer, tag in zip(turns, tags, strict=True)] == [1] * PUSHES
    assert [rollouts(customer.app) for customer in (scene.shop, scene.blog)] == [one + PUSHES // 2 for one in before]
    for what, words in (
        ("pushed", "the push itself, with the server's hook"),
        ("promoted", "from the push until its commit is the platform's"),
        ("serving", "from the push until the site is the new release"),
    ):
        seconds = [one[what] for one in times]
        figures.add(words, "median of 10", f"{statistics.median(seconds):.1f} s")
        figures.add(words, "slowest", f"{max(seconds):.1f} s")


def test_two_customers_at_once(scene: Scene, fleet: Fleet, figures: Figures) -> None:
    both = (scene.shop, scene.blog)
    for customer in both:
        releases.push(fleet, customer.app, "2.0.0")
    with scene.promotion.service(), ThreadPoolExecutor(2) as executor:
        times = list(executor.map(lambda customer: released(scene, customer, "2.0.0"), both))
    for what, words in (
        ("pushed", "two pushes at once: both are in"),
        ("serving", "two pushes at once: both sites are the new release"),
    ):
        figures.add(words, "slowest", f"{max(one[what] for one in times):.1f} s")


def test_the_way_back_is_a_revert(scene: Scene, figures: Figures) -> None:
    still(scene.shop.app)
    scene.shop.checkout.git("revert", "--no-edit", "HEAD")
    commit = scene.shop.checkout.git("rev-parse", "HEAD")
    start = time.monotonic()
    with scene.promotion.service():
        assert scene.shop.push().returncode == 0
        seconds = follow(scene, scene.shop, commit, f"1.2.{PUSHES - 2}", start)
    figures.add(
        "from the push of a revert until the site is the release before", "slowest", f"{seconds['serving']:.1f} s"
    )


def test_what_only_the_platform_knows_is_told_below_the_commit(scene: Scene) -> None:
    before = scene.promotion.main()
    [mine], [other] = scene.blog.app.hosts, scene.shop.app.hosts
    commit = scene.blog.change("app.env", f"HOSTS={mine}", f"HOSTS={other}")
    assert scene.blog.push().returncode == 0, "the server's hook knows nothing of other apps"
    with pytest.raises(processes.CommandError):
        scene.promotion.promote(scene.blog.app)
    note = scene.blog.note(commit)
    assert note.startswith("refused\n")
    assert "app.env:" in note
    assert "host-duplicate" in note
    assert scene.promotion.main() == before
    scene.blog.checkout.git("revert", "--no-edit", "HEAD")
    assert scene.blog.push().returncode == 0
    scene.promotion.promote(scene.blog.app)


def test_a_review(scene: Scene, fleet: Fleet, figures: Figures) -> None:
    app = scene.blog.app
    scene.promotion.configure(app, "promotion: auto", "promotion: review")
    releases.push(fleet, app, "3.0.0")
    commit, before = scene.blog.tag("3.0.0"), scene.promotion.main()
    assert scene.blog.push().returncode == 0
    scene.promotion.promote(app)
    branch = f"review/{app.customer}/{app.name}/{commit}"
    read = scene.promotion.server("log", "-1", "--format=%B", branch)
    assert "containers[web].image" in read
    assert "acme/blog:3.0.0" in read
    assert scene.blog.note(commit).startswith("waits for review\n")
    assert scene.promotion.main() == before
    start = time.monotonic()
    scene.promotion.promote(app, f"--approved={commit}", "--by=An Engineer")
    seconds = follow(scene, scene.blog, commit, "3.0.0", start)
    figures.add("from the approval until the site is the new release", "slowest", f"{seconds['serving']:.1f} s")
    assert "Hosting-Approved-By: An Engineer" in scene.promotion.server("log", "-1", "--format=%B", "main")


def test_the_promotions_key_changes_no_size(scene: Scene, tmp_path: Path) -> None:
    """Whoever has it, by SSH: the server's hook knows the key by its line, whatever is asked for."""
    before, stolen = (
        scene.promotion.main(),
        Repository(tmp_path / "stolen", scene.promotion.fleet.repository.server, "main"),
    )
    stolen.git("config", "core.sshCommand", scene.promotion.ssh(scene.promotion.promotion))
    stolen.git("pull", "--quiet", stolen.server, "main")
    sizing = scene.blog.app.platform_folder.relative_to(scene.promotion.fleet.root) / "sizing.yaml"
    file = stolen.path / sizing
    replace(file, "replicas: 1", "replicas: 9")
    with pytest.raises(processes.CommandError, match="may change files of apps in overlays/customers only"):
        stolen.commit("acme/blog: more")
    assert scene.promotion.main() == before
