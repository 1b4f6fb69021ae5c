"""What a customer may not change, judged from two renders alone: a few lines that share nothing with the validators.

Both renders are taken apart, what is the customer's own is put aside, and the rest must be the same.
"""

import re
from typing import Any

import yaml

_OWN_CONTAINERS = {"web", "async", "scheduler", "init"}
_OWN_FIELDS = {
    *("image", "command", "args", "workingDir", "env", "envFrom", "volumeMounts", "lifecycle"),
    *("startupProbe", "readinessProbe", "livenessProbe"),
}
_WORKLOADS = {("Deployment", "web"), ("Deployment", "async"), ("Deployment", "scheduler"), ("Job", "migrate")}
_HASH = re.compile(r"-[a-z0-9]{10}$")

Key = tuple[str, str, str, str]


def violations(real: bytes, neutral: bytes, secrets: set[str], config_maps: set[str]) -> list[str]:
    """Return what differs that may not: `secrets` and `config_maps` are the names that the customer's files add."""
    actual, expected = _objects(real), _objects(neutral)
    found = [f"{key[1]}/{key[3]} is gone" for key in expected.keys() - actual.keys()]
    for key in actual.keys() - expected.keys():
        _, kind, namespace, name = key
        own = name in secrets if kind == "SealedSecret" else kind == "ConfigMap" and name in config_maps
        if not own or namespace != "victim-shop":
            found.append(f"{kind}/{name} was added")
    for key in actual.keys() & expected.keys():
        mine, theirs = _without_own(key, actual[key]), _without_own(key, expected[key])
        if mine != theirs:
            found.append(f"{key[1]}/{key[3]} differs: {_first(mine, theirs)}")
        if key[1:4:2] in _WORKLOADS:
            found += [f"{key[1]}/{key[3]}: {text}" for text in _misuse(actual[key], secrets)]
    return sorted(found)


def _objects(stream: bytes) -> dict[Key, dict]:
    documents = [document for document in yaml.load_all(stream, yaml.CSafeLoader) if document]
    names = [d["metadata"]["name"] for d in documents if d["kind"] == "ConfigMap"]
    plain = {name: _HASH.sub("", name) for name in names}
    found = {}
    for document in documents:
        document = _renamed(document, plain)
        metadata = document["metadata"]
        key = (document["apiVersion"], document["kind"], metadata.get("namespace", ""), metadata["name"])
        if key in found:
            raise AssertionError(f"{key} is there twice")
        found[key] = document
    return found


def _renamed(value: Any, plain: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(inner, plain) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, plain) for inner in value]
    return plain.get(value, value) if isinstance(value, str) else value


def _without_own(key: Key, value: dict) -> dict:
    """Return an object without what is the customer's to change in it."""
    _, kind, _, name = key
    if (kind, name) in (("ConfigMap", "app-config"), ("ConfigMap", "secret-revision")):
        return {**value, "data": None}
    if (kind, name) not in _WORKLOADS:
        return value
    pod = dict(value["spec"]["template"]["spec"])
    pod["terminationGracePeriodSeconds"] = None
    pod["volumes"] = sorted((v for v in pod.get("volumes", []) if not _harmless(v)), key=lambda v: str(v.get("name")))
    for part in ("containers", "initContainers"):
        pod[part] = [_without_own_fields(container) for container in pod.get(part, [])]
    template = {**value["spec"]["template"], "spec": pod}
    return {**value, "spec": {**value["spec"], "template": template}}


def _without_own_fields(container: dict) -> dict:
    if container.get("name") not in _OWN_CONTAINERS:
        return container
    return {key: inner for key, inner in container.items() if key not in _OWN_FIELDS}


def _harmless(volume: dict) -> bool:
    """Whether a volume is a Secret, a config map, or files of several of these."""
    kinds = set(volume) - {"name"}
    if kinds == {"projected"}:
        return all(set(source) <= {"secret", "configMap"} for source in volume["projected"].get("sources") or [])
    return kinds in ({"secret"}, {"configMap"})


def _misuse(value: dict, secrets: set[str]) -> list[str]:
    """Return what fields that are the customer's hold and mustn't: other hosts, other Secrets, times out of bounds."""
    pod = value["spec"]["template"]["spec"]
    found = []
    if not 0 < pod.get("terminationGracePeriodSeconds", 30) <= 600:
        found.append("ends too late, or at once")
    for path, inner in _walk(pod, ()):
        if path[-1] == "host" and path[-2] in ("httpGet", "tcpSocket"):
            found.append(f"{path} calls another host")
        if path[-1] == "port" and inner not in ("http", 8000):
            found.append(f"{path} calls another port")
        if path[-1] in ("hostPath", "serviceAccountToken", "medium", "hostPort", "privileged"):
            found.append(f"{path} is there")
        reference = path[-1] == "secretName" or (
            path[-1] == "name" and path[-2] in ("secretKeyRef", "secretRef", "secret")
        )
        if reference and inner not in {*secrets, "database-app", "app"}:
            found.append(f"{path} reads the Secret {inner}")
        if path[-1] in ("periodSeconds", "timeoutSeconds", "failureThreshold") and not 0 < inner <= 360:
            found.append(f"{path} is {inner}")
    return found


def _walk(value: Any, path: tuple) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key), inner
        yield from _walk(inner, (*path, key))


def _first(left: Any, right: Any, path: str = "") -> str:
    """Return where two values differ first."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [*left, *(k for k in right if k not in left)]:
            if left.get(key) != right.get(key):
                return _first(left.get(key), right.get(key), f"{path}/{key}")
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, two) in enumerate(zip(left, right, strict=True)):
            if one != two:
                return _first(one, two, f"{path}/{index}")
    return f"{path}: {str(left)[:80]}, not {str(right)[:80]}"
