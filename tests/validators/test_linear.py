"""Every regular expression of this package takes time in proportion to its text, whatever that says."""

import ast
import collections
import functools
import itertools
import re
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from validators.policy import customer_fields, limits

from ..conftest import ROOT

METHODS = {"match", "fullmatch", "search", "sub", "split", "findall", "finditer"}
PIECES = (*"1 a A _ - . : = / 0 e , | * $( 1_ a- a. a/ a= 0: 1e".split(), " ", "\n", "- ")
ENDS = ("", "!", "\nx")
LENGTH = limits.SCALAR_LENGTH // 4
SECONDS = 0.02
"""For such a text: quadratic ones take ten times as much, or a hundred."""


class Use(NamedTuple):
    """A regular expression, and the methods that it is asked by."""

    pattern: re.Pattern
    methods: tuple[str, ...]


def constants() -> Iterator[tuple[str, Use]]:
    """Yield those that stand in the package's source text, by their places."""
    for path in sorted((ROOT / "validators").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        names = {
            id(n.value): n.targets[0].id
            for n in ast.walk(tree)
            if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            function = node.func if isinstance(node, ast.Call) else None
            if not isinstance(function, ast.Attribute) or getattr(function.value, "id", "") != "re":
                continue
            if function.attr not in {"compile", *METHODS} or not isinstance(node.args[0], ast.Constant):
                continue
            ignored = "IGNORECASE" in ast.dump(node)
            asked = re.findall(rf"\b{names.get(id(node), 'no name')}\.([a-z]+)\(", source)
            methods = (function.attr,) if function.attr in METHODS else tuple(METHODS & {*asked}) or ("match", "search")
            text = node.args[0].value
            text = text.decode("latin-1") if isinstance(text, bytes) else text
            pattern = re.compile(text, re.IGNORECASE if ignored else 0)
            yield f"{path.relative_to(ROOT)}:{node.lineno}", Use(pattern, methods)


def tables() -> Iterator[tuple[str, Use]]:
    """Yield those of the tables that Python's re reads."""
    data = customer_fields.data()
    yield "name of a file", Use(re.compile(data["files"]["name"]), ("search",))
    for key in ("secrets", "configmaps", "volumes"):
        yield f"names of {key}", Use(re.compile(data["reserved"][key]), ("search",))


ALL = {**dict(constants()), **dict(tables())}


def slowest(use: Use, length: int = LENGTH, enough: float = SECONDS) -> float:
    """Return the seconds of CPU that the worst text of about this length takes, or the first that are `enough`."""
    worst = 0.0
    for piece, end, method in itertools.product(PIECES, ENDS, use.methods):
        text = piece * (length // len(piece)) + end
        ask = functools.partial(re.sub, use.pattern, "") if method == "sub" else getattr(use.pattern, method)
        took = []
        while len(took) < 3:  # a second look tells a slow pattern from a slow machine
            start = time.process_time()
            collections.deque(ask(text) if method == "finditer" else (ask(text),), maxlen=0)
            took.append(time.process_time() - start)
            if took[-1] < SECONDS:
                break
        worst = max(worst, min(took))
        if worst > enough:
            break
    return worst


def test_they_are_found() -> None:
    assert len(ALL) > 40
    assert any("sources/loader.py" in place for place in ALL)


@pytest.mark.parametrize("place", ALL)
def test_linear(place: str) -> None:
    use = ALL[place]
    if slowest(use) > SECONDS:  # as a bounded number of attempts at each letter is
        assert slowest(use, LENGTH, 10.0) < 2.6 * slowest(use, LENGTH // 2, 10.0)


@pytest.mark.parametrize("pattern", [r"(?:[0-9][0-9_]*)?\.?[0-9_]+\.?(?:e[-+]?[0-9]+)\Z", r"[a-z]+[a-z-]+=\Z"])
def test_the_planted_ones_are_seen(pattern: str) -> None:
    planted = Use(re.compile(pattern), ("match",))
    assert slowest(planted) > SECONDS
