"""The repository as the checks see it: folders, read once and within limits, never through a link."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from ..policy import limits
from . import loader, stat_digest

CUSTOMERS = "overlays/customers"
PLATFORM = "overlays/ungleich"
ARGOCD = "argocd"
"""The platform's folder that isn't a customer's: what makes ArgoCD deploy the others."""
LIBRARY = ("base", "components")
KUSTOMIZATION = "kustomization.yaml"
NAME = re.compile(r"[a-z]([a-z0-9-]{0,59}[a-z0-9])?\Z")
"""Of a customer and an app: an RFC 1123 label, as new-app makes them."""


class TreeError(Exception):
    """The tree can't be read at all. The message is one line, for people."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read, and why. `path` is relative to the tree's root."""

    path: str
    message: str


@dataclass
class Folder:
    """What a folder holds: the bytes of its files by path inside it."""

    path: str
    files: dict[str, bytes] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    @cached_property
    def _loaded(self) -> dict[str, tuple[list[loader.Document], list[loader.Problem]]]:
        return {}

    @cached_property
    def digest(self) -> str:
        """A hash of all that was read and refused, with names and lengths: no two folders have the same."""
        digest = blake2b(digest_size=20)
        for name, data in sorted(self.files.items()):
            digest.update(f"{len(name)} {len(data)} {name}\0".encode(errors="replace"))
            digest.update(data)
        for refusal in self.refused:
            digest.update(f"refused {refusal.path} {refusal.message}\0".encode(errors="replace"))
        return digest.hexdigest()

    def load(self, name: str) -> tuple[list[loader.Document], list[loader.Problem]]:
        """Return the YAML documents of a file and their problems, parsed once."""
        if name not in self._loaded:
            self._loaded[name] = loader.load(self.files[name])
        return self._loaded[name]

    def document(self, name: str) -> loader.Document:
        """Return the first YAML document of a file, an empty one where there is none."""
        documents = self.load(name)[0] if name in self.files else []
        return documents[0] if documents else loader.Document()

    @property
    def kustomization(self) -> loader.Document:
        """The folder's kustomization.yaml, empty where it has none."""
        return self.document(KUSTOMIZATION)

    def listed(self, key: str) -> list[str]:
        """Return the texts in a list of the kustomization (`resources`, `components`), nothing that isn't one."""
        value = self.kustomization.value
        items = value.get(key) if isinstance(value, dict) else None
        return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []

    def yaml_files(self) -> Iterator[str]:
        """Yield the names of the YAML files in order."""
        yield from (name for name in sorted(self.files) if name.endswith((".yaml", ".yml")))


class Tree:
    """A checkout of the repository at `root`, or a copy that has the same folders."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        if not (self.root / "base").is_dir():
            raise TreeError(f"{root}: no folder base/ here: run this at the root of the repository, or give --root")

    @classmethod
    def around(cls, path: Path) -> "Tree":
        """Return the tree that holds `path`: the nearest parent with the folders base/ and overlays/.

        Raises TreeError where there is none.
        """
        path = path.resolve()
        for parent in (path, *path.parents):
            if (parent / "base").is_dir() and (parent / "overlays").is_dir():
                return cls(parent)
        raise TreeError(f"{path}: is in no repository with base/ and overlays/: give --root")

    @cached_property
    def library(self) -> Folder:
        """base/ and components/ in one Folder, paths from the root."""
        library = Folder("")
        for name in LIBRARY:
            part = self.read(name, unlimited=True)
            library.files.update({f"{name}/{path}": data for path, data in part.files.items()})
            library.refused += part.refused
        return library

    def app_names(self) -> list[str]:
        """Return the names `customer/app` of all apps in either zone, sorted."""
        names = set()
        for zone in (CUSTOMERS, PLATFORM):
            for customer in self._folders(zone):
                if customer != ARGOCD:
                    names.update(f"{customer}/{app}" for app in self._folders(f"{zone}/{customer}"))
        return sorted(names)

    def stray(self) -> Iterator[Refusal]:
        """Yield what lies beside the apps' folders in the customers' zone, where nothing may."""
        top = self.root / CUSTOMERS
        if top.is_symlink():
            yield Refusal(CUSTOMERS, "is a symbolic link; make it a folder")
        for customer in self._entries(CUSTOMERS):
            path = f"{CUSTOMERS}/{customer.name}"
            if customer.is_symlink():
                yield Refusal(path, "is a symbolic link; make it a folder")
            elif not customer.is_dir(follow_symlinks=False):
                if customer.name != "README.md":
                    yield Refusal(path, "belongs to no app; move it into <customer>/<app>/ or delete it")
            elif customer.name == ARGOCD:
                yield Refusal(path, f"is the name of {PLATFORM}/{ARGOCD}, no customer's; take another")
            elif not NAME.match(customer.name):
                yield Refusal(path, "isn't a name for a customer; use a-z, 0-9 and -, a letter first")
            else:
                yield from self._stray_apps(path)

    def _stray_apps(self, path: str) -> Iterator[Refusal]:
        for app in self._entries(path):
            inside = f"{path}/{app.name}"
            if app.is_symlink():
                yield Refusal(inside, "is a symbolic link; make it a folder")
            elif not app.is_dir(follow_symlinks=False):
                if app.name != "README.md":
                    yield Refusal(inside, "belongs to no app; move it into an app's folder or delete it")
            elif not NAME.match(app.name):
                yield Refusal(inside, "isn't a name for an app; use a-z, 0-9 and -, a letter first")

    def read(self, path: str, *, unlimited: bool = False) -> Folder:
        """Return the folder at `path` (relative to the root) with its files' bytes; an absent one is empty.

        `unlimited` is for folders that we wrote ourselves.
        """
        return read(self.root / path, path, unlimited=unlimited)

    def state(self, path: str) -> str | None:
        """Return the state of the folder at `path`, see stat_digest.py: while it is the same, so is what read() returns."""
        return stat_digest.of(f"{self.root}/{path}")

    def _entries(self, path: str) -> list[os.DirEntry]:
        try:
            with os.scandir(f"{self.root}/{path}") as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _folders(self, path: str) -> list[str]:
        if os.path.islink(f"{self.root}/{path}"):  # noqa: PTH114 - Paths here take a hook 2 ms more
            return []
        return [e.name for e in self._entries(path) if e.is_dir(follow_symlinks=False) and NAME.match(e.name)]


def read(top: Path, path: str, *, unlimited: bool = False) -> Folder:
    """Return what the folder at `top` holds as the Folder `path`; an absent one is empty."""
    folder = Folder(path)
    _Walk(top, folder, unlimited).run()
    return folder


class _Walk:
    """Reads one folder; stops at the first limit it meets, so that nothing big is ever held."""

    def __init__(self, top: Path, folder: Folder, unlimited: bool) -> None:
        self.top = top
        self.folder = folder
        self.unlimited = unlimited
        self.bytes = 0
        self.count = 0
        self.full = False

    def run(self) -> None:
        if self.top.is_symlink():
            self.refuse("", "is a symbolic link; make it a folder")
        elif self.top.is_dir():
            self.walk("", 0)

    def refuse(self, inside: str, message: str) -> None:
        path = f"{self.folder.path}/{inside}".strip("/")
        shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in path)
        self.folder.refused.append(Refusal(shown.encode(errors="replace").decode(), message))

    def walk(self, inside: str, depth: int) -> None:
        seen: dict[str, str] = {}
        with os.scandir(f"{self.top}/{inside}") as entries:
            # A folder of a million names is cut off here, before it is sorted.
            names = [entry for _, entry in zip(range(limits.FOLDER_FILES * 10), entries, strict=False)]
        for entry in sorted(names, key=lambda entry: entry.name):
            path = f"{inside}/{entry.name}" if inside else entry.name
            if self.full or not self.counted():
                return
            folded = unicodedata.normalize("NFKC", entry.name).casefold()
            if folded in seen:
                self.refuse(path, f"is the same name as {seen[folded]} on some file systems; rename one")
                continue
            seen[folded] = entry.name
            self.take(entry, path, depth)

    def counted(self) -> bool:
        """Count an entry, whatever it is: a link or a folder is a line of a report too. False where it is one too many."""
        self.count += 1
        if self.count > limits.FOLDER_FILES and not self.unlimited:
            self.full = True
            self.refuse("", f"holds more than {limits.FOLDER_FILES} files; delete what isn't used")
        return not self.full

    def take(self, entry: os.DirEntry, path: str, depth: int) -> None:
        if entry.is_symlink():
            self.refuse(path, "is a symbolic link; put the file itself here")
        elif not entry.name.isprintable() or len(entry.name) > limits.NAME_LENGTH:
            self.refuse(path, f"isn't a name for a file; use up to {limits.NAME_LENGTH} plain letters")
        elif entry.is_dir(follow_symlinks=False):
            if entry.name == ".git" or (entry.name == "__pycache__" and self.unlimited):
                return
            if depth >= limits.FOLDER_DEPTH and not self.unlimited:
                self.refuse(path, f"is more than {limits.FOLDER_DEPTH} folders deep; move it up")
            else:
                self.walk(path, depth + 1)
        else:
            self.read(path)

    def read(self, path: str) -> None:
        data = self.open(path)
        if data is None:
            return
        self.bytes += len(data)
        if len(data) > limits.FILE_BYTES and not self.unlimited:
            self.refuse(path, f"is larger than {limits.FILE_BYTES >> 10} KiB; make it smaller")
        elif self.bytes > limits.FOLDER_BYTES and not self.unlimited:
            self.full = True
            self.refuse("", f"holds more than {limits.FOLDER_BYTES >> 20} MiB; make it smaller")
        else:
            self.folder.files[path] = data

    def open(self, path: str) -> bytes | None:
        """Read a regular file; a link or a device that took its place since is refused, not followed."""
        try:
            descriptor = os.open(f"{self.top}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            self.refuse(path, f"can't be read: {error.strerror}")
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                self.refuse(path, "isn't a regular file; delete it")
                return None
            if self.unlimited:
                return file.readall()
            data = b""
            # One byte more than the limit tells that it is over, without reading the rest.
            while len(data) <= limits.FILE_BYTES and (part := file.read(limits.FILE_BYTES + 1 - len(data))):
                data += part
            return data
