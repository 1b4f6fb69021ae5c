"""A customer's own repository at a commit, of which git's objects alone are read."""

from ..policy import limits
from . import git_objects
from .customer import CustomerTree, promoted
from .folder import KUSTOMIZATION, Folder, Refusal
from .git_objects import Objects
from .git_tree import read


def folder(objects: Objects, commit: str, path: str) -> Folder:
    """Return the app's folder, as `path`, as a commit has it: without the files that stay at home."""
    entries = {entry.name: entry for entry in objects.list(commit, most=limits.FETCH_OBJECTS)}
    if len(entries) > limits.FETCH_OBJECTS:
        hint = "keep the app's files in a repository of their own"
        return Folder(path, refused=[Refusal(path, f"holds more than {limits.FETCH_OBJECTS:,} files", hint)])
    own = entries.get(KUSTOMIZATION)
    readable = own is not None and own.mode in git_objects.MODES and own.size <= limits.FILE_BYTES
    named = Folder(path, {KUSTOMIZATION: objects.bytes(own.id)} if readable else {})
    return read(objects, (entries[name] for name in promoted(named, list(entries))), path)


class CommittedTree(CustomerTree):
    """A customer's own repository as it is at a commit, of which nothing need be checked out."""

    def __init__(self, objects: Objects, commit: str, name: str) -> None:
        super().__init__(objects.repository, name)
        self._objects = objects
        self._commit = commit

    def _committed(self, path: str) -> Folder:
        return folder(self._objects, self._commit, path)

    def _shown(self, inside: str) -> str:
        return inside
