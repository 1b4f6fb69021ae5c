"""Rendered workloads for the tables of cases, as small as each case allows."""

from typing import Any

import yaml

CUSTOMER = {"app.kubernetes.io/name": "web", "hosting.ungleich.ch/image": "app"}


def workload(
    kind: str = "Deployment",
    name: str = "web",
    *,
    container: dict | None = None,
    init: dict | None = None,
    pod: dict | None = None,
    spec: dict | None = None,
    labels: dict | None = None,
    annotations: dict | None = None,
) -> str:
    """Return a workload as YAML: one container `web`, or `container` and an init container `init`, in `pod` in `spec`.

    `labels` (CUSTOMER unless told) and `annotations` are those of its pods.
    """
    containers: dict[str, Any] = {"containers": [{"name": "web", **(container or {})}]}
    if init is not None:
        containers["initContainers"] = [{"name": "init", **init}]
    metadata = {"labels": CUSTOMER if labels is None else labels, "annotations": annotations or {}}
    template = {"metadata": metadata, "spec": {**containers, **(pod or {})}}
    body: dict[str, Any] = {**(spec or {}), "template": template}
    if kind == "CronJob":
        body = {**(spec or {}), "jobTemplate": {"spec": {"template": template}}}
    if kind == "Pod":
        return manifest("Pod", name, metadata=metadata, spec=template["spec"])
    return manifest(kind, name, spec=body)


def manifest(kind: str, name: str, *, metadata: dict | None = None, **fields: Any) -> str:
    """Return an object of any kind as YAML."""
    return yaml.safe_dump({"kind": kind, "metadata": {"name": name, **(metadata or {})}, **fields}, sort_keys=False)


def several(*texts: str) -> str:
    """Return objects as one stream of documents."""
    return "---\n".join(texts)


def service(name: str = "web", target: str | int = "http", **spec: Any) -> str:
    """Return a Service that sends traffic to the pods with CUSTOMER's name."""
    selector = {"app.kubernetes.io/name": "web"}
    ports = [{"port": 80, "targetPort": target}]
    return manifest("Service", name, spec={"selector": selector, "ports": ports, **spec})
