"""A folder that is as it was isn't read, and no change goes unseen."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.zones import LIBRARY
from validators.check.cache.digests import Digests
from validators.check.cache.store import Store
from validators.policy import limits
from validators.sources import stat_digest
from validators.sources.folder import Folder
from validators.sources.tree import Tree

from ..conftest import ROOT

APP = "example/blog"
ENV = "overlays/customers/example/blog/app.env"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = tmp_path / "tree"
    for part in (*LIBRARY, f"overlays/customers/{APP}", f"overlays/ungleich/{APP}"):
        shutil.copytree(ROOT / part, top / part)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return top


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time pass that a folder needs to have a stat digest."""
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + stat_digest.SETTLED)


def digests(root: Path) -> tuple[list[str], list[str]]:
    """Return the digests that a run takes for the app, and which of its folders it read."""
    tree = Tree(root)
    read: list[str] = []

    def reading(path: str, **options: bool) -> Folder:
        read.extend([path] if path not in LIBRARY else [])
        return Tree.read(tree, path, **options)

    tree.read = reading
    with Store() as store:
        found = Digests(tree, store)
        folders = found.folders(APP)
        found.save()
        return folders, read


def test_what_is_as_it_was_is_not_read(root: Path, settled: None) -> None:
    first, read = digests(root)
    assert len(read) == 2
    assert digests(root) == (first, [])


def same_size(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[::-1])


def same_times(file: Path) -> None:
    before = file.stat()
    same_size(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(file: Path) -> None:
    other = file.with_name("other")
    shutil.copy2(file, other)
    same_times(other)
    other.rename(file)


def linked(file: Path) -> None:
    file.rename(file.parents[1] / "moved")
    file.symlink_to("../moved")


CHANGES = [
    same_size,
    same_times,
    replaced,
    linked,
    Path.unlink,
    lambda file: (file.parent / "new").touch(),
    lambda file: (file.parent / "sub").mkdir() or (file.parent / "sub" / "new").touch(),
    lambda file: file.rename(file.with_name("renamed.env")),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(root: Path, settled: None, change: Callable[[Path], object]) -> None:
    first, _ = digests(root)
    change(root / ENV)
    second, read = digests(root)
    assert second != first
    assert read == [f"overlays/customers/{APP}"]


def test_what_changed_just_now_is_read_again(root: Path) -> None:
    (root / ENV).touch()
    first, _ = digests(root)
    second, read = digests(root)
    assert second == first
    assert f"overlays/customers/{APP}" in read


def test_what_was_refused_is_read_again(root: Path, settled: None) -> None:
    linked(root / ENV)
    digests(root)
    assert digests(root)[1] == [f"overlays/customers/{APP}"]


def test_another_library_is_another_run(root: Path, settled: None) -> None:
    digests(root)
    (root / "base/new.yaml").touch()
    assert len(digests(root)[1]) == 2


def test_a_folder_that_holds_too_much_has_no_state(tmp_path: Path, settled: None) -> None:
    for index in range(limits.FOLDER_FILES):
        (tmp_path / str(index)).touch()
    assert stat_digest.of(str(tmp_path))
    (tmp_path / "one more").touch()
    assert stat_digest.of(str(tmp_path)) is None
    assert stat_digest.of(str(tmp_path / "nothing")) is None
