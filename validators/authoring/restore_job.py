"""The Job that restores a point of an app in its place: the app's own CronJob backup, with another script."""

import copy
import re
from pathlib import Path

from ..policy import names
from . import backup_job

_POINT = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


class RestoreProblem(Exception):
    """The point can't be restored; the message is one line, for people."""


def job(root: Path, customer: str, app: str, point: str) -> dict:
    """Return the Job, for `kubectl create`. Raises NameProblem, RestoreProblem, NoBackup or KustomizeError."""
    if not _POINT.fullmatch(point):
        raise RestoreProblem(
            f"POINT {point!r}: write a point's name, as 20261129T015504Z-3f9a1c: its backup printed it"
        )
    template = copy.deepcopy(backup_job.template(root, customer, app))
    template["spec"]["backoffLimit"] = 0  # a person looks at what went wrong
    [container] = template["spec"]["template"]["spec"]["containers"]
    container["command"] = ["sh", "/scripts/restore.sh"]
    container["env"].append({"name": "POINT", "value": point})
    for mount in container["volumeMounts"]:
        if mount["name"] == "media":
            mount.pop("readOnly", None)
    metadata = {
        "name": f"restore-{point.lower()}",
        "namespace": names.namespace(customer, app),
        "labels": {"app.kubernetes.io/name": "backup"},
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
