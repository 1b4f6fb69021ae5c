"""OCI images on disk: layers from folders, and image layouts of layers and a config, without a container engine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAYER = "application/vnd.oci.image.layer.v1.tar"  # not compressed: the registry is on the same disk
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OPAQUE = "trusted.overlay.opaque"


@dataclass(frozen=True)
class Blob:
    """A file of an image layout, named by the SHA-256 of its content; size in bytes."""

    digest: str
    size: int

    def descriptor(self, media_type: str) -> dict[str, Any]:
        """How a manifest refers to it."""
        return {"mediaType": media_type, "digest": f"sha256:{self.digest}", "size": self.size}


def layer_from_folder(folder: Path, layout: Path, *, without: Iterable[str] = ()) -> Blob:
    """Pack an overlayfs upper folder as a layer: what it deleted becomes OCI whiteouts; `without`: folders to empty."""
    blobs = _blobs(layout)
    temporary = blobs / ".layer"
    with tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if not any(str(name).startswith(f"{skipped}/") for skipped in without):
                _add(archive, path, str(name))
    return _store(temporary, blobs)


def layer_from_files(files: Mapping[str, tuple[int, bytes]], layout: Path) -> Blob:
    """Pack files given as ``path: (mode, content)``, owned by root, as a layer."""
    blobs = _blobs(layout)
    temporary = blobs / ".layer"
    with tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, (mode, content) in sorted(files.items()):
            member = tarfile.TarInfo(name.lstrip("/"))
            member.mode, member.size = mode, len(content)
            archive.addfile(member, io.BytesIO(content))
    return _store(temporary, blobs)


def write_layout(layout: Path, layers: list[Blob], config: Mapping[str, Any]) -> str:
    """Write config, manifest and index of an image whose layers are in the layout already; returns its digest."""
    image = {
        "architecture": "amd64",
        "os": "linux",
        "config": dict(config),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.digest}" for layer in layers]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _json_blob(layout, image).descriptor(CONFIG),
        "layers": [layer.descriptor(LAYER) for layer in layers],
    }
    stored = _json_blob(layout, manifest)
    index = {"schemaVersion": 2, "manifests": [stored.descriptor(MANIFEST)]}
    (layout / "index.json").write_text(json.dumps(index))
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return f"sha256:{stored.digest}"


def read_layout(layout: Path) -> tuple[list[Blob], dict[str, Any]]:
    """The layers and the config of the one image in a layout."""
    index = json.loads((layout / "index.json").read_text())
    manifest = json.loads(_blob_file(layout, index["manifests"][0]["digest"]).read_text())
    image = json.loads(_blob_file(layout, manifest["config"]["digest"]).read_text())
    layers = [Blob(layer["digest"].removeprefix("sha256:"), layer["size"]) for layer in manifest["layers"]]
    return layers, image["config"]


def share_blobs(source: Path, target: Path, layers: list[Blob]) -> None:
    """Make another layout's layers part of this one, as links to the same files."""
    for layer in layers:
        file = _blobs(target) / layer.digest
        if not file.exists():
            os.link(_blobs(source) / layer.digest, file)


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    status = path.lstat()
    if stat.S_ISSOCK(status.st_mode):
        return
    if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
        parent, _, base = name.rpartition("/")
        archive.addfile(tarfile.TarInfo(f"{parent}/.wh.{base}".lstrip("/")))
        return
    archive.add(path, name, recursive=False)
    if path.is_dir() and not path.is_symlink() and OPAQUE in os.listxattr(path):
        archive.addfile(tarfile.TarInfo(f"{name}/.wh..wh..opq"))


def _blobs(layout: Path) -> Path:
    folder = layout / "blobs" / "sha256"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _blob_file(layout: Path, digest: str) -> Path:
    return _blobs(layout) / digest.removeprefix("sha256:")


def _json_blob(layout: Path, document: Mapping[str, Any]) -> Blob:
    temporary = _blobs(layout) / ".json"
    temporary.write_text(json.dumps(document))
    return _store(temporary, _blobs(layout))


def _store(temporary: Path, blobs: Path) -> Blob:
    with temporary.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    blob = Blob(digest, temporary.stat().st_size)
    temporary.replace(blobs / digest)
    return blob
