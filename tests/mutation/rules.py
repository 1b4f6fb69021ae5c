"""Weaken each rule in every way that mutants.py knows, and run the rule's own table of cases."""

import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from tests.rules import cases
from validators import rules

from . import mutants
from .mutants import Mutant


class Survivor(NamedTuple):
    """A mutant that no case of the rule's table notices."""

    rule: str
    what: str
    line: int


def survivors(rule_id: str, kinds: tuple[str, ...] = ()) -> tuple[list[Survivor], int]:
    """Return the mutants of a rule that live, and how many there were; `kinds` limits what is done to it."""
    rule = rules.every()[rule_id]
    module, table = rule.module, cases.table(rule)
    living, number = [], 0
    for mutant in mutants.of(Path(module.__file__).read_text(encoding="utf-8")):
        if kinds and mutant.what not in kinds:
            continue
        number += 1
        if not _killed(rule_id, mutant, table):
            living.append(Survivor(rule_id, mutant.what, mutant.line))
    return living, number


def _killed(rule_id: str, mutant: Mutant, table: list[cases.Case]) -> bool:
    every = dict(rules.every())
    original = every[rule_id].module
    try:
        every[rule_id] = _weakened(rule_id, original, mutant)
        with mock.patch.object(rules, "every", lambda: every):
            for case in table:
                cases.check(rule_id, case)
            cases.check_page(rule_id)
    except Exception:
        return True
    return False


def _weakened(rule_id: str, original: types.ModuleType, mutant: Mutant) -> rules.Rule:
    module = types.ModuleType(original.__name__)
    module.__package__ = original.__package__
    module.__file__ = original.__file__
    exec(compile(mutant.tree, original.__file__, "exec"), module.__dict__)  # noqa: S102 our own rule
    return replace(rules.every()[rule_id], module=module, check=module.check, facts=getattr(module, "facts", None))


def every_survivor(kinds: tuple[str, ...] = ()) -> Iterator[tuple[str, list[Survivor], int]]:
    """Yield (rule, its survivors, how many mutants) for each rule."""
    for rule_id in list(rules.every()):
        yield rule_id, *survivors(rule_id, kinds)
