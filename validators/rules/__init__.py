"""One file a rule, found by its presence; see README.md in this folder for how to add one."""

import importlib
import itertools
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from .. import limits
from ..finding import ERROR, Place
from ..loader import Pointer
from ..objects import Object

SOURCE = "source"
"""check(app): the files of one app, before anything is rendered."""
OBJECT = "object"
"""check(obj, app): one rendered object; only of KINDS where the rule names some."""
APP = "app"
"""check(app): all rendered objects of one app."""
FLEET = "fleet"
"""check(facts): what facts(app) returned for each app, by the app's name; JSON-able data, because it is cached."""
SCOPES = (SOURCE, OBJECT, APP, FLEET)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields: a sentence without a full stop, and where.

    Either `obj` and `pointer`, a place in a rendered object that is traced back to the file that says so, or `place`.
    `hint` is what to write instead where the rule's own HINT is too general.
    """

    message: str
    obj: Object | None = None
    pointer: Pointer = ()
    place: Place | None = None
    hint: str = ""
    app: str = ""
    """Only for rules of the fleet: the app that the problem is reported for."""


@dataclass(frozen=True)
class Rule:
    """A rule, as its file defines it."""

    id: str
    module: ModuleType
    scope: str
    severity: str
    hint: str
    check: Callable[..., Iterable[Problem] | None]
    kinds: frozenset[str]
    facts: Callable[..., Any] | None
    covers: tuple[str, ...]
    """The checks of common scanners that this rule includes, `scanner:ID`."""

    def found(self, *given: Any) -> list[Problem]:
        """Return what check() finds in `given`, up to a limit, and then one problem that says how many more there are."""
        problems = iter(self.check(*given) or ())
        found = list(itertools.islice(problems, limits.FINDINGS))
        if len(found) == limits.FINDINGS and (first := next(problems, None)):
            more = 1 + sum(1 for _ in problems)
            hint = f"put the first {limits.FINDINGS} right: these are often the same mistake"
            found.append(replace(first, message=f"there are {more:,} more of this kind, from here on", hint=hint))
        return found

    @property
    def page(self) -> str:
        """The rule's page: the file's docstring."""
        return self.module.__doc__ or ""

    @property
    def title(self) -> str:
        """The first line of the page, without its full stop."""
        return self.page.strip().partition("\n")[0].rstrip(".")


def _rule(module: ModuleType) -> Rule:
    return Rule(
        id=module.ID,
        module=module,
        scope=module.SCOPE,
        severity=getattr(module, "SEVERITY", ERROR),
        hint=module.HINT,
        check=module.check,
        kinds=frozenset(getattr(module, "KINDS", ())),
        facts=getattr(module, "facts", None),
        covers=tuple(getattr(module, "COVERS", ())),
    )


def names() -> Iterator[str]:
    """Yield the names of the files that hold a rule, without .py."""
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            yield module.name


@cache
def _load(name: str) -> Rule:
    return _rule(importlib.import_module(f"{__name__}.{name}"))


@cache
def every() -> dict[str, Rule]:
    """Return all rules by id, in the order of their ids."""
    return {rule.id: rule for rule in sorted(map(_load, names()), key=lambda rule: rule.id)}


@cache
def of_scope(scope: str) -> list[Rule]:
    """Return the rules of one scope, in the order of their ids; the others aren't imported for it."""
    rules = [_load(name) for name, said in _scopes().items() if said in (scope, None)]
    return sorted((rule for rule in rules if rule.scope == scope), key=lambda rule: rule.id)


@cache
def _scopes() -> dict[str, str | None]:
    """Return the scope that each rule's file says, by its name, without importing it; None where it can't be told."""
    folder = Path(__path__[0])
    found = {name: _SCOPE.search((folder / f"{name}.py").read_bytes()) for name in names()}
    return {name: match[1].decode().lower() if match else None for name, match in found.items()}


_SCOPE = re.compile(rb"^SCOPE = (SOURCE|OBJECT|APP|FLEET)\b", re.MULTILINE)
