"""A customer's own repository: one app's folder and nothing else, held against the library that came with this package.

The platform's folder is the template's, with every feature granted: what an app really gets, only the platform knows. All
else is as on the platform, and so is the verdict.
"""

import os
import shutil
import subprocess
import tempfile
from copy import deepcopy
from pathlib import Path

import yaml

from ..policy import app_file, components, customer_fields, limits, sizes
from . import references
from .folder import KUSTOMIZATION, SIZING, Folder, Refusal
from .tree import NAME, Tree, TreeError, zone_paths
from .walk import read

_TEMPLATE = "overlays/template/ungleich"
_PACKAGE = Path(__file__).resolve().parents[1]
_GRANTED_REPLICAS = 1
_GRANTED_STORAGE = "1Gi"
_STORAGE = "storage/cephfs"
"""Beside the template's components: the mounts of a customer may collide with its."""


def library_root() -> Path:
    """Return where the library is: in the installed package, or around it in a checkout."""
    packaged = _PACKAGE / "library"
    return packaged if packaged.is_dir() else _PACKAGE.parent


class CustomerTree(Tree):
    """A tree with one app: its customer's files are those of `folder`, its platform's are stand-ins."""

    is_customers = True

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(library_root())
        parts = name.split("/")
        if len(parts) != 2 or not all(NAME.match(part) for part in parts):
            raise TreeError(f"--customer {name}: write CUSTOMER/APP, with the names that the platform gave the app")
        if not folder.is_dir():
            raise TreeError(f"{folder}: is no folder")
        self.name = name
        self.folder = folder

    def app_names(self) -> list[str]:
        """Return the one app's name."""
        return [self.name]

    def stray(self) -> list[Refusal]:
        """Return nothing: there are no other folders."""
        return []

    def read(self, path: str, *, unlimited: bool = False) -> Folder:
        """Return the customer's folder, the platform's stand-in, or a folder of the library."""
        customer, platform = zone_paths(self.name)
        if path == platform:
            return self._stand_in(path)
        if path != customer:
            return super().read(path, unlimited=unlimited)
        committed = _committed(self.folder, path)
        if not committed.files and not committed.refused:
            raise TreeError(f"{self.folder}: holds no file that git tracks: no {KUSTOMIZATION} to check")
        return committed

    def stat_digest(self, path: str) -> str | None:
        """Return nothing: the files are in other places, and few."""
        return None

    def shown(self, path: str) -> str:
        """Return a finding's path as the customer knows it."""
        customer, _ = zone_paths(self.name)
        inside = path.removeprefix(customer).lstrip("/")
        return (self.folder / inside).as_posix() if path.startswith(customer) else path

    def _stand_in(self, path: str) -> Folder:
        template = super().read(_TEMPLATE, unlimited=True)
        customer, app = self.name.split("/")
        files = dict(template.files)
        text = files[KUSTOMIZATION].decode().replace("customers/customer/app", f"customers/{self.name}")
        for placeholder, name in (("customer", customer), ("app", app)):
            text = text.replace(f"value: {placeholder}}}", f'value: "{name}"}}')
        kustomization = yaml.safe_load(text)
        kustomization["namespace"] = f"{customer}-{app}"
        sizing = yaml.safe_load(files[SIZING])
        for name in (_STORAGE, *components.data()["grants"].values()):
            kustomization["components"].insert(-1, f"../../../../components/{name}")
        for feature in components.CUSTOMER_ORDER:
            for size in sizes.needed(feature):
                _grant(sizing["spec"], size)
        secret = files["database-secret.yaml"].replace(b"EDIT", b"AgBz" + b"A" * 700)
        return Folder(
            path,
            {
                KUSTOMIZATION: yaml.safe_dump(kustomization).encode(),
                SIZING: yaml.safe_dump(sizing).encode(),
                "database-secret.yaml": secret,
                app_file.NAME: files[app_file.NAME],
            },
        )


def _grant(sizing: dict, size: str) -> None:
    """Grant a feature its size, where the template doesn't: that of `migrate`, one pod, or a small volume."""
    part, _, key = size.partition(".")
    values = sizing.setdefault(part, {})
    if not values.get(key):
        granted = {"resources": deepcopy(sizing["migrate"]["resources"]), "storage": _GRANTED_STORAGE}
        values[key] = granted.get(key, _GRANTED_REPLICAS)


def _committed(folder: Path, path: str) -> Folder:
    """Return the customer's files: of a git checkout only those that git tracks, as the platform gets no others."""
    names = _tracked(folder)
    if names is None:
        everything = read(folder, path)
        kept = _promoted(everything, list(everything.files))
        return Folder(path, {name: everything.files[name] for name in kept}, everything.refused)
    kustomization = folder / KUSTOMIZATION
    own = Folder(path, {KUSTOMIZATION: kustomization.read_bytes()} if _plain(kustomization) else {})
    with tempfile.TemporaryDirectory(prefix="django-hosting-") as scratch:
        for name in _promoted(own, names):
            source, target = folder / name, Path(scratch) / name
            if source.is_symlink() or source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        return read(Path(scratch), path)


def _promoted(folder: Folder, names: list[str]) -> list[str]:
    """Return the files that come with the app into the platform's repository: not those for people, CI and editors,
    unless the kustomization names them."""
    named = {reference.path for reference in references.files(folder)}
    return [name for name in names if name in named or not customer_fields.left_behind(name)]


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= limits.FILE_BYTES


def _tracked(folder: Path) -> list[str] | None:
    """Return the files below `folder` that git tracks, None where there is no git checkout."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
