"""Mutants of a module: copies with one thing weakened."""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple


class Mutant(NamedTuple):
    """A weakened copy: what was done, in which line, and the code."""

    what: str
    line: int
    tree: ast.Module


def of(source: str) -> Iterator[Mutant]:
    """Yield the mutants of a module's source: nothing reported, conditions turned round, `and` for `or`."""
    original = ast.parse(source)
    for index, node in enumerate(ast.walk(original)):
        for what, change in _changes(node):
            tree = copy.deepcopy(original)
            change(next(n for i, n in enumerate(ast.walk(tree)) if i == index))
            yield Mutant(what, node.lineno, ast.fix_missing_locations(tree))


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
        yield "a yield is dropped", _drop
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.YieldFrom):
        yield "a yield from is dropped", _drop
    elif isinstance(node, ast.If):
        yield "an if is always taken", lambda n: setattr(n, "test", ast.Constant(value=True))
        yield "an if is never taken", lambda n: setattr(n, "test", ast.Constant(value=False))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and and or are exchanged", lambda n: setattr(n, "op", other)


def _drop(node: ast.Expr) -> None:
    """Put `yield from ()` for a yield: the function stays a generator."""
    node.value = ast.YieldFrom(value=ast.Tuple(elts=[], ctx=ast.Load()))
