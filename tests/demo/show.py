"""Rows of the tables in which an app is shown to people."""

from collections.abc import Iterable
from pathlib import Path

import kubernetes_validate
from tabulate import tabulate

from validators.kubernetes import versions
from validators.render.objects import Object

Rows = list[list]


def table(headings: list[str], rows: Iterable[list]) -> Rows:
    """Print a table and return its rows."""
    rows = list(rows)
    print(tabulate(rows, headings, tablefmt="simple", disable_numparse=True, maxcolwidths=60))
    return rows


def files(root: Path, *folders: Path) -> Rows:
    """Return the path and the number of lines of each file in `folders`."""
    paths = [path for folder in folders for path in sorted(folder.iterdir())]
    return [[path.relative_to(root), len(path.read_text(encoding="utf-8").splitlines())] for path in paths]


def workloads(rendered: list[Object]) -> Rows:
    """Return kind, name, replicas and sync wave of each object, by wave."""
    rows = []
    for item in rendered:
        wave = item.annotations.get("argocd.argoproj.io/sync-wave", "0")
        rows.append([item.kind, item.name, item.get("spec", "replicas", default=""), wave])
    return sorted(rows, key=lambda row: (int(row[3]), row[0], row[1]))


def sizes(rendered: list[Object]) -> Rows:
    """Return each container with its requests and limits."""
    names = ("cpu", "memory", "ephemeral-storage")
    rows = []
    for item in rendered:
        for container in item.containers():
            resources = container.data.get("resources", {})
            amounts = [resources.get(part, {}).get(name, "-") for part in ("requests", "limits") for name in names]
            rows.append([f"{item.kind} {item.name}: {container.name}", *amounts])
    return rows


def volumes(rendered: list[Object]) -> Rows:
    """Return each volume claim with its size and access mode."""
    claims = [item for item in rendered if item.kind == "PersistentVolumeClaim"]
    size = ("spec", "resources", "requests", "storage")
    return [[item.name, item.get(*size), *item.sequence("spec", "accessModes")] for item in claims]


def hosts(rendered: list[Object]) -> Rows:
    """Return each host with the object that routes it."""
    rows = []
    for item in rendered:
        names = [rule.get("host") for rule in item.sequence("spec", "rules") if item.kind == "Ingress"]
        names += item.sequence("spec", "hostnames") if item.kind == "HTTPRoute" else []
        rows += [[name, f"{item.kind} {item.name}"] for name in names]
    return rows


def validity(rendered: list[Object]) -> Rows:
    """Return for each supported Kubernetes how many objects kubernetes-validate (strict) checked, and refused."""
    rows = []
    for version in versions.KUBERNETES_SUPPORTED:
        checked = refused = 0
        for item in rendered:
            try:
                kubernetes_validate.validate(item.data, version, strict=True)
            except kubernetes_validate.SchemaNotFoundError:  # a custom resource: `check` has its schema
                continue
            except kubernetes_validate.ValidationError:
                refused += 1
            checked += 1
        rows.append([version, checked, refused])
    return rows
