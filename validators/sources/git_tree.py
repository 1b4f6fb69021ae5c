"""The repository at a commit, read from git's objects: there is no working tree that could differ from it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from ..policy import limits
from . import git, git_objects, plumbing
from .folder import Folder, Refusal
from .git_objects import Entry, Objects
from .tree import NAME, Tree
from .walk import Walk
from .zones import ARGOCD, CUSTOMERS, TreeError, Zones, found


class GitTree(Tree):
    """The tree of a commit in the repository at `root`, which may be bare, with some folders replaced by others."""

    def __init__(
        self, root: Path, commit: str, replaced: Mapping[str, Folder] | None = None, library: Path | None = None
    ) -> None:
        """`replaced`: folders of apps, by path; `library`: as of a Tree. Raises TreeError where the commit isn't there."""
        self.root = self.repository = root.resolve()
        self.library_root = library.resolve() if library else self.root
        self.commit = git.verify(self.root, commit)
        self.replaced = dict(replaced or {})

    def __reduce__(self) -> tuple:
        return GitTree, (self.root, self.commit, self.replaced, self.library_root)

    @property
    def identity(self) -> tuple:
        """What tells this tree from others."""
        return (self.root, self.library_root, self.commit, *(folder.digest for folder in self.replaced.values()))

    def with_library(self, library: Path) -> "GitTree":
        """Return the same tree with another version of the library, whose files are in a folder."""
        return GitTree(self.root, self.commit, self.replaced, library)

    @property
    def changed(self) -> frozenset[str]:
        """The apps that are to be judged as changed ones: those with a folder that is replaced."""
        return frozenset("/".join(path.split("/")[2:4]) for path in self.replaced)

    @cached_property
    def _objects(self) -> Objects:
        return Objects(self.root)

    @cached_property
    def _folders_by_path(self) -> dict[str, str]:
        """The ids of all folders below overlays/, by path."""
        found = self._objects.folders(self.commit, "overlays", most=limits.TREE_ENTRIES)
        return {f"overlays/{entry.name}": entry.id for entry in found}

    @cached_property
    def zones(self) -> Zones:
        """Where its zones lie. Raises TreeError where that can't be told."""
        return found(
            lambda path: [one.rpartition("/")[2] for one in self._folders_by_path if one.rpartition("/")[0] == path]
        )

    def file(self, path: str) -> bytes:
        """Return a file of the platform's. Raises OSError where there is none."""
        try:
            return self._objects.bytes(f"{self.commit}:{path}")
        except TreeError:
            raise FileNotFoundError(path) from None

    def app_names(self) -> list[str]:
        """Return the names `customer/app` of all apps in either zone, sorted."""
        paths = [path.split("/") for path in (*self._folders_by_path, *self.replaced)]
        zones = (CUSTOMERS, self.zones.platform)
        return sorted(
            {
                f"{path[2]}/{path[3]}"
                for path in paths
                if len(path) == 4 and "/".join(path[:2]) in zones and path[2] != ARGOCD
                if NAME.match(path[2]) and NAME.match(path[3])
            }
        )

    def stray(self) -> Iterator[Refusal]:
        """Yield what of the library can't be read; what lies beside the apps' folders isn't this commit's doing."""
        yield from self.library.refused

    def read(self, path: str, *, unlimited: bool = False) -> Folder:
        """Return the folder at `path`; an absent one is empty."""
        if path in self.replaced:
            return self.replaced[path]
        most = limits.TREE_ENTRIES if unlimited else limits.FOLDER_FILES * 10
        entries = self._objects.list(self.commit, path, most=most)
        return read(self._objects, entries, path, unlimited=unlimited)

    def stat_digest(self, path: str) -> str | None:
        """Return what tells the folder's content without reading it: the id of its tree."""
        return None if path in self.replaced else self._folders_by_path.get(path)


def zones_at(root: Path, commit: str) -> Zones:
    """Return the zones of the repository at `root` at a commit. Raises TreeError."""
    known = git.verify(root, commit)

    def folders(path: str) -> list[str]:
        listed = plumbing.run(root, "ls-tree", "-d", "-z", "--name-only", "--full-tree", known, f"{path}/").split(b"\0")
        return [name.decode(errors="replace").rpartition("/")[2] for name in listed if name]

    return found(folders)


def read(objects: Objects, entries: Iterator[Entry], path: str, *, unlimited: bool = False) -> Folder:
    """Return a folder of these entries, with paths from it, as the Folder `path`, within the same limits as one on the
    disk."""
    folder = Folder(path)
    _GitWalk(objects, entries, folder, unlimited).run()
    return folder


class _Listed:
    """An entry as os.scandir would give it."""

    def __init__(self, name: str, mode: str) -> None:
        self.name = name
        self._mode = mode

    def is_symlink(self) -> bool:
        return self._mode == git_objects.LINK

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        return self._mode == git_objects.TREE and not follow_symlinks


class _GitWalk(Walk):
    def __init__(self, objects: Objects, entries: Iterator[Entry], folder: Folder, unlimited: bool) -> None:
        super().__init__(folder, unlimited)
        self._objects = objects
        self._files: dict[str, Entry] = {}
        self._inside: dict[str, dict[str, str]] = {"": {}}
        for entry in entries:
            self._files[entry.name] = entry
            *above, name = entry.name.split("/")
            for depth, part in enumerate(above):
                self._inside.setdefault("/".join(above[:depth]), {}).setdefault(part, git_objects.TREE)
            self._inside.setdefault("/".join(above), {})[name] = entry.mode

    def exists(self) -> bool:
        return bool(self._files)

    def scan(self, inside: str) -> Iterator[_Listed]:
        yield from (_Listed(name, mode) for name, mode in self._inside.get(inside, {}).items())

    def open(self, path: str) -> bytes | None:
        entry = self._files[path]
        if entry.mode == git_objects.SUBMODULE:
            self.refuse(path, "is a submodule, which isn't fetched", "put its files themselves here")
        elif entry.mode not in git_objects.MODES:
            self.refuse(path, "isn't a regular file", "delete it")
        elif entry.size > limits.FILE_BYTES and not self.unlimited:
            return b"\0" * (limits.FILE_BYTES + 1)  # one byte more than the limit tells that it is over
        else:
            return self._objects.bytes(entry.id)
        return None
