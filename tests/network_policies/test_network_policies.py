"""What an independent evaluator makes of each example's policies is what is documented; planted faults are seen."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PLATFORM_FOLDERS, ROOT
from tests.generators import network_policies

from . import evaluator
from .evaluator import Direction

MEANT = network_policies.load(ROOT)
EXAMPLES = Path("overlays/ungleich/example")
Change = Callable[[dict[str, Any]], object]


def differences(
    folder: Path, direction: Direction, scratch: Path, change: Callable[[list], object] = list
) -> set[network_policies.Connection]:
    """Return what is documented and closed, and what is open and not documented, after a change of the render."""
    items = network_policies.rendered(ROOT, folder)
    here = network_policies.pods(items)
    meant = network_policies.expected(MEANT, network_policies.rows(ROOT, MEANT, folder), here)
    end = "target" if direction == "Ingress" else "source"
    data = [copy.deepcopy(item.data) for item in items]
    change(data)
    found = evaluator.connections(data, MEANT["outside"], direction, scratch)
    return {one for one in meant if getattr(one, end) in here} ^ found


@pytest.mark.parametrize("direction", ["Ingress", "Egress"])
@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=lambda folder: "-".join(folder.parts[-2:]))
def test_is_as_documented(folder: Path, direction: Direction, tmp_path: Path) -> None:
    assert differences(folder, direction, tmp_path) == set()


def removed(policy: dict[str, Any]) -> None:
    policy["kind"] = "Removed"


def of_every_pod(policy: dict[str, Any]) -> None:
    policy["spec"]["podSelector"] = {}


def from_any_pod(policy: dict[str, Any]) -> None:
    policy["spec"]["ingress"][0]["from"][0]["podSelector"] = {}


def from_any_namespace(policy: dict[str, Any]) -> None:
    policy["spec"]["ingress"][0]["from"][0]["namespaceSelector"] = {}


def to_any_pod(policy: dict[str, Any]) -> None:
    policy["spec"]["egress"][0]["to"][0]["podSelector"] = {}


def wider_port(policy: dict[str, Any]) -> None:
    port = (policy["spec"].get("ingress") or policy["spec"]["egress"])[0]["ports"][0]
    port["endPort"] = port["port"] + 1


def any_port(policy: dict[str, Any]) -> None:
    del (policy["spec"].get("ingress") or policy["spec"]["egress"])[0]["ports"]


def another_port(policy: dict[str, Any]) -> None:
    policy["spec"]["ingress"][0]["ports"][0]["port"] = "metrics"


def ipv4_only(policy: dict[str, Any]) -> None:
    policy["spec"]["egress"][0]["to"] = [{"ipBlock": {"cidr": "0.0.0.0/0"}}]


def open_for_egress(policy: dict[str, Any]) -> None:
    policy["spec"]["policyTypes"] = ["Ingress"]


@pytest.mark.parametrize(
    ("app", "name", "change", "direction"),
    [
        ("shop", "default-deny", removed, "Ingress"),
        ("archive-nfs", "default-deny", removed, "Egress"),
        ("archive-nfs", "default-deny", open_for_egress, "Egress"),
        ("shop", "allow-dns", removed, "Egress"),
        ("shop", "allow-dns", any_port, "Egress"),
        ("shop", "allow-gateway", removed, "Ingress"),
        ("shop", "allow-gateway", from_any_namespace, "Ingress"),
        ("shop", "allow-gateway", another_port, "Ingress"),
        ("shop", "allow-internet", of_every_pod, "Egress"),
        ("shop", "allow-internet", ipv4_only, "Egress"),
        ("shop", "database-from-app", of_every_pod, "Ingress"),
        ("shop", "database-from-app", from_any_pod, "Ingress"),
        ("shop", "database-from-app", from_any_namespace, "Ingress"),
        ("shop", "database-from-app", wider_port, "Ingress"),
        ("shop", "allow-database", to_any_pod, "Egress"),
        ("shop", "allow-database", wider_port, "Egress"),
        ("shop", "allow-valkey", removed, "Egress"),
        ("shop", "valkey-from-app", removed, "Ingress"),
    ],
)
def test_planted_fault_is_seen(app: str, name: str, change: Change, direction: Direction, tmp_path: Path) -> None:
    def plant(items: list[dict[str, Any]]) -> None:
        (policy,) = (item for item in items if (item["kind"], item["metadata"]["name"]) == ("NetworkPolicy", name))
        change(policy)

    assert differences(EXAMPLES / app, direction, tmp_path, plant)


def test_a_kept_cluster_stays_closed(tmp_path: Path) -> None:
    """What ArgoCD leaves of a deleted app: the database's pods admit none but their own, the operator and Prometheus."""
    items = network_policies.rendered(ROOT, EXAMPLES / "shop")
    kept = [
        item.data
        for item in items
        if item.get("metadata", "annotations", "argocd.argoproj.io/sync-options", default="").startswith("Delete=false")
    ]
    assert {"Cluster", "NetworkPolicy"} <= {item["kind"] for item in kept}
    found = evaluator.connections(kept, MEANT["outside"], "Ingress", tmp_path)
    assert {one.source for one in found if one.target == "database"} == {
        "database",
        "CloudNativePG operator",
        "Prometheus",
    }


def test_every_component_is_one() -> None:
    """A row with a component's old name would apply to nothing."""
    known = {"base", *network_policies.users(ROOT)}
    assert [row for row in MEANT["connections"] if row["with"] not in known] == []
    used = {row["with"] for folder in PLATFORM_FOLDERS for row in network_policies.rows(ROOT, MEANT, folder)}
    assert used == {row["with"] for row in MEANT["connections"]}


def test_an_answer_in_other_words_is_no_answer() -> None:
    report = "acme-shop/web-1 => kube-system/dns-1 : All but {protocols:TCP,dst_ports:53}\n"
    with pytest.raises(ValueError, match="All but"):
        evaluator.read(report)
