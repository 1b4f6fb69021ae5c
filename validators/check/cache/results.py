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
        result = _result(self._store.get(RESULT, key))
        if result is None or result.name != name:
            return None
        self._learn(key, result)
        return result

    def put(self, result: Result) -> None:
        """Keep a result, as that of what was read for it."""
        if self.enabled:
            key = self._digests.key(result.name, result.digests)
            self._learn(key, result)
            self._store.put(RESULT, {key: _data(result)})

    def facts(self, name: str) -> dict | None:
        """Return the facts of an app whose files are as they were in the last run, or None: sooner than its result."""
        known = self._facts.get(name) if self.enabled else None
        return known[1] if known and known[0] == self._key(name) else None

    def _key(self, name: str) -> str:
        return self._digests.key(name, self._digests.folders(name))

    def baseline(self, key: str) -> dict | None:
        """Return an object of a baseline that an earlier run kept, see baselines.py, or None."""
        data = self._store.get(BASELINE, f"{self._digests.common} {key}") if self.enabled else None
        return data if isinstance(data, dict) else None

    def keep_baseline(self, objects: dict[str, dict]) -> None:
        """Keep objects of a baseline by key."""
        if self.enabled:
            self._store.put(BASELINE, {f"{self._digests.common} {key}": data for key, data in objects.items()})

    @cached_property
    def _facts(self) -> dict[str, list]:
        """The key of each app's result, and its facts."""
        return self._digests.last("facts")

    def _learn(self, key: str, result: Result) -> None:
        if self._facts.get(result.name) != [key, result.facts]:
            self._facts[result.name] = [key, result.facts]
            self._learned = True


def _data(result: Result) -> dict:
    """Return a result as JSON-able data."""
    return {
        "name": result.name,
        "files": result.files,
        "findings": [finding.as_dict() for finding in result.findings],
        "facts": result.facts,
        "suppressions": [asdict(suppression) for suppression in result.suppressions],
    }


def _result(data: object) -> Result | None:
    """Undo _data; None for anything else."""
    try:
        findings = [Finding.from_dict(finding) for finding in data["findings"]]
        suppressions = [Suppression(**{**s, "place": Place(*s["place"])}) for s in data["suppressions"]]
        return Result(data["name"], data["files"], findings, data["facts"], suppressions)
    except (KeyError, TypeError):
        return None
