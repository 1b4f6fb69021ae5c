"""A command in a pod of its own, made like the site's: it has its environment and files, and a size and an end of its own."""

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ..image.kubectl import ClusterProblem, Kubectl

NAME = "run"
CONTAINER = "web"
HISTORY = "run-history"
KEPT = 50
"""Runs that the history holds."""
MOST_SECONDS = 6 * 60 * 60
START_SECONDS = 120
_FIELDS = ("image", "imagePullPolicy", "env", "envFrom", "volumeMounts", "securityContext", "workingDir")


class Run(NamedTuple):
    """What is to be run: the words of a command, and the seconds after which it is ended."""

    command: Sequence[str]
    seconds: int


def run(kubectl: Kubectl, wanted: Run, *, terminal: bool, say: Callable[[str], object]) -> int:
    """Run a command and return its exit code. Its pod is gone afterwards. Raises ClusterProblem."""
    _sweep(kubectl)
    name = f"{NAME}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    manifest, left_out = pod(kubectl, name, wanted)
    for claim in left_out:
        say(f"the volume {claim} isn't there: only one pod at a time may have it, and the site does")
    kubectl.run("create", "--filename=-", stdin=json.dumps(manifest))
    start, code = time.monotonic(), None
    try:
        say(f"pod {name} starts; it is ended after {wanted.seconds} s")
        kubectl.run("wait", f"pod/{name}", "--for=condition=Ready", f"--timeout={START_SECONDS}s")
        code = _exec(kubectl, name, wanted.command, terminal=terminal)
    finally:
        _record(kubectl, wanted, code, time.monotonic() - start)
        kubectl.run("delete", "pod", name, "--wait=false", "--grace-period=5", "--ignore-not-found")
    return code


def pod(kubectl: Kubectl, name: str, wanted: Run) -> tuple[dict[str, Any], list[str]]:
    """Return the pod, and the claims that it can't have. It waits, for the command is started in it: so nothing that the
    command prints is missed, and its exit code comes back."""
    site = kubectl.get("deployment", "web")["spec"]["template"]["spec"]
    single = _single(kubectl)
    volumes = [one for one in site.get("volumes", []) if _claim(one) not in single]
    there = {one["name"] for one in volumes}
    [web] = [one for one in site["containers"] if one["name"] == CONTAINER]
    container = {key: web[key] for key in _FIELDS if key in web}
    container |= {"name": NAME, "command": ["sleep", str(wanted.seconds)], "resources": _size(kubectl, web)}
    container["volumeMounts"] = [one for one in web.get("volumeMounts", []) if one["name"] in there]
    kept = ("serviceAccountName", "automountServiceAccountToken", "enableServiceLinks", "securityContext", "affinity")
    spec = {key: site[key] for key in kept if key in site}
    spec |= {"volumes": volumes, "containers": [container], "restartPolicy": "Never"}
    spec |= {"activeDeadlineSeconds": wanted.seconds, "terminationGracePeriodSeconds": 5}
    labels = {"app.kubernetes.io/name": NAME, "hosting.ungleich.ch/image": "app"}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec}
    return manifest, sorted(filter(None, {_claim(one) for one in site.get("volumes", [])} & single))


def _single(kubectl: Kubectl) -> set[str]:
    """Return the claims that only one pod at a time may have."""
    claims = kubectl.get("persistentvolumeclaims")["items"]
    return {one["metadata"]["name"] for one in claims if "ReadWriteOncePod" in one["spec"].get("accessModes", [])}


def _claim(volume: dict[str, Any]) -> str:
    return volume.get("persistentVolumeClaim", {}).get("claimName", "")


def _size(kubectl: Kubectl, web: dict[str, Any]) -> dict[str, Any]:
    """Return the size of `/init`, which the quota has room for between releases; the site's where there is no such Job."""
    for job in kubectl.get("jobs", "--selector=app.kubernetes.io/name=migrate")["items"]:
        return job["spec"]["template"]["spec"]["containers"][0]["resources"]
    return web["resources"]


def _exec(kubectl: Kubectl, name: str, command: Sequence[str], *, terminal: bool) -> int:
    """Run the command in the pod with this process's input and output, and return its exit code."""
    options = ["--stdin", *(["--tty"] if terminal else [])]
    words = [
        "kubectl",
        f"--namespace={kubectl.namespace}",
        "exec",
        *options,
        name,
        f"--container={NAME}",
        "--",
        *command,
    ]
    try:
        return subprocess.run(words, check=False).returncode
    except OSError as error:
        raise ClusterProblem(f"kubectl exec: {error}") from None


def _sweep(kubectl: Kubectl) -> None:
    """Delete the pods of runs whose caller has gone away, as far as they have ended."""
    for one in kubectl.get("pods", f"--selector=app.kubernetes.io/name={NAME}")["items"]:
        if one["status"].get("phase") in ("Succeeded", "Failed"):
            kubectl.run("delete", "pod", one["metadata"]["name"], "--wait=false", "--ignore-not-found")


def _record(kubectl: Kubectl, wanted: Run, code: int | None, seconds: float) -> None:
    """Add a run to the history: who, what, how long, and how it ended."""
    found = [one for one in kubectl.get("configmaps")["items"] if one["metadata"]["name"] == HISTORY]
    entries = dict(found[0].get("data", {})) if found else {}
    who = json.loads(kubectl.run("auth", "whoami", "--output=json"))["status"]["userInfo"]["username"]
    entry = {"who": who, "command": list(wanted.command), "seconds": round(seconds), "exitCode": code}
    entries[f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"] = json.dumps(entry)
    data = dict(sorted(entries.items())[-KEPT:])
    history = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": HISTORY}, "data": data}
    kubectl.run("apply", "--server-side", "--force-conflicts", "--filename=-", stdin=json.dumps(history))
