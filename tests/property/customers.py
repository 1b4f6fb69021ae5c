"""Random customer layers: a grammar that mixes what customers may write with what they may not."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.attacks.corpus import dump

_LIBRARY = "../../../../components/"
_POD = "/spec/template/spec"
# Few, because the neutral render of each is kept; the order is that of docs/components-order.md.
_FEATURES = (
    ("sealed-secrets", "async", "ingress"),
    ("sealed-secrets", "async-container", "init-container", "ingress", "hosts/2"),
    ("sealed-secrets", "restart-on-change", "private-registry", "async", "scheduler", "gateway", "hosts/3", "egress"),
    ("sealed-secrets", "async-container"),
    ("sealed-secrets", "init-container", "scheduler", "gateway"),
    ("async",),
)
_SEALED = {"SECRET_KEY": "AgBx"}


@dataclass(frozen=True)
class Layer:
    """A customer's folder, and what an honest reader would say that it adds."""

    kustomization: dict
    files: dict[str, str]
    hosts: str
    media: str
    features: tuple[str, ...]
    secrets: frozenset[str]
    config_maps: frozenset[str] = field(default_factory=frozenset)

    def written(self) -> dict[str, str]:
        """Return the files of the folder."""
        return {"kustomization.yaml": dump(self.kustomization), **self.files}

    def neutral(self) -> dict[str, str]:
        """Return the folder of a customer who has the same features and hosts and sets nothing else."""
        kustomization = {
            **HEAD,
            "resources": ["../../../../base", "app-secret.yaml"],
            "components": [_LIBRARY + name for name in self.features],
            "configMapGenerator": [{"name": "app-config", "behavior": "merge", "envs": ["app.env"]}],
        }
        env = f"HOSTS={self.hosts}\nMEDIA_ROOT={self.media}\n"
        return {"kustomization.yaml": dump(kustomization), "app.env": env, "app-secret.yaml": sealed("app")}


HEAD = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}


def sealed(name: str) -> str:
    """Return a SealedSecret."""
    metadata = {"name": name, "annotations": {"argocd.argoproj.io/sync-wave": "-1"}}
    value = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": metadata}
    return dump({**value, "spec": {"encryptedData": dict(_SEALED)}})


# (field below a container, values that may stand there, values that may not)
_CONTAINER = (
    ("command", [["/serve"], ["sh", "-c", "exec x"]], ["/serve", [8000], []]),
    ("args", [["--a"], ["b", "c"]], [{"a": "b"}]),
    ("workingDir", ["/app"], ["app", "/app/../etc"]),
    ("env/-", [{"name": "A", "value": "b"}], [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}]),
    ("env/-", [{"name": "DATABASE_URL", "value": "x"}], [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "tls", "key": "a"}}}]),
    ("envFrom/-", [{"secretRef": {"name": "app"}}, {"configMapRef": {"name": "extra"}}], [{"secretRef": {"name": "tenant"}}]),
    ("volumeMounts/-", [{"name": "own", "mountPath": "/own"}], [{"name": "tmp", "mountPath": "/"}]),
    ("startupProbe/failureThreshold", [10, 360], [0, 361, 10**9, "9"]),
    ("readinessProbe/periodSeconds", [5, 300], [1, 86400]),
    ("readinessProbe/httpGet/path", ["/healthz/"], ["healthz", ["/"]]),
    ("livenessProbe/tcpSocket/port", ["http", 8000], [22, "ssh"]),
    ("livenessProbe/tcpSocket/host", [], ["2001:db8::1"]),
    ("lifecycle/preStop/sleep/seconds", [5, 120], [0, 86400]),
    ("image", [], ["evil.example.com/x"]),
    ("name", [], ["other"]),
    ("resources", [], [{"limits": {"memory": "64Gi"}}, {}]),
    ("resources/limits/memory", [], ["64Gi", "1e12"]),
    ("securityContext", [], [{"privileged": True}, {}]),
    ("ports/0/hostPort", [], [80]),
    ("imagePullPolicy", [], ["Never"]),
)
_PODS = (
    ("terminationGracePeriodSeconds", [10, 600], [0, 86400, "60"]),
    ("volumes/-", [{"name": "own", "secret": {"secretName": "app"}}, {"name": "own", "configMap": {"name": "extra"}}], []),
    ("volumes/-", [{"name": "both", "projected": {"sources": [{"secret": {"name": "app"}}]}}], [{"name": "x", "emptyDir": {}}]),
    ("volumes/-", [], [{"name": "own", "hostPath": {"path": "/"}}, {"name": "own", "emptyDir": {"medium": "Memory"}}]),
    ("volumes/0/projected/sources/-", [{"secret": {"name": "app"}}], [{"serviceAccountToken": {"path": "t"}}]),
    ("volumes/0", [], [{"name": "tmp", "hostPath": {"path": "/"}}]),
    ("containers/-", [], [{"name": "miner", "image": "app"}]),
    ("initContainers", [], [[{"name": "x", "image": "app"}]]),
    ("priorityClassName", [], ["system-cluster-critical"]),
    ("nodeName", [], ["n1"]),
    ("hostNetwork", [], [True]),
    ("serviceAccountName", [], ["default"]),
    ("automountServiceAccountToken", [], [True]),
    ("tolerations", [], [[{"operator": "Exists"}]]),
    ("affinity", [], [{}]),
)
_OBJECTS = (
    ("/spec/replicas", [], [0, 50]),
    ("/spec/strategy", [], [{"type": "Recreate"}]),
    ("/spec/revisionHistoryLimit", [], [1000]),
    ("/metadata/name", [], ["other"]),
    ("/metadata/namespace", [], ["other-site"]),
    ("/metadata/labels/a", [], ["b"]),
    ("/metadata/annotations/config.kubernetes.io~1local-config", [], ["true"]),
    ("/spec/template/metadata/labels/app.kubernetes.io~1name", [], ["database"]),
    ("/kind", [], ["DaemonSet"]),
)
_TARGETS = (
    {"kind": "Deployment", "name": "web"},
    {"kind": "Deployment", "name": "async"},
    {"kind": "Deployment", "name": "scheduler"},
    {"kind": "Deployment", "name": "web|async"},
    {"kind": "Deployment"},
    {"kind": "Job", "name": "migrate"},
    {"kind": "Deployment|Job", "labelSelector": "hosting.ungleich.ch/image=app"},
)
_BAD_TARGETS = ({"kind": "StatefulSet"}, {"kind": ".*"}, {"kind": "Service", "name": "web"}, {"kind": "Deployment", "name": "w.*"})
_BAD_FIELDS: tuple[dict, ...] = (
    {"namePrefix": "x-"},
    {"nameSuffix": "-x"},
    {"namespace": "other-site"},
    {"replicas": [{"name": "web", "count": 9}]},
    {"commonAnnotations": {"a": "b"}},
    {"labels": [{"pairs": {"a": "b"}, "includeSelectors": True}]},
    {"generatorOptions": {"labels": {"a": "b"}}},
    {"secretGenerator": [{"name": "x", "literals": ["A=1"]}]},
    {
        "replacements": [
            {
                "source": {"kind": "Service", "name": "web", "fieldPath": "spec.ports.0.port"},
                "targets": [
                    {"select": {"kind": "Deployment"}, "fieldPaths": ["spec.revisionHistoryLimit"], "options": {"create": True}}
                ],
            }
        ]
    },
)
_BAD_OBJECTS = (
    {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "miner"}, "spec": {}},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}, "data": {"a": "b"}},
    {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "mine"}, "spec": {}},
    {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "mine"}, "spec": {"podSelector": {}}},
)


def _pick(draw: Any, table: tuple, honest: bool) -> tuple[str, Any]:
    rows = [(path, value) for path, good, bad in table for value in (good if honest else [*good, *bad])]
    return draw(st.sampled_from(rows))


_CONTAINERS = ("containers/0", "containers/0", "containers/1", "initContainers/1", "initContainers/0")
_ONLY_WEB = ("startupProbe", "readinessProbe", "livenessProbe", "lifecycle")


def _pods(features: tuple[str, ...]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the pods of the customer's image: (kind, name) -> place of a container -> its name."""
    web = {"containers/0": "web"}
    pods = {("Deployment", "web"): web}
    if "async-container" in features:
        web["containers/1"] = "async"
    if "init-container" in features:
        web["initContainers/1"] = "init"
    else:
        pods["Job", "migrate"] = {"containers/0": "init"}
    for name in ("async", "scheduler"):
        if name in features:
            pods["Deployment", name] = {"containers/0": name}
    return pods


@st.composite
def operations(draw: Any, honest: bool, features: tuple[str, ...]) -> dict:
    """A patch of one to three operations; an honest one is for a container that is there, and adds to what it has."""
    (kind, name), containers = draw(st.sampled_from(list(_pods(features).items())))
    made = []
    for _ in range(draw(st.integers(1, 3))):
        where = draw(st.sampled_from(["container", "container", "pod"] if honest else ["container", "pod", "object"]))
        if where == "container":
            group = draw(st.sampled_from(list(containers) if honest else _CONTAINERS))
            usual = not honest or (name, group) == ("web", "containers/0")
            table = _CONTAINER if usual else tuple(row for row in _CONTAINER if not row[0].startswith(_ONLY_WEB))
            path, value = _pick(draw, table, honest)
            path = f"{_POD}/{group}/{path}"
        elif where == "pod":
            table = tuple(row for row in _PODS if not honest or "secrets" in str(features) or "projected" not in row[0])
            path, value = _pick(draw, table, honest)
            path = f"{_POD}/{path}"
        else:
            path, value = _pick(draw, _OBJECTS, honest)
        op = "add" if honest or path.endswith("-") else draw(st.sampled_from(["add", "add", "replace", "remove", "test"]))
        made.append({"op": op, "path": path, **({} if op == "remove" else {"value": value})})
    target = {"kind": kind, "name": name}
    if not honest and draw(st.booleans()):
        target = dict(draw(st.sampled_from((*_TARGETS, *_BAD_TARGETS))))
    return {"target": target, "patch": dump(made)}


@st.composite
def merges(draw: Any, honest: bool, features: tuple[str, ...]) -> dict:
    """A strategic-merge patch of a container and its pod."""
    (kind, name), containers = draw(st.sampled_from(list(_pods(features).items())))
    place, container = draw(st.sampled_from(list(containers.items())))
    inside: dict = {}
    pod: dict = {}
    for table, into in ((_CONTAINER, inside), (_PODS, pod)):
        for _ in range(draw(st.integers(0, 2))):
            path, value = _pick(draw, table, honest)
            _set(into, path.split("/"), value)
    if not honest and draw(st.booleans()):
        _set(pod, [draw(st.sampled_from(["$patch", "$retainKeys", "volumes", "containers"]))], draw(st.sampled_from(["delete", "replace", [], None])))
    group = place.partition("/")[0]
    if group not in pod and inside:
        pod[group] = [{"name": container, **inside}]
    value = {"apiVersion": "apps/v1" if kind == "Deployment" else "batch/v1", "kind": kind, "metadata": {"name": name}}
    value["spec"] = {"template": {"spec": pod}}
    if not honest and draw(st.booleans()):
        value["spec"].update(draw(st.sampled_from([{"replicas": 9}, {"$patch": "replace"}, {"paused": True}])))
    return {"patch": dump(value)}


def _set(into: dict, path: list[str], value: Any) -> None:
    """Put a value at a pointer, `-` and numbers making a list of one."""
    for position, token in enumerate(path[:-1]):
        if path[position + 1] == "-" or path[position + 1].isdigit():
            into.setdefault(token, [])
            if isinstance(into[token], list) and position + 2 == len(path):
                into[token].append(value)
            return
        into = into.setdefault(token, {})
        if not isinstance(into, dict):
            return
    into[path[-1]] = value


@st.composite
def layers(draw: Any) -> Layer:
    """A customer's folder. Every second one is honest: it must be accepted more often than not."""
    honest = draw(st.booleans())
    features = draw(st.sampled_from(_FEATURES))
    count = max([1, *(int(name[-1]) for name in features if name.startswith("hosts/"))])
    hosts = ",".join(f"h{index}.example.com" for index in range(count))
    media = draw(st.sampled_from(["/media", "/srv/app/media"]))
    secrets = ["app", *(["registry"] if "private-registry" in features else []), *draw(st.sampled_from([[], ["extra"]]))]
    files = {f"{name}-secret.yaml": sealed(name) for name in secrets}
    files["app.env"] = f"HOSTS={hosts}\nMEDIA_ROOT={media}\n" + draw(st.sampled_from(["", "DEBUG=0\n", "PORT=8001\n"]))
    generators: list[dict] = [
        {"name": "app-config", "behavior": "merge", "envs": ["app.env"]},
        {"name": "extra", "literals": ["A=1"]},
    ]
    patches = draw(st.lists(st.one_of(operations(honest, features), merges(honest, features)), max_size=4))
    resources = ["../../../../base", *(f"{name}-secret.yaml" for name in secrets)]
    kustomization: dict = {
        **HEAD,
        "resources": resources,
        "components": [_LIBRARY + name for name in features],
        "images": [{"name": "app", "newName": "registry.example.com/x", "newTag": "1.0.0"}],
        "configMapGenerator": generators,
        **({"patches": patches} if patches else {}),
    }
    if not honest:
        _spoil(draw, kustomization, files)
    names = frozenset({"extra"})
    return Layer(kustomization, files, hosts, media, features, frozenset(secrets), names)


def _spoil(draw: Any, kustomization: dict, files: dict[str, str]) -> None:
    """Add what no customer may have, or nothing."""
    match draw(st.integers(0, 5)):
        case 0:
            kustomization.update(draw(st.sampled_from(_BAD_FIELDS)))
        case 1:
            files["x.yaml"] = dump(draw(st.sampled_from(_BAD_OBJECTS)))
            kustomization["resources"].append("x.yaml")
        case 2:
            kustomization["components"].append(_LIBRARY + draw(st.sampled_from(["valkey", "monitoring", "hosts/1"])))
        case 3:
            kustomization["images"].append({"name": "postgres", "newName": "evil.example.com/x"})
        case _:
            pass
