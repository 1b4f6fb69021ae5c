"""One file a rule, found by its presence in the folder of its scope; README.md tells how to add one."""

import importlib
import itertools
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any

from ..finding import ERROR, Advice, Place
from ..policy import limits
from ..render.objects import Object
from ..sources.loader import Pointer

SOURCE, OBJECT, APP, FLEET = "source", "object", "app", "fleet"
"""The scopes, and the folders of their rules."""
SCOPES = (SOURCE, OBJECT, APP, FLEET)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule yields: a sentence without a full stop, and where.

    Either `obj` and `pointer`, a place in a rendered object that is traced back to the file that says so, or `place`.
    `hint` is what to write instead where the rule's own HINT is too general: a text, or Advice where the platform has
    a part in it.
    """

    message: str
    obj: Object | None = None
    pointer: Pointer = ()
    place: Place | None = None
    hint: str | Advice = ""
    app: str = ""
    """Only for rules of the fleet: the app that the problem is reported for."""
    part: str = ""
    """Which part of `obj`, where a suppression must name it: `#PART` behind the object."""


def advice(hint: str | Advice) -> Advice:
    """Return a hint as Advice: a text is for everybody."""
    return hint if isinstance(hint, Advice) else Advice(hint)


@dataclass(frozen=True)
class Rule:
    """A rule, as its file defines it."""

    id: str
    module: ModuleType
    scope: str
    severity: str
    advice: Advice
    check: Callable[..., Iterable[Problem] | None]
    kinds: frozenset[str]
    facts: Callable[..., Any] | None
    covers: tuple[str, ...]
    """The checks of common scanners that this rule includes, `scanner:ID`."""

    def found(self, *given: Any) -> list[Problem]:
        """Return what check() finds in `given`, up to a limit, and then one problem that says that there are more.

        Not all of those are looked for: a file can be wrong in any number of places.
        """
        found = list(itertools.islice(self.check(*given) or (), limits.COUNTED))
        return cut(found, limits.FINDINGS) if found else found

    @property
    def hint(self) -> str:
        """What to write instead, in general."""
        return self.advice.write

    @property
    def doc(self) -> str:
        """The rule doc: the file's docstring."""
        return self.module.__doc__ or ""

    @property
    def title(self) -> str:
        """The first line of the rule doc, without its full stop."""
        return self.doc.strip().partition("\n")[0].rstrip(".")


def cut(found: list, most: int) -> list:
    """Return the first `most` of a rule's problems or findings, and where there are more, one that says how many."""
    more = len(found) - most
    if more <= 0:
        return found
    number = more if len(found) < limits.COUNTED else f"at least {more}"
    hint = f"put the first {most} right: these are often the same mistake"
    return [
        *found[:most],
        replace(found[most], message=f"there are {number} more of this kind, from here on", hint=hint),
    ]


def names(scope: str) -> Iterator[str]:
    """Yield the names of the files that hold a rule of this scope, without .py."""
    return (module.name for module in pkgutil.iter_modules([f"{__path__[0]}/{scope}"]))


@cache
def of_scope(scope: str) -> list[Rule]:
    """Return the rules of one scope, in the order of their ids; the others aren't imported for it."""
    return sorted((_load(scope, name) for name in names(scope)), key=lambda rule: rule.id)


@cache
def every() -> dict[str, Rule]:
    """Return all rules by id, in the order of their ids."""
    found = (rule for scope in SCOPES for rule in of_scope(scope))
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


def _load(scope: str, name: str) -> Rule:
    module = importlib.import_module(f"{__name__}.{scope}.{name}")
    return Rule(
        id=module.ID,
        module=module,
        scope=scope,
        severity=getattr(module, "SEVERITY", ERROR),
        advice=advice(module.HINT),
        check=module.check,
        kinds=frozenset(getattr(module, "KINDS", ())),
        facts=getattr(module, "facts", None),
        covers=tuple(getattr(module, "COVERS", ())),
    )
