"""No layer and no limit is there for nothing: without it, an attack of the corpus goes unseen, and its test fails."""

from collections.abc import Iterator

import pytest

from validators import rules
from validators.policy import limits
from validators.sources import loader

from . import corpus, layers
from .test_attacks import CASES as PARAMETERS
from .test_attacks import GROUPS

BOUNDS = ("FILE_BYTES", "FOLDER_BYTES", "FOLDER_FILES", "FOLDER_DEPTH", "NAME_LENGTH")
BOUNDS += ("YAML_DEPTH", "YAML_NODES", "SCALAR_LENGTH", "KEY_LENGTH")


def _layers() -> Iterator[tuple[str, str]]:
    for rule in rules.of_scope(rules.SOURCE):
        if rule.id.startswith(layers.OWNERSHIP):
            yield "source", rule.id
    for layer in ("render", "absolute"):
        yield from ((layer, rule) for rule in sorted(layers.CHOICES[layer].ids))


@pytest.mark.parametrize(("layer", "rule"), [*_layers()])
def test_each_rule_of_a_layer_alone_refuses_an_attack(layer: str, rule: str) -> None:
    alone = [case for group in GROUPS for case in group.cases if case.refused.get(layer) == [rule]]
    assert alone, f"switch {rule} off, and no attack tells"


@pytest.fixture(scope="module")
def bounded(tmp_path_factory) -> dict[str, object]:
    """The attacks that a limit refuses, each laid out."""
    laid = {}
    for parameter in PARAMETERS:
        case, layer = parameter.values
        if layer == "limits":
            top = tmp_path_factory.mktemp("limits")
            corpus.lay(top)
            corpus.commit(top, case)
            laid[case.name] = top
    return laid


@pytest.mark.parametrize("bound", BOUNDS)
def test_each_limit_refuses_an_attack(bounded, monkeypatch, bound: str) -> None:
    monkeypatch.setattr(limits, bound, 1 << 28)  # no more: a read makes room for all of it
    loader.load_shared.cache_clear()
    passed = [name for name, top in bounded.items() if not layers.limits(top)]
    loader.load_shared.cache_clear()
    assert passed, f"without limits.{bound} every attack is refused all the same"
