"""Many pushes at once: each lands once, whoever else writes, and what goes wrong with one is no other's."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tenacity import wait_none

from tests.zones import OURS
from validators.promotion import promote
from validators.promotion.platform import Platform
from validators.promotion.problem import Moved
from validators.promotion.queue import Queue

from ..bench.generate import generate
from ..validators.repository import Repository
from . import scene
from .scene import ROOT, Scene, git

PUSHES = 100
WRITERS = 3
WRITER = """
import sys
from pathlib import Path
from validators.promotion.platform import Platform
from validators.promotion.promote import Asked
from validators.promotion.queue import Queue
queue = Queue(Platform(Path(sys.argv[1])), "", lambda line: print(line, file=sys.stderr))
sys.exit(max(queue.one(name, Asked()) for name in sys.argv[2:]))
"""


def fleet(top: Path, apps: int) -> tuple[Scene, list[str]]:
    """Return a scene with generated apps, and the names of those that have a customer's folder, each with a repository."""
    generate(top / "platform", apps)
    platform = Repository(top / "platform")
    platform.git("init", "--quiet", "--initial-branch=main")
    made = Scene(top, platform)
    scene.bare(made.server)
    platform.git("remote", "add", "origin", made.server.as_uri())
    folders = sorted((platform.root / "overlays/customers").glob("*/*"))
    names = ["/".join(folder.parts[-2:]) for folder in folders]
    platform.commit("Begin")
    for name in names:
        made.customer(name)
        spec = f"  repository:\n    url: {made.url(name)}\n    branch: main\n    promotion: auto\n"
        (platform.root / OURS.of(name)[1] / "app.yaml").write_text(scene.HEAD + spec)
    platform.commit("Repositories")
    platform.git("push", "--quiet", "origin", "main")
    return made, names


def pushed(made: Scene, name: str) -> str:
    customer = made.customer(name)
    with (customer.root / "app.env").open("a") as file:
        file.write("PUSHED=1\n")
    commit = customer.commit("Push")
    customer.git("push", "--quiet", "origin", "main")
    return commit


@pytest.mark.timeout(1200)
def test_all_of_many_pushes_land_once(tmp_path: Path) -> None:
    """Three writers in clones of their own, that know nothing of each other, race for one branch."""
    made, names = fleet(tmp_path, PUSHES + 30)
    names = names[:PUSHES]
    assert len(names) == PUSHES
    with ThreadPoolExecutor(8) as executor:
        commits = dict(zip(names, executor.map(lambda name: pushed(made, name), names), strict=True))
    before = made.main()
    # What the others claim is known already, as it is to a promotion that has run before.
    scene.command("check", f"--root={made.platform.root}", XDG_CACHE_HOME=str(tmp_path / "cache"))
    writers = []
    for number in range(WRITERS):
        cache = shutil.copytree(tmp_path / "cache", tmp_path / f"cache{number}")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache)}
        clone = tmp_path / f"clone{number}"
        git(tmp_path, "clone", "--quiet", "--bare", made.server.as_uri(), str(clone))
        words = [sys.executable, "-c", WRITER, str(clone), *names[number::WRITERS]]
        writers.append(subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True))
    said = [writer.communicate()[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, [words[-1000:] for words in said]
    form = "--format=%(trailers:key=Hosting-Commit,valueonly,separator=%x2C)"
    landed = git(made.server, "log", form, f"{before}..main").split()
    assert sorted(landed) == sorted(commits.values())
    assert git(made.server, "rev-list", "--min-parents=2", f"{before}..main") == ""
    for name in names:
        assert b"PUSHED=1" in made.promoted(f"{OURS.of(name)[0]}/app.env")


def test_a_race_that_is_lost_often_is_won_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty-five times: three writers have been seen to leave one of them behind at the twentieth."""
    made = scene.make(tmp_path, scene.APP)
    commit = pushed(made, scene.APP)
    lost = iter(range(25))
    push = Platform.push

    def slower(*words: object) -> None:
        if next(lost, None) is not None:
            raise Moved("somebody else was faster")
        push(*words)

    monkeypatch.setattr(Platform, "push", slower)
    monkeypatch.setattr(promote._Promotion.land.retry, "wait", wait_none())
    assert Queue(Platform(made.top / "clone"), "", print).one(scene.APP, promote.Asked()) == 0
    assert next(lost, None) is None
    assert made.trailer("Hosting-Commit") == commit


def test_all_takes_what_waits_and_no_more(tmp_path: Path) -> None:
    apps = ("example/blog", "example/minimal")
    made = scene.make(tmp_path, *apps)
    clone = f"--root={made.top / 'clone'}"
    commits = [pushed(made, app) for app in apps]
    shutil.rmtree(made.top / "example-minimal.git")
    done = scene.command("promote", "ALL=1", clone)
    assert done.returncode == 2
    assert "example/minimal: file://" in done.stderr
    assert "doesn't answer" in done.stderr
    assert made.trailer("Hosting-Commit") == commits[0]
    scene.bare(made.top / "example-minimal.git")
    made.customer("example/minimal").git("push", "--quiet", "origin", "main")
    done = scene.command("promote", "ALL=1", clone)
    assert done.returncode == 0, done.stderr
    assert made.trailer("Hosting-Commit") == commits[1]
    assert "example/blog" not in done.stderr, "was looked at already"
    assert scene.command("promote", "ALL=1", clone).stderr == ""


def test_what_was_refused_is_tried_again_when_the_platform_has_changed(tmp_path: Path) -> None:
    app = "example/minimal"
    made = scene.make(tmp_path, app)
    clone = f"--root={made.top / 'clone'}"
    customer = made.customer(app)
    customer.edit("kustomization.yaml", "components:\n", "components:\n  - ../../../../components/async\n")
    commit = customer.commit()
    customer.git("push", "--quiet", "origin", "main")
    assert scene.command("promote", "ALL=1", clone).returncode == 1
    assert "it isn't granted to this app yet; ask ungleich" in made.note(app, commit)
    assert scene.command("promote", "ALL=1", clone).stderr == ""
    made.platform.edit("overlays/ungleich/example/minimal/sizing.yaml", "replicas: 0", "replicas: 1")
    made.platform.commit("A worker")
    made.platform.git("push", "--quiet", "origin", "main")
    done = scene.command("promote", "ALL=1", clone)
    assert done.returncode == 0, done.stderr
    assert made.trailer("Hosting-Commit") == commit


def test_a_program_is_told_of_each_verdict(tmp_path: Path) -> None:
    made = scene.make(tmp_path, scene.APP)
    program = tmp_path / "status"
    program.write_text(f'#!/bin/sh\n{{ echo "$@"; cat; }} > {tmp_path}/told\n')
    program.chmod(0o755)
    commit = pushed(made, scene.APP)
    assert made.promote(scene.APP, f"STATUS={program}").returncode == 0
    told = (tmp_path / "told").read_text()
    assert told.startswith(f"{scene.APP} {commit} promoted\n")
    assert "data.PUSHED" in told
    done = made.promote(scene.APP, "STATUS=/nowhere")
    assert (done.returncode, "the status isn't reported" in done.stderr) == (0, True)
