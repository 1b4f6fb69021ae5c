"""Each fault planted in a good app that checkov or kube-score sees, a rule of ours that covers the check finds as well.

So an app that passes our rules passes these scanners, but for the checks that have a reason in scanner-checks.yaml.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.generators import scanner_coverage as coverage
from validators import rules
from validators.render.objects import Object

from .. import scanners
from ..conftest import ROOT, tool
from .cases import app_of

pytestmark = [pytest.mark.scanners, pytest.mark.xdist_group("scanners")]

KINDS = ("Deployment", "Service", "Ingress", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "ConfigMap")
Manifest = dict[str, dict]
"""The objects of an app by Kind/name."""


def good() -> Manifest:
    """Return the parts of an example that the faults are planted in, with two replicas."""
    data = yaml.load_all((ROOT / "tests/golden/apps/example-minimal.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    found = {f"{item['kind']}/{item['metadata']['name']}": item for item in data if item["kind"] in KINDS}
    found = {name: item for name, item in found.items() if "database" not in name}  # its pods aren't here
    found["Deployment/web"]["spec"]["replicas"] = 2
    return found


def deletions(manifest: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Yield the manifest without each field in turn of web's pod, its container, its Service and what protects it."""
    pod = ("Deployment/web", "spec", "template", "spec")
    roots = [(*pod, "containers", 0), pod, ("Service/web", "spec"), ("PodDisruptionBudget/web", "spec")]
    roots += [("NetworkPolicy/default-deny", "spec"), ("ServiceAccount/app",), ("Ingress/web", "spec")]
    for root in roots:
        for pointer in _below(_at(manifest, root), root):
            if pointer[-1] not in ("kind", "apiVersion", "metadata", "containers", "image", "name"):
                changed = copy.deepcopy(manifest)
                del _at(changed, pointer[:-1])[pointer[-1]]
                yield "without " + "/".join(map(str, pointer)), changed


def _below(value: Any, pointer: tuple) -> Iterator[tuple]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield (*pointer, key)
        yield from _below(inner, (*pointer, key))


def _at(value: Any, pointer: tuple) -> Any:
    for token in pointer:
        value = value[token]
    return value


def _pod(manifest: Manifest, **fields: Any) -> None:
    manifest["Deployment/web"]["spec"]["template"]["spec"].update(fields)


def _container(manifest: Manifest, **fields: Any) -> None:
    manifest["Deployment/web"]["spec"]["template"]["spec"]["containers"][0].update(fields)


def _security(manifest: Manifest, **fields: Any) -> None:
    manifest["Deployment/web"]["spec"]["template"]["spec"]["containers"][0]["securityContext"].update(fields)


def _service(manifest: Manifest, **fields: Any) -> None:
    manifest["Service/web"]["spec"].update(fields)


def _snippet(manifest: Manifest, name: str, text: str) -> None:
    manifest["Ingress/web"]["metadata"]["annotations"] = {f"nginx.ingress.kubernetes.io/{name}": text}


def _role(manifest: Manifest, kind: str, *rules_: dict) -> None:
    metadata = {"name": "r", "namespace": "example-minimal"}  # only to tell whose it is in the scanners' reports
    body = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, "rules": [*rules_]}
    manifest[f"{kind}/r"] = body


def _probe(manifest: Manifest) -> None:
    container = _at(manifest, ("Deployment/web", "spec", "template", "spec", "containers", 0))
    container["livenessProbe"] = container["readinessProbe"]


def _drop(manifest: Manifest, prefix: str) -> None:
    for name in [name for name in manifest if name.startswith(prefix)]:
        del manifest[name]


def _default_account(manifest: Manifest) -> None:
    account = manifest["ServiceAccount/app"]
    account["metadata"]["name"] = "default"
    del account["automountServiceAccountToken"]


def _namespace(manifest: Manifest, name: str) -> None:
    for item in manifest.values():
        item["metadata"]["namespace"] = name


SOCKET = {"name": "docker", "hostPath": {"path": "/var/run/docker.sock"}}
BINDING = {"verbs": ["bind"], "resources": ["clusterrolebindings"], "apiGroups": ["rbac.authorization.k8s.io"]}
ESCALATION = {"verbs": ["escalate"], "resources": ["clusterroles"], "apiGroups": ["rbac.authorization.k8s.io"]}
ADDITIONS: dict[str, Callable[[Manifest], None]] = {
    "hostNetwork": lambda m: _pod(m, hostNetwork=True),
    "hostPID": lambda m: _pod(m, hostPID=True),
    "hostIPC": lambda m: _pod(m, hostIPC=True),
    "a token": lambda m: _pod(m, automountServiceAccountToken=True),
    "a socket": lambda m: _pod(m, volumes=[SOCKET]),
    "seccomp off": lambda m: _pod(m, securityContext={"seccompProfile": {"type": "Unconfined"}}),
    "root": lambda m: _security(m, runAsUser=0, runAsGroup=0, runAsNonRoot=False),
    "low ids": lambda m: _security(m, runAsUser=1000, runAsGroup=1000),
    "privileged": lambda m: _security(m, privileged=True),
    "escalation": lambda m: _security(m, allowPrivilegeEscalation=True),
    "SYS_ADMIN": lambda m: _security(m, capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
    "NET_RAW stays": lambda m: _security(m, capabilities={"drop": ["KILL"]}),
    "a writable root": lambda m: _security(m, readOnlyRootFilesystem=False),
    "hostPort": lambda m: _container(m, ports=[{"name": "http", "containerPort": 8000, "hostPort": 8000}]),
    "no fixed tag": lambda m: _container(m, image="registry.example.com/app:latest"),
    "no tag": lambda m: _container(m, image="registry.example.com/app"),
    "an old copy": lambda m: _container(m, imagePullPolicy="IfNotPresent"),
    "git-sync": lambda m: _container(m, env=[{"name": "GITSYNC_GIT", "value": "/x"}]),
    "a variable twice": lambda m: _container(m, env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]),
    "no probes": lambda m: _container(m, livenessProbe=None, readinessProbe=None, startupProbe=None),
    "one probe twice": _probe,
    "NodePort": lambda m: _service(m, type="NodePort"),
    "a Service for nobody": lambda m: _service(m, selector={"app.kubernetes.io/name": "nobody"}),
    "Recreate": lambda m: m["Deployment/web"]["spec"].update(strategy={"type": "Recreate"}),
    "a wrong selector": lambda m: m["Deployment/web"]["spec"]["selector"].update(matchLabels={"a": "b"}),
    "a wrong label": lambda m: m["Deployment/web"]["metadata"]["labels"].update(a="b c"),
    "no budget": lambda m: _drop(m, "PodDisruptionBudget/"),
    "no policies": lambda m: _drop(m, "NetworkPolicy/"),
    "a policy for nobody": lambda m: m["NetworkPolicy/default-deny"]["spec"].update(
        podSelector={"matchLabels": {"app.kubernetes.io/name": "nobody"}}
    ),
    "default namespace": lambda m: _namespace(m, "default"),
    "the default account": lambda m: _default_account(m),
    "a snippet": lambda m: _snippet(m, "server-snippet", "return 200;"),
    "a snippet of Lua": lambda m: _snippet(m, "configuration-snippet", "lua_package_path x;"),
    "a snippet with an alias": lambda m: _snippet(m, "configuration-snippet", "alias /etc;"),
    "an old version": lambda m: m["PodDisruptionBudget/web"].update(apiVersion="policy/v1beta1"),
    "an Ingress for nobody": lambda m: m["Ingress/web"]["spec"]["rules"][0]["http"]["paths"][0]["backend"].update(
        service={"name": "nobody", "port": {"number": 80}}
    ),
    "wildcards": lambda m: _role(m, "ClusterRole", {"verbs": ["*"], "resources": ["*"], "apiGroups": ["*"]}),
    "binds": lambda m: _role(m, "ClusterRole", BINDING),
    "escalates": lambda m: _role(m, "ClusterRole", ESCALATION),
}


def mutants() -> dict[str, Manifest]:
    """Return the manifests with a fault, by what is wrong."""
    found = dict(deletions(good()))
    for name, plant in ADDITIONS.items():
        found[name] = good()
        plant(found[name])
    return found


def scanned(manifests: dict[str, Manifest], folder: Path) -> dict[str, set[str]]:
    """Return the checks that scanners fail, by the name of the manifest."""
    names = {}
    for index, (name, manifest) in enumerate(manifests.items()):
        named = manifest["Deployment/web"]["metadata"]["namespace"]
        namespace = named if named == "default" else f"n{index}"  # by it the reports tell whose a failure is
        names[namespace] = name
        text = yaml.safe_dump_all(manifest.values()).replace(f"namespace: {named}\n", f"namespace: {namespace}\n")
        (folder / f"{index:04}.yaml").write_text(text)
    failed: dict[str, set[str]] = {name: set() for name in manifests}
    for failure in scanners.scan(folder).failures:
        failed[names[failure.namespace]].add(f"{failure.scanner}:{failure.check}")
    return failed


def ours(manifest: Manifest) -> set[str]:
    """Return the ids of the rules about rendered objects that find something."""
    app = replace(app_of("", name="example/minimal"), objects=tuple(Object(item) for item in manifest.values()))
    found = set()
    for rule in rules.every().values():
        if rule.scope == rules.OBJECT:
            wanted = [obj for obj in app.objects if not rule.kinds or obj.kind in rule.kinds]
            problems = [problem for obj in wanted for problem in rule.check(obj, app) or ()]
        else:
            problems = list(rule.check(app) or ()) if rule.scope == rules.APP and rule.covers else []
        if problems:
            found.add(rule.id)
    return found


def test_what_scanners_find_we_find(tmp_path: Path) -> None:
    tool("kube-score")
    manifests = {"good": good(), **mutants()}
    failed = scanned(manifests, tmp_path)
    covered, known = coverage.covering(), coverage.checks()
    missed, seen = [], set()
    before = ours(manifests["good"])
    for name, manifest in manifests.items():
        found = ours(manifest) - before
        for check in sorted(failed[name] - failed["good"]):
            scanner, _, key = check.partition(":")
            if "reason" not in known[scanner][key]:
                seen.add(check)
                if not found.intersection(covered.get(check, [])):
                    missed.append(f"{name}: {check}, found only {sorted(found)}")
    assert missed == []
    assert len(seen) > 40, sorted(seen)
