"""docs/network-policies.md: who may talk to whom, as tests/network_policies/connections.yaml means it."""

from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from tabulate import tabulate

from validators.render import objects

from .golden import platform_folders
from .readme import users

OWNS = ("docs/network-policies.md",)
MEANT = Path("tests") / "network_policies" / "connections.yaml"
WORKLOADS = ("Deployment", "StatefulSet", "Job", "CronJob", "Cluster")
UNPLANNED = "a pod with no label"
_HEAD = """\
# Who may talk to whom

All connections but these are closed. Written from `tests/network_policies/connections.yaml`, which is kept by hand, by
`make generate` in the library's repository.

A test gives the policies of every example, as rendered, to
[NCA](https://pypi.org/project/network-config-analyzer/), an evaluator of NetworkPolicies that others wrote, and compares
what it makes of them with these tables: a connection more or less, another port or address family fails. It judges each
end of a connection with the other end open, so that what a pod accepts doesn't rest on what others may send. Among the
others are pods that nobody planned: one without labels in the app's own namespace, and another customer's pods that have
the labels of ours.

`DNS`, `ingress controller`, `gateway`, `Prometheus` and `CloudNativePG operator` are all pods of the namespaces that the
[platform guide](platform-guide.md#what-the-cluster-must-have) names or has labelled: who can make pods there, or set the
label, has their way.

On the test cluster, which enforces policies, the same tables are [tried as connections](../tests/e2e/test_network_policies.py): from every
pod of both nodes to every other on every port that a row names and two that none does, to and from all others, the internet and the nodes. A node
always reaches its own pods, for probes. Whether `internet` includes pods of the cluster depends on the network plugin; then what those pods accept
decides. The test cluster's includes them.

## By component

"""
_EXAMPLES = "\n## By example\n"


class Connection(NamedTuple):
    """Who may open a connection, a pod or a range of addresses, to whom, and to which port: `TCP 53` or `any`."""

    source: str
    target: str
    port: str


def files(root: Path) -> dict[str, str]:
    """Return the page."""
    meant = load(root)
    rows = [(_component(row), row["from"], row["to"], _ports(row), row.get("why", "")) for row in meant["connections"]]
    table = tabulate(rows, headers=["component", "from", "to", "ports", "why so"], tablefmt="github")
    groups = "".join(f"- {name}: {', '.join(pods)}\n" for name, pods in meant["groups"].items())
    ranges = "".join(
        f"- {peer['name']}: {', '.join(peer['addresses'])}\n" for peer in meant["outside"] if "addresses" in peer
    )
    page = f"{_HEAD}{table}\n\n{groups}{ranges}{_EXAMPLES}"
    return {OWNS[0]: page + "".join(_example(root, meant, folder) for folder in platform_folders(root))}


def load(root: Path) -> dict[str, Any]:
    """Return what is meant, as the file has it."""
    return yaml.safe_load((root / MEANT).read_text(encoding="utf-8"))


def rendered(root: Path, folder: Path) -> list[objects.Object]:
    """Return the golden render of a platform folder."""
    return objects.parse((root / f"tests/golden/apps/{'-'.join(folder.parts[-2:])}.yaml").read_bytes())


def pods(items: list[objects.Object]) -> list[str]:
    """Return the names of what makes pods, and the pod that nobody planned."""
    return [*sorted({pod_name(item.data) for item in items if item.kind in WORKLOADS}), UNPLANNED]


def pod_labels(data: dict[str, Any]) -> dict[str, str]:
    """Return the labels of the pods of a workload or CronJob."""
    spec = data["spec"]["jobTemplate"]["spec"] if data["kind"] == "CronJob" else data["spec"]
    return spec["template"]["metadata"]["labels"]


def pod_name(data: dict[str, Any]) -> str:
    """Return the name under which what makes pods stands in the tables: CronJobs of a customer are one, `cron`."""
    return pod_labels(data)["app.kubernetes.io/name"] if data["kind"] == "CronJob" else data["metadata"]["name"]


def rows(root: Path, meant: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Return what is meant for a platform folder, by the components that it and its customer's folder list."""
    app = "/".join(folder.parts[-2:])
    listed = {name for name, apps in users(root).items() if app in apps}
    if (root / "overlays/customers" / app).is_dir():
        listed.add("base")
    return [
        row
        for row in meant["connections"]
        if {row["with"], row.get("beside", row["with"])} <= listed and row.get("without") not in listed
    ]


def _component(row: dict[str, Any]) -> str:
    beside = f" with {row['beside']}" if "beside" in row else ""
    return row["with"] + (f" without {row['without']}" if "without" in row else beside)


def expected(meant: dict[str, Any], wanted: list[dict[str, Any]], here: list[str]) -> set[Connection]:
    """Return each connection, of pods in `here` and of all that is outside, with addresses for what has some."""
    outside = {peer["name"]: peer.get("addresses", [peer["name"]]) for peer in meant["outside"]}

    def peers(name: str) -> list[str]:
        return outside.get(name) or [pod for pod in meant["groups"].get(name, [name]) if pod in here]

    every = {
        Connection(source, target, port)
        for row in wanted
        for source in peers(row["from"])
        for target in peers(row["to"])
        for port in row["ports"]
    }
    return {one for one in every if one.port == "any" or one._replace(port="any") not in every}


def _example(root: Path, meant: dict[str, Any], folder: Path) -> str:
    here = pods(rendered(root, folder))
    named = {**meant, "outside": [{"name": peer["name"]} for peer in meant["outside"]]}
    accepts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    opens: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for source, target, port in sorted(expected(named, rows(root, meant, folder), here)):
        opens[source][target].append(port)
        accepts[target][source].append(port)
    table = [(pod, _listed(accepts[pod]), _listed(opens[pod])) for pod in here]
    text = tabulate(table, headers=["pod", "accepts connections from", "may connect to"], tablefmt="github")
    return f"\n### {'-'.join(folder.parts[-2:])}\n\n{text}\n"


def _listed(peers: dict[str, list[str]]) -> str:
    return "; ".join(f"{peer}: {', '.join(ports)}" for peer, ports in peers.items()) or "nobody"


def _ports(row: dict[str, Any]) -> str:
    return ", ".join(row["ports"])
