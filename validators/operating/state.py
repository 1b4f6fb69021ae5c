"""How a running app is, in lines for people who don't know Kubernetes' words: what is well, what isn't, what to do."""

from collections.abc import Iterator
from typing import Any

from ..image.kubectl import ARGOCD, ClusterProblem, Kubectl

_HOLDER = "media"
_NAMES = {
    "web": "the site",
    "migrate": "/init",
    "async": "the worker",
    "database": "the database",
    _HOLDER: "the pod that holds the volume",
    "cron": "a run of cron",
}
_WAITING = {
    "CrashLoopBackOff": "ends each time it has started: make logs says why",
    "ImagePullBackOff": "can't fetch its image: is there such a tag, and the login to its registry?",
    "ErrImagePull": "can't fetch its image: is there such a tag, and the login to its registry?",
    "InvalidImageName": "has an image's name that is none",
    "CreateContainerConfigError": "lacks a secret or a config map",
}


def lines(kubectl: Kubectl) -> Iterator[str]:
    """Yield a line for each part of the app. Raises ClusterProblem."""
    yield _release(kubectl)
    workloads = kubectl.get("deployments,statefulsets")["items"]
    for one in workloads:
        wanted, ready = one["spec"].get("replicas", 1), one["status"].get("readyReplicas", 0)
        how = "paused" if not wanted else "well" if ready >= wanted else "NOT WELL"
        yield f"{_name(one['metadata']['name'])}: {how}, {ready} of {wanted} pods ready"
    pods = kubectl.get("pods")["items"]
    files = next((one["spec"].get("nodeName", "") for one in pods if _called(one) == _HOLDER), "")
    for pod in pods:
        yield from _pod(pod, files)
    for job in kubectl.get("jobs", "--selector=app.kubernetes.io/name=migrate")["items"]:
        yield f"/init of the last release: {_job(job['status'])}"
    for one in kubectl.get("cronjobs")["items"]:
        yield _cron(one)
    yield from _certificates(kubectl)
    for event in kubectl.get("events", "--field-selector=reason=FailedCreate")["items"]:
        if "exceeded quota" in event.get("message", ""):
            yield f"the quota is full, {event['lastTimestamp']}: {event['message'].partition('exceeded quota')[2][:200]}"


def _release(kubectl: Kubectl) -> str:
    try:
        status = Kubectl(ARGOCD).get("application", kubectl.namespace)["status"]
    except ClusterProblem as problem:
        return f"the release: this login can't see what ArgoCD says of it ({problem})"
    operation, synced = status.get("operationState", {}), status.get("sync", {})
    commit = str(synced.get("revision", ""))[:12]
    if operation.get("phase") in ("Failed", "Error"):
        return f"the release: NOT WELL, {operation.get('message', '')[:300]}; what ran before goes on"
    if operation.get("phase") == "Running":
        return f"the release: going on, {operation.get('message', '')[:300]}"
    health = status.get("health", {}).get("status", "unknown")
    how = "well" if (synced.get("status"), health) == ("Synced", "Healthy") else f"{synced.get('status')}, {health}"
    return f"the release: {how}, commit {commit}"


def _called(pod: dict[str, Any]) -> str:
    return pod["metadata"].get("labels", {}).get("app.kubernetes.io/name", "")


def _pod(pod: dict[str, Any], files: str) -> Iterator[str]:
    """Yield what is wrong with a pod; nothing of one that is well or has ended well. files: the node that has the volume of
    storage/one-node, empty without it."""
    name, status = pod["metadata"]["name"], pod["status"]
    if status.get("phase") == "Failed" and status.get("reason"):
        yield f"  {name}: {status['reason']}, {status.get('message', '')[:200]}"
    for condition in status.get("conditions", []):
        if condition.get("reason") == "Unschedulable":
            bound = files and "podAffinity" in pod["spec"].get("affinity", {}) and _called(pod) != _HOLDER
            where = (
                f"; it has to go to {files}, where its files are: make room there, or drain that node" if bound else ""
            )
            yield f"  {name}: no node takes it: {condition.get('message', '')[:300]}{where}"
    for one in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])):
        waiting = one.get("state", {}).get("waiting", {})
        if (reason := waiting.get("reason")) in _WAITING:
            yield f"  {name}, container {one['name']}: {_WAITING[reason]} ({waiting.get('message', reason)[:200]})"
        killed = [one.get(key, {}).get("terminated", {}) for key in ("state", "lastState")]
        if any(end.get("reason") == "OOMKilled" for end in killed):
            yield f"  {name}, container {one['name']}: was killed for its memory; its limit is a size of sizing.yaml"


def _certificates(kubectl: Kubectl) -> Iterator[str]:
    """Yield a line for each certificate that an Ingress names and that isn't there."""
    named = {tls["secretName"] for one in kubectl.get("ingresses")["items"] for tls in one["spec"].get("tls", [])}
    for name in sorted(named):
        try:
            there = kubectl.run("get", "--output=name", "--ignore-not-found", "secret", name)
        except ClusterProblem as problem:
            yield f"HTTPS: this login can't see whether Secret {name} is there ({problem})"
            continue
        if not there:
            remedy = "seal a certificate, or have cert-manager make it (docs/cert-manager.md)"
            yield f"HTTPS: NOT WELL, Secret {name} isn't there: {remedy}"


def _job(status: dict[str, Any]) -> str:
    for condition in status.get("conditions", []):
        if condition["type"] == "Failed" and condition["status"] == "True":
            return f"FAILED, {condition.get('lastTransitionTime', '')}: {condition.get('message', '')[:200]}"
    return f"went well, {status['completionTime']}" if status.get("succeeded") else "goes on"


def _cron(one: dict[str, Any]) -> str:
    name, spec, status = one["metadata"]["name"], one["spec"], one.get("status", {})
    when = f"{spec['schedule']} ({spec.get('timeZone', 'the cluster' + chr(39) + 's clock')})"
    last, well = status.get("lastScheduleTime", ""), status.get("lastSuccessfulTime", "")
    if spec.get("suspend"):
        how = "paused"
    elif status.get("active"):
        how = f"runs now, since {last}"
    elif not last:
        how = "hasn't run yet"
    else:
        how = f"went well, {last}" if well >= last else f"FAILED, {last}"
    return f"{name}, {when}: {how}"


def _name(name: str) -> str:
    return f"{_NAMES[name]} ({name})" if name in _NAMES else name
