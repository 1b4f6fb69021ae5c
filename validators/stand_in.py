"""A platform folder for a customer's folder that has none at hand: the library of this package, stand-in sizes."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from .app import SIZING, App, zone_paths
from .tree import KUSTOMIZATION, Folder, Tree, TreeError, read

_PACKAGE = Path(__file__).resolve().parent
_SIZING = _PACKAGE / "stand-in-sizing.yaml"
COMPONENTS = ("tenant", "postgres/cnpg", "valkey", "storage/cephfs", "sizing")
"""What the platform picks: whatever a customer's feature may ask for."""


def library() -> Tree:
    """Return the library that this package came with: inside it where it is installed, beside it in a checkout."""
    inside = _PACKAGE / "library"
    return Tree(inside if inside.is_dir() else _PACKAGE.parent)


def app(folder: Path, name: str) -> App:
    """Return the app `customer/app` whose customer's files are in `folder`.

    Of a git checkout only what git tracks, as that is what the platform gets. Raises TreeError.
    """
    customer, platform = zone_paths(name)
    return App(name, _committed(folder, customer), _platform(name, platform), library().library)


def _committed(folder: Path, path: str) -> Folder:
    names = _tracked(folder)
    if names is None:
        return read(folder, path)
    with tempfile.TemporaryDirectory(prefix="django-hosting-") as scratch:
        for name in names:
            source, target = folder / name, Path(scratch) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_symlink() or source.is_file():
                shutil.copy2(source, target, follow_symlinks=False)
        return read(Path(scratch), path)


def _tracked(folder: Path) -> list[str] | None:
    """Return the files below `folder` that git tracks, None where there is no git checkout."""
    if not folder.is_dir():
        raise TreeError(f"{folder}: no such folder")
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return [name.decode(errors="surrogateescape") for name in done.stdout.split(b"\0") if name]


def _platform(name: str, path: str) -> Folder:
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": name.replace("/", "-"),
        "resources": [f"../../../customers/{name}", SIZING],
        "components": [f"../../../../components/{component}" for component in COMPONENTS],
    }
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in kustomization.items())
    return Folder(path, {KUSTOMIZATION: text.encode(), SIZING: _SIZING.read_bytes()})
