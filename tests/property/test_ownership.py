"""Whatever a customer writes: what the source layer accepts changes nothing that is the platform's.

What does change that is seen in the render as well. Judged by an oracle that shares nothing with the validators.
"""

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import event, given

from tests.attacks import corpus, layers
from tests.conftest import tool
from validators.check.workspace import Workspace
from validators.render import kustomize
from validators.render.kustomize import KustomizeError
from validators.sources.tree import Tree

from . import oracle
from .customers import Layer
from .customers import layers as customers


class Bed:
    """A tree whose victim gets one layer after the other."""

    def __init__(self, top: Path, workspace: Workspace) -> None:
        corpus.lay(top)
        self.top = top
        self.workspace = workspace
        self.tool = kustomize.at([str(tool("kustomize"))])
        self.neutral = functools.lru_cache(maxsize=None)(self._neutral)
        self.counts = dict.fromkeys(
            ("examples", "accepted", "refused", "refused and not built", "accepted and not built", "harmful"), 0
        )

    def write(self, files: dict[str, str]) -> None:
        """Make the victim's folder hold these files."""
        folder = self.top / "overlays" / "customers" / corpus.VICTIM
        corpus.remove(folder)
        for name, text in files.items():
            corpus.put(folder, name, text)

    def build(self) -> bytes | None:
        """Return what the victim's platform folder renders to, None where kustomize refuses it."""
        try:
            return self.tool.build(self.top / "overlays" / "ungleich" / corpus.VICTIM)
        except KustomizeError:
            return None

    def _neutral(self, features: tuple[str, ...], hosts: str, media: str) -> bytes | None:
        self.write(Layer({}, {}, hosts, media, features, frozenset()).neutral())
        return self.build()

    def count(self, what: str) -> None:
        """Count an example, for hypothesis' statistics and the summary."""
        self.counts[what] += 1
        event(what)


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with Workspace(Tree(corpus.ROOT).library) as workspace:
        made = Bed(tmp_path_factory.mktemp("property"), workspace)
        yield made
    print(f"\nownership: {made.counts}")


def judged(bed: Bed, layer: Layer) -> list[str] | None:
    """Return what the oracle holds against a layer, None where it isn't built."""
    neutral = bed.neutral(layer.features, layer.hosts, layer.media)
    bed.write(layer.written())
    real = bed.build()
    if real is None or neutral is None:
        return None
    return oracle.violations(real, neutral, set(layer.secrets), set(layer.config_maps))


@given(layer=customers())
def test_no_layer_changes_what_is_the_platforms(bed: Bed, layer: Layer) -> None:
    bed.count("examples")
    violations = judged(bed, layer)
    accepted = not layers.ask("source", bed.top, bed.workspace)
    bed.count("accepted" if accepted else "refused")
    if violations is None:
        bed.count("accepted and not built" if accepted else "refused and not built")
        return
    rendered = layers.ask("rendered", bed.top, bed.workspace)
    if accepted:
        assert violations == [], "the source layer accepts it"
        assert rendered == {}, "the source layer accepts it, and another layer doesn't"
    if violations:
        bed.count("harmful")
        assert rendered, f"neither comparison sees it: {violations}"


def test_the_oracle_sees_each_thing_that_it_must(bed: Bed) -> None:
    """The planted ones: an oracle that sees nothing would let everything pass."""
    plain = Layer({}, {}, "shop.example.com", "/media", ("sealed-secrets", "async", "ingress"), frozenset({"app"}))
    kustomization = yaml.safe_load(plain.neutral()["kustomization.yaml"])
    files = {name: text for name, text in plain.neutral().items() if name != "kustomization.yaml"}
    for change, seen in (
        ({}, ""),
        ({"replicas": [{"name": "web", "count": 9}], "namePrefix": "x-"}, "is gone"),
        ({"commonAnnotations": {"a": "b"}}, "differs: /metadata/annotations"),
        (
            {"patches": [operation("/spec/template/spec/containers/0/securityContext", {})]},
            "differs: /spec/template/spec/containers/0",
        ),
        (
            {"patches": [operation("/spec/template/spec/volumes/-", {"name": "x", "hostPath": {"path": "/"}})]},
            "volumes",
        ),
        ({"patches": [operation("/spec/template/spec/containers/-", {"name": "x"})]}, "containers"),
        ({"patches": [operation("/spec/template/spec/containers/0/env/-", {"name": "A", "value": "b"})]}, ""),
        (
            {"patches": [operation("/spec/template/spec/containers/0/livenessProbe/tcpSocket/host", "x")]},
            "another host",
        ),
    ):
        found = judged(bed, replace(plain, kustomization={**kustomization, **change}, files=files))
        assert (found == []) if not seen else any(seen in text for text in found or []), (change, found)


def operation(path: str, value: object) -> dict:
    """Return a patch of web with one operation."""
    return {
        "target": {"kind": "Deployment", "name": "web"},
        "patch": corpus.dump([{"op": "add", "path": path, "value": value}]),
    }
