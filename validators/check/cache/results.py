"""Results of earlier runs, and the facts of each app's last one: a hint for a run that can't look up all apps."""

from dataclasses import asdict
from functools import cached_property

from ...app.suppress import Suppression
from ...finding import Finding, Place
from ...sources.tree import Tree
from ..result import Result
from .digests import Digests
from .store import BASELINE, RESULT, Store


class Cache:
    """The results that are kept for a tree. Use it as a context manager."""

    def __init__(self, tree: Tree, *, enabled: bool = True) -> None:
        self._store = Store(enabled=enabled)
        self._digests = Digests(tree, self._store)
        self.enabled = enabled
        self._learned = False

    def __enter__(self) -> "Cache":
        self._store.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._learned:
            self._digests.keep_last("facts", self._facts)
        self._digests.save()
        self._store.__exit__()

    def get(self, name: str) -> Result | None:
        """Return the result of an app whose files are as they were, or None."""
        if not self.enabled:
            return None
        key = self._key(name)
        library, result = _result(self._store.get(RESULT, key))
        if result is None or result.name != name or library != self._digests.library(result.made_of):
            return None
        self._learn(key, result)
        return result

    def put(self, result: Result) -> None:
        """Keep a result, as that of what was read for it."""
        if self.enabled:
            key = self._digests.key(result.name, result.digests)
            self._learn(key, result)
            self._store.put(RESULT, {key: _data(result, self._digests.library(result.made_of))})

    def facts(self, name: str) -> dict | None:
        """Return the facts of an app whose files are as they were in the last run, or None: sooner than its result."""
        known = self._facts.get(name) if self.enabled else None
        if not known or known[0] != self._key(name):
            return None
        _, library, made_of, facts = known
        return facts if library == self._digests.library(made_of) else None

    def _key(self, name: str) -> str:
        return self._digests.key(name, self._digests.folders(name))

    def baseline(self, key: str) -> dict | None:
        """Return an object of a baseline that an earlier run kept, see baselines.py, or None."""
        data = self._store.get(BASELINE, f"{self._digests.whole} {key}") if self.enabled else None
        return data if isinstance(data, dict) else None

    def keep_baseline(self, objects: dict[str, dict]) -> None:
        """Keep objects of a baseline by key."""
        if self.enabled:
            self._store.put(BASELINE, {f"{self._digests.whole} {key}": data for key, data in objects.items()})

    @cached_property
    def _facts(self) -> dict[str, list]:
        """The key of each app's result, the hash and names of the library's folders that it is made of, and its facts."""
        return self._digests.last("facts")

    def _learn(self, key: str, result: Result) -> None:
        known = [key, self._digests.library(result.made_of), list(result.made_of), result.facts]
        if self._facts.get(result.name) != known:
            self._facts[result.name] = known
            self._learned = True


def _data(result: Result, library: str) -> dict:
    """Return a result as JSON-able data. library: a hash of what it is made of."""
    return {
        "name": result.name,
        "files": result.files,
        "findings": [finding.as_dict() for finding in result.findings],
        "facts": result.facts,
        "suppressions": [asdict(suppression) for suppression in result.suppressions],
        "made_of": result.made_of,
        "library": library,
    }


def _result(data: object) -> tuple[str, Result | None]:
    """Undo _data; no result for anything else."""
    try:
        findings = [Finding.from_dict(finding) for finding in data["findings"]]
        suppressions = [Suppression(**{**s, "place": Place(*s["place"])}) for s in data["suppressions"]]
        made_of = tuple(data["made_of"])
        result = Result(data["name"], data["files"], findings, data["facts"], suppressions, made_of=made_of)
        return data["library"], result
    except (KeyError, TypeError):
        return "", None
