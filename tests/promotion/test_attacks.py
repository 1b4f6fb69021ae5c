"""Each attack of attacks.py, by real git, is stopped by the layer that is meant for it, and by no chance."""

import time

import pytest

from ..conftest import ROOT
from . import scene
from .attacks import ATTACKS, Attack
from .scene import APP, git
from .test_promote import FOLDER

NAME = "victim/site"
SECONDS = 90


@pytest.fixture
def two(tmp_path):
    """The blog, and an app of another customer."""
    made = scene.make(tmp_path, APP)
    for zone in ("customers", "ungleich"):
        scene.shutil.copytree(
            ROOT / "overlays" / zone / "example/minimal", made.platform.root / "overlays" / zone / NAME
        )
    file = f"overlays/ungleich/{NAME}/kustomization.yaml"
    made.platform.edit(file, "namespace: example-minimal", "namespace: victim-site")
    made.platform.edit(file, "customers/example/minimal", f"customers/{NAME}")
    made.platform.edit(f"overlays/customers/{NAME}/app.env", "HOSTS=minimal.example.com", "HOSTS=victim.example.com")
    made.platform.commit("Another customer")
    made.platform.git("push", "--quiet", "origin", "main")
    return made


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(attack: Attack, two: scene.Scene) -> None:
    before = two.main()
    customer = two.customer()
    commit = attack.make(two, customer)
    start = time.monotonic()
    done = two.promote()
    assert time.monotonic() - start < SECONDS
    assert "Traceback" not in done.stderr
    if attack.says:
        assert done.returncode == 1, done.stderr
        assert two.main() == before
        note = two.note(APP, commit)
        assert note.startswith("refused\n")
        assert attack.says in note
        assert "victim/" not in note, "no other customer's name"
        return
    assert done.returncode == 0, done.stderr
    landed = git(two.server, "ls-tree", "-r", f"main:{FOLDER}").splitlines()
    theirs = git(customer.root, "--no-replace-objects", "ls-tree", "-r", commit).splitlines()
    assert landed == [line for line in theirs if ".gitattributes" not in line]
    assert two.trailer("Hosting-Commit") == commit
    assert two.trailer("Hosting-Approved-By") == ""
    assert git(two.server, "log", "-1", "--format=%an %cn", "main") == "promotion promotion\n"
