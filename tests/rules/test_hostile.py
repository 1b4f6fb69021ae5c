"""No rule raises, whatever it is given: each value of a realistic app, in turn, replaced by one of a wrong type."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import validators
from validators import rules
from validators.app.app import App
from validators.render import objects
from validators.sources.loader import Pointer

from . import cases

RENDERS = Path(validators.__file__).parents[1] / "tests" / "golden" / "apps"
# One app with most of what there is, one NFS server, and one with init-container and an external database.
APPS = ("example-shop", "example-archive", "example-legacy")
WRONG: tuple[Any, ...] = (None, 0, -1, True, 1.5, "", "x", "\u2028", "9" * 50, [], [None], [[]], ["x"], {}, {"x": None})


def _pointers(value: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    if pointer:
        yield pointer
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _pointers(inner, (*pointer, key))


def _broken(data: dict, pointer: Pointer, wrong: Any) -> dict:
    """Return a copy of `data` with another value at `pointer`; what isn't on the way there is shared."""
    result = top = copy.copy(data)
    for token in pointer[:-1]:
        top[token] = copy.copy(top[token])
        top = top[token]
    top[pointer[-1]] = wrong
    return result


def _run(app: App) -> int:
    """Run every rule of rendered objects, and return how many problems there were."""
    count = 0
    for rule in rules.every().values():
        if rule.scope == rules.OBJECT:
            wanted = [obj for obj in app.objects if not rule.kinds or obj.kind in rule.kinds]
            count += sum(len(list(rule.check(obj, app) or ())) for obj in wanted)
        elif rule.scope == rules.APP:
            count += len(list(rule.check(app) or ()))
        elif rule.scope == rules.FLEET:
            count += len(list(rule.check({app.name: rule.facts(app)}) or ()))
    return count


@pytest.mark.parametrize("name", APPS)
def test_values_of_a_wrong_type(name: str) -> None:
    documents = [data for data in yaml.safe_load_all((RENDERS / f"{name}.yaml").read_text()) if data]
    found = 0
    variant = 0
    for index, data in enumerate(documents):
        for pointer in _pointers(data):
            # Each place gets another wrong value, and over the whole app each wrong value gets to many places.
            variant += 1
            broken = [objects.Object(document) for document in documents]
            broken[index] = objects.Object(_broken(data, pointer, WRONG[variant % len(WRONG)]))
            if variant % 7 == 0:
                found += _run(replace(cases.app_of(""), objects=tuple(broken)))
    assert found > 100


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_files_of_a_wrong_type(wrong: Any) -> None:
    for key in ("resources", "components", "patches", "configMapGenerator", "images", "namespace", "metadata", "spec"):
        text = yaml.safe_dump({"kind": "SealedSecret", "resources": ["a.yaml"], key: wrong})
        given = {
            "kustomization.yaml": text,
            "platform/kustomization.yaml": text,
            "a.yaml": text,
            "platform/a.yaml": text,
        }
        app = cases.app_of(given)
        for rule in rules.of_scope(rules.SOURCE):
            list(rule.check(app) or ())
