"""Where app.yaml names signers, a commit without the signature of one of them isn't taken."""

import subprocess
from pathlib import Path

import pytest

from .scene import APP, Scene
from .test_promote import push


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    made = {}
    for name in ("theirs", "strangers"):
        made[name] = tmp_path / name
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", made[name]]
        subprocess.run(command, check=True)
    return made


def signed_by(scene: Scene, key: Path | None, name: str) -> str:
    customer = scene.customer()
    if key:
        customer.git("config", "gpg.format", "ssh")
        customer.git("config", "user.signingkey", str(key))
        customer.git("config", "commit.gpgsign", "true")
    commit = push(scene, f"{name}=1\n")
    if key:
        customer.git("config", "--unset", "commit.gpgsign")
    return commit


def test_only_theirs_is_taken(blog: Scene, keys: dict[str, Path]) -> None:
    public = (keys["theirs"].with_suffix(".pub")).read_text().strip()
    blog.configure(more=f"    signers:\n      - {public}\n")
    before = blog.main()
    unsigned = signed_by(blog, None, "A")
    assert blog.promote().returncode == 1
    assert "isn't signed with SSH, as your platform asks: git config gpg.format ssh" in blog.note(APP, unsigned)
    other = signed_by(blog, keys["strangers"], "B")
    assert blog.promote().returncode == 1
    assert "is signed by none of those who may" in blog.note(APP, other)
    assert blog.main() == before
    good = signed_by(blog, keys["theirs"], "C")
    done = blog.promote()
    assert done.returncode == 0, done.stderr
    assert blog.trailer("Hosting-Commit") == good
