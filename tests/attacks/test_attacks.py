"""Each attack is refused by the layer meant for it, with the others switched off."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from validators.check.workspace import Workspace
from validators.sources.tree import Tree

from . import corpus, layers

HERE = Path(__file__).resolve().parent
GROUPS = tuple(corpus.groups(HERE))
FIRST = ("limits", "source")
CASES = [
    pytest.param(
        case,
        layer,
        id=f"{group.path.stem}/{case.name}/{layer}",
        # Strict: once it is refused, the entry must lose its `open`.
        marks=[pytest.mark.xfail(reason=case.open, strict=True)] if case.open else [],
    )
    for group in GROUPS
    for case in group.cases
    for layer in case.refused
    if layer in FIRST  # the others: test_whole.py, many in a process of kustomize
]
SECONDS = 2.0
"""Of CPU, what reading a hostile folder may take."""
MESSAGES = 200
"""What may be said of one: more is nothing that anybody reads."""


@pytest.fixture(scope="session")
def workspace() -> Iterator[Workspace]:
    """Where apps are rendered; it keeps the baselines."""
    with Workspace(Tree(corpus.ROOT).library) as made:
        yield made


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The library, the victim and another customer's app."""
    corpus.lay(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("case", "layer"), CASES)
def test_is_refused_by_its_layer_alone(tree: Path, workspace: Workspace, case: corpus.Case, layer: str) -> None:
    corpus.commit(tree, case)
    start = time.process_time()
    found = layers.ask(layer, tree, workspace)
    took = time.process_time() - start
    assert sorted(found) == sorted(case.refused[layer]), found
    for message in (message for messages in found.values() for message in messages):
        assert message.isprintable(), f"a message that could write to a terminal: {message!r}"
    assert sum(map(len, found.values())) <= MESSAGES
    assert took < SECONDS


@pytest.mark.parametrize("layer", layers.LAYERS)
@pytest.mark.parametrize("name", [layers.VICTIM, layers.OTHER])
def test_without_an_attack_nothing_is_refused(tree: Path, workspace: Workspace, layer: str, name: str) -> None:
    assert layers.ask(layer, tree, workspace, name) == {}


def test_an_entry_that_is_harmless_fails(tree: Path, workspace: Workspace) -> None:
    """The planted one: an attack that attacks nothing must not pass for one that is refused."""
    harmless = corpus.Case("harmless", "nothing", files={"app.env": {"append": "DEBUG=0\n"}}, refused={"source": ["x"]})
    with pytest.raises(AssertionError):
        test_is_refused_by_its_layer_alone(tree, workspace, harmless, "source")


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert sum(len(group.cases) for group in GROUPS) >= 150
    for group in GROUPS:
        names = [case.name for case in group.cases]
        assert len(set(names)) == len(names), group.path
        assert all(case.refused for case in group.cases)
