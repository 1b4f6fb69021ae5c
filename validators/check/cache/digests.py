"""Hashes of everything that a verdict follows from: the app's files, the library, this package, the programs in use.

Nothing that changes a verdict is left out, so what is kept under a hash never has to be called back. Of the library's
components those count that the app is made of: which these are stands with what is kept (results.py).
"""

import os
import sys
from collections.abc import Iterable
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import yaml

from ...render import kustomize, renderer_process
from ...sources import stat_digest
from ...sources.tree import Tree
from ...sources.walk import read
from .store import LAST, Store

_PACKAGE = Path(__file__).parents[2]
_LIBRARIES = ("pyyaml-", "jsonschema_rs-")


class Digests:
    """The hashes of a tree.

    A folder whose stat digest (sources/stat_digest.py) is that of the last run isn't read, its hash is kept with it.
    """

    def __init__(self, tree: Tree, store: Store) -> None:
        self._tree = tree
        self._store = store
        self._changed = False
        own = tree.library_root == tree.root
        self._place = str(tree.root) if own else f"{tree.root} {tree.library_root}"

    def key(self, name: str, folders: Iterable[str]) -> str:
        """Return the key of an app's result, by the digests of its two folders: the same whatever is in components."""
        return blake2b("\0".join((self.common, name, *folders)).encode(), digest_size=20).hexdigest()

    def folders(self, name: str) -> list[str]:
        """Return the digests of an app's two folders as they are now."""
        return [self._folder(path) for path in self._tree.zones.of(name)]

    def last(self, what: str) -> dict:
        """Return what the last run over this tree kept, nothing where it had other programs or another library."""
        kept = self._store.get(LAST, f"{what} {self._place}")
        known = isinstance(kept, list) and len(kept) == 2 and kept[0] == self.common and isinstance(kept[1], dict)
        return kept[1] if known else {}

    def keep_last(self, what: str, value: dict) -> None:
        """Keep something for the next run over this tree."""
        self._store.put(LAST, {f"{what} {self._place}": [self.common, value]})

    def save(self) -> None:
        """Keep the folders' digests for the next run."""
        if self._changed:
            self.keep_last("folders", self._known)

    def _folder(self, path: str) -> str:
        now = self._tree.stat_digest(path)
        known = self._known.get(path)
        if known is not None and known[0] == now:
            return known[1]
        folder = self._tree.read(path)
        if now is not None and not folder.refused:
            self._known[path] = [now, folder.digest]
            self._changed = True
        return folder.digest

    @cached_property
    def _known(self) -> dict[str, list[str]]:
        """Stat digest and digest of folders, by path."""
        return self.last("folders")

    def library(self, made_of: Iterable[str]) -> str:
        """Return a hash of the library's folders that an app is made of."""
        return self._tree.library.digest_of(tuple(made_of))

    @cached_property
    def common(self) -> str:
        """A hash of what all results follow from."""
        parts = (self._tree.library.common, self._package(), sys.version, _programs(), *_libraries())
        return blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()

    @cached_property
    def whole(self) -> str:
        """A hash of that and of all components."""
        return f"{self.common} {self._tree.library.digest}"

    def _package(self) -> str:
        """Return a hash of this package's files, kept with their stat digest: reading them takes as long as a rule."""
        key, now = f"package {_PACKAGE}", stat_digest.of(str(_PACKAGE), most=5000)
        kept = self._store.get(LAST, key) if now else None
        if isinstance(kept, list) and len(kept) == 2 and kept[0] == now:
            return kept[1]
        digest = read(_PACKAGE, "validators", unlimited=True).digest
        if now:
            self._store.put(LAST, {key: [now, digest]})
        return digest


def _libraries() -> list[str]:
    """Return the names of the metadata folders, with versions, of the libraries that verdicts follow from.

    importlib.metadata would tell the same in 50 ms.
    """
    names = [path.name for path in Path(yaml.__file__).parent.parent.iterdir()]
    return sorted(name for name in names if name.lower().startswith(_LIBRARIES) and name.endswith("-info"))


def _programs() -> str:
    """Return what tells one kustomize from another without running it: where it is, its size and age."""
    places = [
        Path(folder) / name
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        for name in ("kustomize", "kubectl")
    ]
    marks = [os.environ.get(kustomize.OVERRIDE, "")]
    renderer = renderer_process.find()
    for path in (*places, kustomize.TOOLS / "kustomize", *([renderer] if renderer else [])):
        try:
            status = path.stat()
        except OSError:
            continue
        marks.append(f"{path.resolve()} {status.st_size} {status.st_mtime_ns}")
    return "\0".join(marks)
