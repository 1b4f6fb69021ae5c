"""OCI images on disk, without a registry."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tarfile
from pathlib import Path

import pytest

from tests.cluster import oci


def names(layout: Path, layer: oci.Blob) -> set[str]:
    with tarfile.open(layout / "blobs/sha256" / layer.digest) as archive:
        return set(archive.getnames())


def test_layout_is_what_the_specification_says(tmp_path: Path) -> None:
    layer = oci.layer_from_files({"/etc/greeting": (0o640, b"hello")}, tmp_path)
    digest = oci.write_layout(tmp_path, [layer], {"Cmd": ["sh"]})
    for file in (tmp_path / "blobs/sha256").iterdir():
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
    manifest = json.loads((tmp_path / "blobs/sha256" / digest.removeprefix("sha256:")).read_text())
    config = json.loads((tmp_path / "blobs" / manifest["config"]["digest"].replace(":", "/")).read_text())
    assert config["rootfs"]["diff_ids"] == [manifest["layers"][0]["digest"]]
    assert oci.read_layout(tmp_path) == ([layer], {"Cmd": ["sh"]})
    with tarfile.open(tmp_path / "blobs/sha256" / layer.digest) as archive:
        [member] = archive.getmembers()
    assert (member.name, member.mode, member.size, member.uid) == ("etc/greeting", 0o640, 5, 0)


def test_folder_becomes_a_layer(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for path in ("kept/file", "var/log/noise"):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).touch()
    (folder / "link").symlink_to("kept/file")
    layer = oci.layer_from_folder(folder, tmp_path / "layout", without=["var/log"])
    assert names(tmp_path / "layout", layer) == {"kept", "kept/file", "link", "var", "var/log"}


def test_same_content_same_layer(tmp_path: Path) -> None:
    files = {"/b": (0o644, b"2"), "/a": (0o644, b"1")}
    first = oci.layer_from_files(files, tmp_path / "one")
    second = oci.layer_from_files(dict(reversed(files.items())), tmp_path / "two")
    assert first == second
    assert first != oci.layer_from_files({**files, "/a": (0o755, b"1")}, tmp_path / "one")


def test_shared_blobs_are_the_same_files(tmp_path: Path) -> None:
    layer = oci.layer_from_files({"/a": (0o644, b"1")}, tmp_path / "one")
    oci.share_blobs(tmp_path / "one", tmp_path / "two", [layer])
    assert (tmp_path / "two/blobs/sha256" / layer.digest).samefile(tmp_path / "one/blobs/sha256" / layer.digest)


def test_deleted_files_become_whiteouts(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "etc").mkdir(parents=True)
    try:
        make_whiteout(folder / "etc" / "gone")
    except PermissionError:
        pytest.skip("making device files needs root")
    layer = oci.layer_from_folder(folder, tmp_path / "layout")
    assert names(tmp_path / "layout", layer) == {"etc", "etc/.wh.gone"}


def make_whiteout(path: Path) -> None:
    """How overlayfs marks a file that was deleted."""
    os.mknod(path, stat.S_IFCHR, os.makedev(0, 0))
