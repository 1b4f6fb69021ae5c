"""The Job that restores a point of an app in its place: the app's own CronJob backup, with another script."""

import copy
import re
from pathlib import Path

from ..policy import names
from ..render import kustomize, objects
from ..sources.tree import PLATFORM

_POINT = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


class RestoreProblem(Exception):
    """There is nothing to restore with; the message is one line, for people."""


def job(root: Path, customer: str, app: str, point: str) -> dict:
    """Return the Job, for `kubectl create`. Raises NameProblem, RestoreProblem or KustomizeError."""
    namespace = names.namespace(customer, app)
    folder = root / PLATFORM / customer / app
    if not folder.is_dir():
        raise RestoreProblem(f"{folder}: no such app")
    if not _POINT.fullmatch(point):
        raise RestoreProblem(
            f"POINT {point!r}: write a point's name, as 20261129T015504Z-3f9a1c: its backup printed it"
        )
    rendered = objects.parse(kustomize.find().build(folder))
    found = next((one for one in rendered if (one.kind, one.name) == ("CronJob", "backup")), None)
    if found is None:
        raise RestoreProblem(
            f"{folder}/kustomization.yaml: doesn't list components/backup, so {namespace} has no points"
        )
    template = copy.deepcopy(found.data["spec"]["jobTemplate"])
    template["spec"]["backoffLimit"] = 0  # a person looks at what went wrong
    [container] = template["spec"]["template"]["spec"]["containers"]
    container["command"] = ["sh", "/scripts/restore.sh"]
    container["env"].append({"name": "POINT", "value": point})
    for mount in container["volumeMounts"]:
        if mount["name"] == "media":
            mount.pop("readOnly", None)
    metadata = {
        "name": f"restore-{point.lower()}",
        "namespace": namespace,
        "labels": {"app.kubernetes.io/name": "backup"},
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
