"""A pod beside an app that reaches its database and its files: the pod of its backup, without the bucket's keys."""

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

from ...image.kubectl import Kubectl
from ...kubernetes import quantity
from .place import Pod

RSYNC_IMAGE = "quay.io/backube/volsync:0.13.0"
"""An upstream image that has rsync."""
HOURS = 24
START_SECONDS = 110
_DATABASE = "PG"
_KEPT = ("HOME", "MEDIA", "PATH")


def manifest(template: dict[str, Any], name: str, containers: dict[str, str]) -> dict[str, Any]:
    """Return the pod from the CronJob's template of its Job. containers: their images by their names, beside the backup's.

    Together they are as big as a backup, for which the quota has room.
    """
    spec = copy.deepcopy(template["spec"]["template"]["spec"])
    [first] = spec["containers"]
    del spec["initContainers"]
    first["env"] = [one for one in first["env"] if one["name"].startswith(_DATABASE) or one["name"] in _KEPT]
    first["command"] = ["sleep", str(HOURS * 3600)]
    kept = ("tmp", "media")
    first["volumeMounts"] = [one for one in first["volumeMounts"] if one["name"] in kept]
    for mount in first["volumeMounts"]:
        mount.pop("readOnly", None)
    first["resources"] = _share(first["resources"], 1 + len(containers))
    for other, image in containers.items():
        spec["containers"].append({**copy.deepcopy(first), "name": other, "image": image, "env": []})
    spec["volumes"] = [one for one in spec["volumes"] if one["name"] in kept]
    spec["activeDeadlineSeconds"] = HOURS * 3600
    spec["terminationGracePeriodSeconds"] = 5
    labels = template["spec"]["template"]["metadata"]["labels"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec}


def media(template: dict[str, Any]) -> str:
    """Return the folder of the app's files in the pod; empty where it has none."""
    [container] = template["spec"]["template"]["spec"]["containers"]
    return next((one["value"] for one in container["env"] if one["name"] == "MEDIA"), "")


@contextlib.contextmanager
def running(kubectl: Kubectl, made: dict[str, Any]) -> Iterator[Pod]:
    """Yield the pod once it runs; it is gone afterwards. Raises ClusterProblem."""
    name = made["metadata"]["name"]
    kubectl.run("create", "--filename=-", stdin=json.dumps(made))
    try:
        kubectl.run("wait", f"pod/{name}", "--for=condition=Ready", f"--timeout={START_SECONDS}s")
        yield Pod(kubectl, name)
    finally:
        kubectl.run("delete", "pod", name, "--wait=false", "--grace-period=5", "--ignore-not-found")


def _share(resources: dict[str, Any], parts: int) -> dict[str, Any]:
    """Return the size of one of `parts` containers."""
    return {
        kind: {name: quantity.show(quantity.amount(value) / parts, name) for name, value in values.items()}
        for kind, values in resources.items()
    }
