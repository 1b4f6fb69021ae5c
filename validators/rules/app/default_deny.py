"""A pod is open to the internet.

What: a workload that no NetworkPolicy closes for incoming or outgoing traffic, and an app that has workloads but no
policy that denies all by default.
Why: pods have public IPv6 addresses: what isn't closed is reachable from anywhere, and a hijacked app reaches all.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: default-deny}
    spec:
      podSelector: {}
      policyTypes: [Ingress, Egress]

Fix: keep base's NetworkPolicy `default-deny`, and open what is needed by policies of their own.
"""

from collections.abc import Iterator

from ...app import connections
from ...app.app import App
from ...app.workloads import WORKLOADS, matches, pod_labels
from ...render.objects import Object
from .. import Problem

ID = "default-deny"
HINT = "keep base's NetworkPolicy default-deny: podSelector {}, both policyTypes, no rules"
COVERS = (
    "checkov:CKV2_K8S_6",
    "kube-linter:non-isolated-pod",
    "kube-score:pod-networkpolicy",
    "polaris:missingNetworkPolicy",
    "kubescape:C-0030",
    "kubescape:C-0049",
    "kubescape:C-0054",
    "kubescape:C-0206",
    "kubescape:C-0260",
)
_DIRECTIONS = {"Ingress": "incoming", "Egress": "outgoing"}


def check(app: App) -> Iterator[Problem]:
    """Yield a problem for each workload that is open, and where nothing denies by default."""
    policies = list(app.of_kind("NetworkPolicy"))
    workloads = list(app.of_kind(*WORKLOADS))
    opened = False
    for obj in workloads:
        closed = {
            kind
            for policy in policies
            if matches(_selector(policy), pod_labels(obj))
            for kind in connections.directions(policy)
        }
        for kind, traffic in _DIRECTIONS.items():
            if kind not in closed:
                opened = True
                yield Problem(f"no NetworkPolicy closes it for {traffic} traffic", obj)
    if workloads and not opened and not any(map(_denies_all, policies)):
        yield Problem("no NetworkPolicy of the app denies all by default", policies[0])


def _selector(policy: Object) -> dict:
    return policy.mapping("spec", "podSelector")


def _denies_all(policy: Object) -> bool:
    rules = policy.sequence("spec", "ingress") or policy.sequence("spec", "egress")
    everything = policy.get("spec", "podSelector") == {}
    return everything and not rules and _DIRECTIONS.keys() <= set(connections.directions(policy))
