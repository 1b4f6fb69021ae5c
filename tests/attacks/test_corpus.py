"""Every attack of the corpus is refused by each layer that is meant for it, with the other layers off."""

from collections import Counter

import pytest

from validators.render import Workspace
from validators.tree import Folder

from . import corpus
from .corpus import Attack

ATTACKS = list(corpus.attacks())


@pytest.fixture(scope="module")
def library() -> Folder:
    return corpus.tree().library


@pytest.fixture(scope="module")
def workspace(library: Folder) -> Workspace:
    with Workspace(library) as made:
        yield made


def test_corpus_is_large_and_names_are_unique() -> None:
    assert len(ATTACKS) >= 400
    assert not [name for name, count in Counter(map(str, ATTACKS)).items() if count > 1]
    assert Counter(layer for attack in ATTACKS for layer in attack.layers).keys() == corpus.LAYERS.keys()


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_source_layer_refuses(attack: Attack, library: Folder) -> None:
    findings = attack.findings("source", library, None)
    assert findings, "not refused"
    assert all(finding.place.path.startswith("overlays/customers/mallory/app") for finding in findings)
    assert all(finding.hint for finding in findings)
    if attack.rule:
        assert attack.rule in {finding.rule for finding in findings}


@pytest.mark.parametrize("attack", [a for a in ATTACKS if "render" in a.layers], ids=str)
def test_render_layer_refuses(attack: Attack, library: Folder, workspace: Workspace) -> None:
    assert attack.findings("render", library, workspace), "not refused"


@pytest.mark.parametrize("attack", [a for a in ATTACKS if "absolute" in a.layers], ids=str)
def test_absolute_layer_refuses(attack: Attack, library: Folder, workspace: Workspace) -> None:
    assert attack.findings("absolute", library, workspace), "not refused"


def test_without_an_attack_every_layer_is_content(library: Folder, workspace: Workspace) -> None:
    good = Attack("none", "none", dict(corpus.CUSTOMER), (), "")
    for layer in corpus.LAYERS:
        assert not good.findings(layer, library, workspace)
