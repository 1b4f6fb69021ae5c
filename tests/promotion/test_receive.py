"""A push to a customer's git server: what is wrong is said on the pusher's terminal, and nothing of it enters."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.zones import OURS
from validators.sources import app_facts

from . import scene, transcripts
from .scene import APP, ROOT, Scene, git

HOOK = f"#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m validators pre-receive-hook\n"


def install(scene: Scene, app: str = APP) -> Path:
    """Let a customer's server run the hook, and return the repository."""
    server = Path(scene.url(app).removeprefix("file://"))
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)
    git(server, "config", "hosting.app", app)
    return server


def push(scene: Scene, *refs: str, app: str = APP) -> subprocess.CompletedProcess[str]:
    """Push from the customer's checkout; stderr is what they see."""
    words = ["git", "-C", scene.customer(app).root, "push", "origin", *(refs or ["main"])]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def objects(server: Path) -> set[str]:
    return set(git(server, "cat-file", "--batch-all-objects", "--batch-check").split("\n"))


def test_what_is_wrong_never_enters(blog: Scene) -> None:
    server = install(blog)
    before = objects(server)
    customer = blog.customer()
    customer.edit("kustomization.yaml", "newTag: ", "newTag: latest # ")
    customer.commit()
    done = push(blog)
    assert done.returncode == 1
    seen = [line.removeprefix("remote: ").rstrip() for line in done.stderr.splitlines()]
    [line] = [line for line in seen if line.startswith("kustomization.yaml:")]
    assert "image-tag" in line
    assert "write a tag that you push only once, as newTag: 1.4.2" in line
    assert "example/blog: not taken: put the lines above right, commit, and push again" in seen
    assert objects(server) == before


def test_what_passes_shows_what_it_changes(blog: Scene) -> None:
    server = install(blog)
    customer = blog.customer()
    customer.edit("app.env", "HOSTS=", "GREETING=hi\nHOSTS=")
    commit = customer.commit()
    done = push(blog)
    assert done.returncode == 0, done.stderr
    assert "What it changes, rendered:" in done.stderr
    assert "ConfigMap/app-config  data.GREETING  -         hi" in done.stderr
    assert git(server, "rev-parse", "main").strip() == commit


def test_a_repair_on_top_of_what_was_refused_passes(blog: Scene) -> None:
    install(blog)
    customer = blog.customer()
    customer.edit("app.env", "HOSTS=", "HOST=")
    customer.commit()
    assert push(blog).returncode == 1
    customer.edit("app.env", "HOST=", "HOSTS=")
    customer.commit()
    assert push(blog).returncode == 0


def test_other_branches_are_their_own_affair(blog: Scene) -> None:
    install(blog)
    customer = blog.customer()
    customer.edit("app.env", "HOSTS=", "HOST=")
    customer.commit()
    assert push(blog, "main:refs/heads/draft").returncode == 0


def test_the_branch_that_runs_is_not_deleted(blog: Scene) -> None:
    server = install(blog)
    git(server, "config", "receive.denyDeleteCurrent", "ignore")
    done = push(blog, ":main")
    assert done.returncode == 1
    assert "main is what runs, and can't be deleted: to go back, git revert and push" in done.stderr


def test_a_repository_of_nobody_says_so(blog: Scene) -> None:
    git(install(blog), "config", "--unset", "hosting.app")
    blog.customer().edit("app.env", "HOSTS=", "A=1\nHOSTS=")
    blog.customer().commit()
    done = push(blog)
    assert done.returncode == 1
    assert "whose app is this? git config hosting.app CUSTOMER/APP" in done.stderr


def test_the_promotion_tells_its_verdict_through_the_hook(blog: Scene) -> None:
    install(blog)
    customer = blog.customer()
    customer.edit("app.env", "HOSTS=", "A=1\nHOSTS=")
    commit = customer.commit()
    assert push(blog).returncode == 0
    assert blog.promote().returncode == 0
    assert blog.note(APP, commit).startswith("promoted\n")


EXAMPLES = sorted(path.name for path in (ROOT / "overlays/customers/example").iterdir())


@pytest.mark.parametrize("name", EXAMPLES)
def test_with_its_facts_an_app_is_judged_as_on_the_platform(name: str, tmp_path: Path) -> None:
    """Whatever storage, database and features it has, the platform's stand-in is sound."""
    app = f"example/{name}"
    made = scene.make(tmp_path, app)
    customer = made.customer(app)
    customer.edit("app.env", "HOSTS=", "FURTHER=1\nHOSTS=")
    commit = customer.commit()
    assert push(made, app=app).returncode == 0
    done = made.promote(app)
    assert done.returncode == 0, done.stderr
    assert made.note(app, commit).endswith(": no findings\n\n") or "no findings" in made.note(app, commit)
    server = install(made, app)
    facts = app_facts.parse(git(server, "show", f"{app_facts.REF}:{app_facts.FILE}").encode())
    assert facts is not None
    customer.edit("app.env", "FURTHER=1", "FURTHER=2")
    customer.commit()
    done = push(made, app=app)
    assert (done.returncode, "no findings" in done.stderr) == (0, True), done.stderr


@pytest.mark.parametrize("feature", ["async", "nginx"])
def test_what_was_not_granted_is_said_at_the_push_with_facts(feature: str, tmp_path: Path) -> None:
    app = "example/minimal"
    made = scene.make(tmp_path, app)
    customer = made.customer(app)
    customer.edit("app.env", "HOSTS=", "FURTHER=1\nHOSTS=")
    customer.commit()
    assert push(made, app=app).returncode == 0
    assert made.promote(app).returncode == 0
    server = install(made, app)
    before = git(server, "rev-parse", "main")
    customer.edit("kustomization.yaml", "components:\n", f"components:\n  - ../../../../components/{feature}\n")
    commit = customer.commit()
    told = push(made, app=app)
    assert told.returncode == 1, f"the platform grants no {feature} to this app"
    git(server, "config", "--unset", "hosting.app")
    (server / "hooks/pre-receive").unlink()
    assert push(made, app=app).returncode == 0
    assert made.promote(app).returncode == 1
    promoted = {line for line in made.note(app, commit).splitlines() if ": " in line and ":" in line.split(" ")[0]}
    seen = {line.removeprefix("remote: ").rstrip() for line in told.stderr.splitlines()}
    assert {line for line in promoted if line.startswith(("kustomization.yaml", "app.env"))} <= seen
    assert before != git(server, "rev-parse", "main")
    assert OURS.of(app)


def test_the_page_shows_what_is_printed(tmp_path: Path) -> None:
    made = scene.make(tmp_path)
    shutil.copytree(ROOT / "overlays/template", made.platform.root / "overlays/template")
    words = ["CUSTOMER=acme", "APP=shop", "HOST=shop.acme.example", "IMAGE=registry.example.com/acme/shop:1.0.0"]
    assert scene.command("new-app", *words, f"--root={made.platform.root}").returncode == 0
    customer = made.customer("acme/shop")
    install(made, "acme/shop")
    customer.edit("kustomization.yaml", "newTag: 1.0.0", "newTag: 1.1.0")
    customer.commit()
    assert transcripts.missing(transcripts.TAKEN, push(made, app="acme/shop").stderr) == []
    with (customer.root / "kustomization.yaml").open("a") as file:
        file.write("replicas:\n  - {name: web, count: 3}\n")
    customer.commit()
    assert transcripts.missing(transcripts.REFUSED, push(made, app="acme/shop").stderr) == []
