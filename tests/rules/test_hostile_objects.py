"""No rule raises, or takes long, whatever stands where in an object."""

import copy
import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from validators import rules
from validators.app.app import App
from validators.render.objects import Object

from ..conftest import ROOT
from .cases import app_of

GOLDEN = sorted((ROOT / "tests/golden/apps").glob("*.yaml"))
WEIRD = (
    None,
    [],
    {},
    "x",
    "",
    0,
    -1,
    True,
    1.5,
    10**30,
    [[]],
    [None],
    [{}],
    {"a": {"b": []}},
    {"": 1},
    "a.b:/@" * 5000,
)
BOUND_TO_FILES = {"kustomize-build", "object-set", "platform-overlay", "render-difference", "size-differs"}
"""These compare with a second render or with the tree; their own tests try hostile ones."""


def objects() -> list[dict]:
    """Return one object of each kind that the examples have, the one with the most in it."""
    found: dict[str, dict] = {}
    for path in GOLDEN:
        for data in yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader):
            if len(str(data)) > len(str(found.get(data["kind"], ""))):
                found[data["kind"]] = data
    return list(found.values())


def pointers(value: Any, pointer: tuple = ()) -> Iterator[tuple]:
    """Yield the pointers to everything in a value, two items of each list."""
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, item in items:
        yield (*pointer, key)
        yield from pointers(item, (*pointer, key))


def planted(data: dict, pointer: tuple, weird: Any) -> dict:
    """Return a copy of an object that has something weird at `pointer`."""
    changed = copy.deepcopy(data)
    inner: Any = changed
    for token in pointer[:-1]:
        inner = inner[token]
    inner[pointer[-1]] = weird
    return changed


def run(app: App, changed: Object) -> None:
    """Run every rule that needs no more than rendered objects; those of one object on `changed` alone."""
    for rule in rules.every().values():
        if rule.scope == rules.OBJECT and (not rule.kinds or changed.kind in rule.kinds):
            list(rule.check(changed, app) or ())
        elif rule.scope == rules.FLEET and rule.facts:
            rule.check({app.name: rule.facts(app)})
        elif rule.scope == rules.APP and rule.id not in BOUND_TO_FILES:
            list(rule.check(app) or ())


@pytest.mark.parametrize("data", objects(), ids=lambda data: data["kind"])
def test_no_rule_raises(data: dict) -> None:
    app = app_of("", library={})
    others = [Object(other) for other in objects() if other is not data]
    weird = itertools.cycle(WEIRD)
    places = list(pointers(data))
    assert len(places) > 5
    for pointer in places:
        for _ in range(3):  # over all places each of WEIRD comes up many times
            changed = Object(planted(data, pointer, next(weird)))
            started = time.monotonic()
            run(replace(app, objects=(changed, *others)), changed)
            assert time.monotonic() - started < 5, f"{pointer}: slow"
