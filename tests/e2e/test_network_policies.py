"""The documented table, tried as connections on the test cluster: each cell, for each example, between pods of both nodes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings
from tests.conftest import PLATFORM_FOLDERS, ROOT
from tests.e2e.figures import Figures
from tests.generators import network_policies
from tests.network_policies import live
from tests.network_policies.live import INTERNET, NODES, Found, Stand

pytestmark = pytest.mark.test_cluster("connections are tried from the nodes, too")
MEANT = network_policies.load(ROOT)
PORTS = live.ports(MEANT)
QUICK = ("shop", "photos-nfs")  # between them they have most components


@dataclass(frozen=True)
class Others:
    """Everybody who is not in the app's namespace."""

    pods: list[Stand]
    internet: Stand
    nodes: list[Stand]


@pytest.fixture(scope="module")
def others(kubernetes: Kubernetes, settings: Settings) -> Iterator[Others]:
    """Pods of those whom connections.yaml calls outside, in namespaces with the labels that it gives them."""
    spaces, pods = {}, []
    for peer in MEANT["outside"]:
        if "addresses" in peer:
            continue
        labels = peer.get("namespace", {})
        namespace = labels.get("kubernetes.io/metadata.name", live.namespace(peer["name"]))
        spaces[namespace] = {} if "kubernetes.io/metadata.name" in labels else labels
        own = peer.get("pod", {"app": "other"})
        pods += [live.manifest(namespace, peer["name"], node, own, PORTS) for node in settings.nodes]
    with live.stands(kubernetes, spaces, pods) as made, live.internet(settings, PORTS) as internet:
        yield Others(made, internet, live.nodes(settings))


@contextmanager
def deployed(kubernetes: Kubernetes, settings: Settings, folder: Path) -> Iterator[list[Stand]]:
    """An example's policies, and a pod on each node for each of its pods and for one that nobody planned."""
    items, here = network_policies.rendered(ROOT, folder), live.namespace("app")
    pods = [
        live.manifest(here, who, node, labels, PORTS, **named)
        for who, (labels, named) in live.labels_and_ports(items).items()
        for node in settings.nodes
    ]
    policies = [policy(item.data, here, settings) for item in items if item.kind == "NetworkPolicy"]
    with live.stands(kubernetes, {here: {}}, pods, policies) as made:
        yield made


def policy(data: dict[str, Any], here: str, settings: Settings) -> dict[str, Any]:
    """A policy for the tests' namespace, with this cluster's nodes for the documented ones."""
    [[documented]] = [peer["addresses"] for peer in MEANT["outside"] if peer["name"] == NODES]
    text = json.dumps({**copy.deepcopy(data), "metadata": {"name": data["metadata"]["name"], "namespace": here}})
    return json.loads(text.replace(documented, live.network(settings.nodes)))


def meant(folder: Path, here: list[Stand]) -> Callable[[Stand, Stand, str], bool]:
    """What tells whether the table lets a connection through. This plugin's internet has the cluster's own pods in it."""
    named = {**MEANT, "outside": [{"name": peer["name"]} for peer in MEANT["outside"]]}
    own = {one.who for one in here}
    rows = network_policies.expected(named, network_policies.rows(ROOT, MEANT, folder), sorted(own))

    def opens(source: Stand, target: Stand, port: str) -> bool:
        def listed(*targets: str) -> bool:
            return any((source.who, one, which) in rows for one in targets for which in (port, "any"))

        out = source.who not in own or listed(target.who, INTERNET)
        return out and (target.who not in own or listed(target.who))

    return opens


def differences(folder: Path, here: list[Stand], found: Found) -> list[str]:
    """What opened and isn't meant to, and the other way round."""
    opens = meant(folder, here)
    return sorted(
        f"{source.who} on {source.node} -> {target.who} on {target.node}, {port}: {'open' if opened else 'closed'}"
        for (source, target, port), opened in found.items()
        if opened != opens(source, target, port)
    )


def connections(settings: Settings, here: list[Stand], others: Others) -> Found:
    """Every connection from the app's pods to anybody, and from anybody to them."""
    out = live.tried(settings, here, [*here, *others.pods, others.internet], PORTS)
    return out | live.tried(settings, [*others.pods, others.internet, *others.nodes], here, PORTS)


@pytest.mark.parametrize(
    "folder",
    [pytest.param(one, marks=() if one.name in QUICK else pytest.mark.thorough) for one in PLATFORM_FOLDERS],
    ids=lambda folder: "-".join(folder.parts[-2:]),
)
def test_every_cell_of_the_table(
    kubernetes: Kubernetes, settings: Settings, others: Others, figures: Figures, folder: Path
) -> None:
    with deployed(kubernetes, settings, folder) as here:
        found = connections(settings, here, others)
        assert differences(folder, here, found) == []
        opens = meant(folder, here)
    documented, opened = sum(opens(*one) for one in found), sum(found.values())
    values = f"{documented} documented, {opened} opened, {len(found) - opened} refused"
    figures.add("-".join(folder.parts[-2:]), "connections tried between pods and nodes", values)


def test_without_the_engine_it_fails(
    kubernetes: Kubernetes, settings: Settings, others: Others, figures: Figures
) -> None:
    """Planted: a cluster that enforces nothing."""
    folder = Path("overlays/ungleich/example/minimal")
    with deployed(kubernetes, settings, folder) as here, live.unenforced(settings):
        assert differences(folder, here, connections(settings, here, others))
