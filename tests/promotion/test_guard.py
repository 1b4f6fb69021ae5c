"""The platform's own server: whatever the promotion's key pushes, it changes files of one app of a customer at a time."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..validators.repository import Repository
from . import scene
from .scene import APP, ROOT, Scene, git
from .test_promote import FOLDER, push

HOOK = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m validators update-hook "$@"\n'


@pytest.fixture
def stolen(blog: Scene) -> Repository:
    """A checkout with which somebody pushes who has the promotion's key."""
    hook = blog.server / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)
    git(blog.top, "clone", "--quiet", blog.server.as_uri(), "stolen")
    return Repository(blog.top / "stolen")


def pushed(repository: Repository, *refs: str, key: str = "promotion") -> subprocess.CompletedProcess[str]:
    words = ["git", "-C", repository.root, "push", "--force", "origin", *refs]
    environment = {"DJANGO_HOSTING_KEY": key, "PATH": "/usr/bin:/bin"}
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def sizes(at: Repository) -> None:
    at.edit(f"overlays/ungleich/{APP}/sizing.yaml", "replicas: 1", "replicas: 9")


def library(at: Repository) -> None:
    (at.root / "base/more.yaml").write_text("a: 1\n")


def link(at: Repository) -> None:
    (at.root / FOLDER / "more.env").symlink_to("/etc/passwd")


def nobodys(at: Repository) -> None:
    folder = at.root / "overlays/customers/example/new"
    folder.mkdir()
    (folder / "app.env").write_text("A=1\n")


def beside(at: Repository) -> None:
    (at.root / "overlays/customers/kustomization.yaml").write_text("a: 1\n")


def two(at: Repository) -> None:
    nobodys(at)
    at.edit(f"{FOLDER}/app.env", "HOSTS=", "A=1\nHOSTS=")


REFUSED = {
    "sizes": (sizes, "may change files of apps in overlays/customers only"),
    "the library": (library, "may change files of apps in overlays/customers only"),
    "a file beside the apps": (beside, "may change files of apps in overlays/customers only"),
    "a link": (link, "a link or a submodule"),
    "an app that the platform hasn't": (nobodys, "which has no folder in overlays/ungleich"),
    "two apps at once": (two, "changes 2 apps: a promotion changes one"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_stolen_key_can_not_change(blog: Scene, stolen: Repository, name: str) -> None:
    change: Callable[[Repository], None]
    change, says = REFUSED[name]
    change(stolen)
    stolen.commit(f"{APP}: Change")
    before = blog.main()
    done = pushed(stolen, "HEAD:main")
    assert (done.returncode, blog.main()) == (1, before)
    assert says in done.stderr
    assert pushed(stolen, "HEAD:main", key="engineer").returncode == 0, "an engineer's key isn't held"


def test_nor_overwrite_what_is_there(blog: Scene, stolen: Repository) -> None:
    git(blog.server, "config", "receive.denyDeletes", "false")
    git(blog.server, "config", "receive.denyDeleteCurrent", "ignore")
    before = blog.main()
    stolen.git("reset", "--quiet", "--hard", "HEAD~1")
    assert "isn't on top of" in pushed(stolen, "HEAD:main").stderr
    assert "may neither come nor go" in pushed(stolen, ":main").stderr
    assert "isn't a branch of the promotion" in pushed(stolen, "HEAD:refs/heads/other").stderr
    assert "isn't a branch of the promotion" in pushed(stolen, "HEAD:refs/tags/v1.0.0").stderr
    assert blog.main() == before


def test_nor_hide_a_change_in_a_merge(blog: Scene, stolen: Repository) -> None:
    stolen.git("checkout", "--quiet", "-b", "other")
    library(stolen)
    stolen.commit(f"{APP}: Change")
    stolen.git("checkout", "--quiet", "main")
    stolen.edit(f"{FOLDER}/app.env", "HOSTS=", "A=1\nHOSTS=")
    stolen.commit(f"{APP}: Change")
    stolen.git("merge", "--quiet", "--no-edit", "other")
    assert "has 2 parents: a promotion has one" in pushed(stolen, "HEAD:main").stderr


def test_nor_say_it_was_another_app(blog: Scene, stolen: Repository) -> None:
    stolen.edit(f"{FOLDER}/app.env", "HOSTS=", "A=1\nHOSTS=")
    stolen.commit("example/shop: Change")
    assert "changes example/blog, and its message says something else" in pushed(stolen, "HEAD:main").stderr


def test_what_the_promotion_does_is_let_through(
    blog: Scene, stolen: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_HOSTING_KEY", "promotion")
    push(blog, "A=1\n")
    assert blog.promote().returncode == 0
    assert blog.promoted(f"{FOLDER}/app.env").endswith(b"A=1\n")
    monkeypatch.delenv("DJANGO_HOSTING_KEY")
    blog.configure(promotion="review")
    monkeypatch.setenv("DJANGO_HOSTING_KEY", "promotion")
    commit = push(blog, "B=1\n")
    done = blog.promote()
    assert done.returncode == 0, done.stderr
    branch = f"review/{APP}/{commit}"
    assert git(blog.server, "branch", "--list", branch).strip() == branch
    assert pushed(stolen, f":{branch}").returncode == 0, "what was superseded may go"


def test_what_a_refused_promotion_says(blog: Scene, stolen: Repository) -> None:
    """The server's words reach whoever runs it."""
    hook = Path(blog.server / "hooks/update")
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    push(blog, "A=1\n")
    done = blog.promote()
    assert done.returncode == 2
    assert "the platform's repository refuses the commit" in done.stderr
    assert "not today" in done.stderr
    assert scene.HEAD
