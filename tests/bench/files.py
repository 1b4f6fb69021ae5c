"""The files of a generated app: what a customer and the platform would have written for its mix."""

import base64
from random import Random

import yaml

from validators.authoring.scaffold import label_operation
from validators.policy.names import LABELS

from .mixes import LARGE, MEDIUM, SMALL, Mix

_KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
_APP = (
    "apiVersion: hosting.ungleich.ch/v1\nkind: App\nmetadata:\n  name: app\n"
    '  annotations:\n    config.kubernetes.io/local-config: "true"\nspec:\n  ring: stable\n'
)
_RESOURCES = {
    "tiny": ("20m", "128Mi", "64Mi", "500m", "256Mi", "256Mi"),
    SMALL: ("100m", "256Mi", "128Mi", "1", "512Mi", "1Gi"),
    MEDIUM: ("250m", "512Mi", "256Mi", "2", "1Gi", "2Gi"),
    LARGE: ("500m", "2Gi", "256Mi", "2", "4Gi", "2Gi"),
}
_STORAGE = {SMALL: (5, 20), MEDIUM: (20, 50), LARGE: (50, 100)}
"""GiB of the database and of the files."""
_QUOTAS = {
    SMALL: ("20", "3", "6Gi", "4Gi", "20", "12Gi", "20Gi", "4", "100Gi"),
    MEDIUM: ("30", "8", "16Gi", "8Gi", "48", "32Gi", "48Gi", "6", "200Gi"),
    LARGE: ("40", "12", "32Gi", "12Gi", "64", "64Gi", "64Gi", "8", "400Gi"),
}
_QUOTA_KEYS = (
    "pods",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "persistentvolumeclaims",
    "requests.storage",
)


def customer_files(customer: str, app: str, mix: Mix, random: Random) -> dict[str, str]:
    """Return the files of overlays/customers/<customer>/<app>."""
    namespace = f"{customer}-{app}"
    files = {"app.env": _env(namespace, mix)}
    resources = ["../../../../base"]
    patches = []
    if "sealed-secrets" in mix.features:
        resources.append("app-secret.yaml")
        keys = ["SECRET_KEY", "STRIPE_KEY", "SENTRY_DSN"][: random.randint(1, 3)]
        files["app-secret.yaml"] = _sealed(namespace, "app", keys, random)
    if "private-registry" in mix.features:
        resources.append("registry-secret.yaml")
        files["registry-secret.yaml"] = _sealed(namespace, "registry", [".dockerconfigjson"], random) + (
            "  template:\n    type: kubernetes.io/dockerconfigjson\n"
        )
    if mix.health_path:
        files["web.yaml"] = "".join(
            f"- {{op: replace, path: /spec/template/spec/containers/0/{probe}/httpGet/path, value: /healthz/}}\n"
            for probe in ("startupProbe", "readinessProbe")
        )
        patches.append(("web.yaml", "{kind: Deployment, name: web}"))
    if mix.own_names:
        files["environment.yaml"] = "".join(
            "- {op: add, path: /spec/template/spec/containers/0/env/-, "
            f"value: {{name: DB_{name}, value: $({source})}}}}\n"
            for name, source in (("HOST", "PGHOST"), ("NAME", "PGDATABASE"), ("PASSWORD", "PGPASSWORD"))
        )
        patches.append(("environment.yaml", "{kind: Deployment|Job, labelSelector: hosting.ungleich.ch/image=app}"))
    files["kustomization.yaml"] = (
        _KUSTOMIZATION
        + _list("resources", resources)
        + _list("components", [f"../../../../components/{name}" for name in mix.features])
        + f"images:\n  - name: app\n    newName: registry.example.com/{customer}/{app}\n    {_tag(random)}\n"
        + "configMapGenerator:\n  - name: app-config\n    behavior: merge\n    envs: [app.env]\n"
        + _patches(patches)
    )
    return files


def platform_files(customer: str, app: str, mix: Mix, server: str, random: Random) -> dict[str, str]:
    """Return the files of overlays/ungleich/<customer>/<app>. `server` is the NFS server's address."""
    namespace = f"{customer}-{app}"
    resources = [f"../../../customers/{customer}/{app}", "sizing.yaml"]
    files = {"app.yaml": _APP, "sizing.yaml": _sizing(_sizes(mix), mix.size)}
    patches = []
    if mix.database != "cnpg":
        patches.append(("database-secret.yaml", ""))
        files["database-secret.yaml"] = _database(namespace, mix.database == "external", random)
    if mix.storage == "nfs":
        resources.append("media-volume.yaml")
        files["media-volume.yaml"] = _volume(namespace, server)
    files["kustomization.yaml"] = _platform_kustomization(customer, app, resources, mix.infrastructure, patches)
    return files


def server_files(customer: str, app: str, server: str) -> dict[str, str]:
    """Return the platform's files of the NFS server of an app."""
    resources = _resources(SMALL)
    sizes = {"nfs": {"storage": "200Gi", "resources": resources}}
    images = (
        "images:\n  - name: nfs-server\n    newName: registry.example.com/ungleich/nfs-ganesha\n    newTag: 6.5-1\n"
    )
    patches = [("service.yaml", ""), ("nodes.yaml", "{kind: NetworkPolicy, name: nfs-from-nodes}")]
    return {
        "kustomization.yaml": _platform_kustomization(
            customer, f"{app}-nfs", ["sizing.yaml"], ("tenant", "nfs-server"), patches, images
        ),
        "app.yaml": _APP,
        "sizing.yaml": _sizing(sizes, SMALL, largest=200),
        "service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: nfs-server\n"
        f'spec:\n  clusterIP: "{server}"\n',
        "nodes.yaml": '- op: replace\n  path: /spec/ingress/0/from\n  value:\n    - ipBlock: {cidr: "fd00:10::/64"}\n',
    }


def _platform_kustomization(
    customer: str, app: str, resources: list[str], components, patches: list, images: str = ""
) -> str:
    labels = "".join(f"      {label_operation(*one)}\n" for one in zip(LABELS, (customer, app), strict=True))
    return (
        _KUSTOMIZATION
        + f"namespace: {customer}-{app}\n"
        + _list("resources", resources)
        + _list("components", ["../../../cluster", *(f"../../../../components/{name}" for name in components)])
        + images
        + (_patches(patches) or "patches:\n")
        + f"  - target: {{kind: Namespace}}\n    patch: |\n{labels}"
    )


def _list(key: str, items: list[str]) -> str:
    return f"{key}:\n" + "".join(f"  - {item}\n" for item in items)


def _patches(patches: list[tuple[str, str]]) -> str:
    if not patches:
        return ""
    return "patches:\n" + "".join(
        f"  - path: {path}\n" + (f"    target: {target}\n" if target else "") for path, target in patches
    )


def _env(namespace: str, mix: Mix) -> str:
    hosts = [f"{name}{namespace}.example.com" for name in ("", "www.", "static.", "docs.")][: mix.hosts]
    lines = [f"HOSTS={','.join(hosts)}", "DJANGO_SETTINGS_MODULE=site.settings"]
    lines += ["CELERY_CONCURRENCY=4"] if mix.worker else []
    lines += ["MEDIA_ROOT=/srv/media"] if mix.storage else []
    return "\n".join(lines) + "\n"


def _tag(random: Random) -> str:
    if random.random() < 0.3:
        return f"digest: sha256:{random.randbytes(32).hex()}"
    return f"newTag: {random.randint(1, 9)}.{random.randint(0, 30)}.{random.randint(0, 9)}"


def _seal(random: Random, length: int = 50) -> str:
    """Return what kubeseal makes of `length` bytes: an RSA-4096 block behind its length, then AES-GCM."""
    return base64.b64encode(b"\x02\x00" + random.randbytes(512 + length + 16)).decode()


def _sealed(namespace: str, name: str, keys: list[str], random: Random) -> str:
    return (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n"
        f"  name: {name}\n  namespace: {namespace}\n"
        '  annotations:\n    argocd.argoproj.io/sync-wave: "-1"\n'
        "spec:\n  encryptedData:\n" + "".join(f"    {key}: {_seal(random)}\n" for key in keys)
    )


def _database(name: str, external: bool, random: Random) -> str:
    text = (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: database-app\n"
        f"spec:\n  encryptedData:\n    password: {_seal(random, 32)}\n"
    )
    if external:
        uri = f'postgresql://{name}:{{{{ .password | urlquery | replace "+" "%20" }}}}@pg.example.net:5432/{name}'
        text += (
            "  template:\n    data:\n      host: pg.example.net\n"
            f'      port: "5432"\n      dbname: {name}\n      user: {name}\n      username: {name}\n'
            f"      uri: {uri}?sslmode=require\n"
        )
    return text


def _volume(namespace: str, server: str) -> str:
    return (
        f"apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: {namespace}-media\n"
        "  annotations:\n    argocd.argoproj.io/sync-options: Delete=false,Prune=false\n"
        "spec:\n  accessModes: [ReadWriteMany]\n  persistentVolumeReclaimPolicy: Retain\n"
        f'  storageClassName: ""\n  claimRef:\n    namespace: {namespace}\n    name: media\n'
        f'  mountOptions: [nfsvers=4.2, hard, proto=tcp6]\n  nfs:\n    server: "{server}"\n    path: /media\n'
    )


def _sizes(mix: Mix) -> dict:
    small = SMALL if mix.size == SMALL else MEDIUM
    database, media = _STORAGE[mix.size]
    sizes: dict = {
        "web": {"replicas": mix.replicas, "resources": _resources(small)},
        "migrate": {"resources": _resources(small)},
        "async": {"replicas": (1 if mix.size == SMALL else 2) if mix.worker else 0, "resources": _resources(small)},
        "scheduler": {"resources": _resources("tiny")},
    }
    if mix.database != "external":
        sizes["database"] = {"storage": f"{database}Gi", "resources": _resources(mix.size)}
    if mix.database == "cnpg":
        sizes["database"]["instances"] = 2 if mix.size == SMALL else 3
    if "valkey" in mix.infrastructure:
        sizes["valkey"] = {"storage": "2Gi", "resources": _resources("tiny")}
    if mix.storage:
        sizes["media"] = {"storage": f"{media}Gi"}
    return sizes


def _resources(size: str) -> dict:
    keys = ("cpu", "memory", "ephemeral-storage")
    values = _RESOURCES[size]
    return {"requests": dict(zip(keys, values[:3], strict=True)), "limits": dict(zip(keys, values[3:], strict=True))}


def _sizing(sizes: dict, size: str, largest: int = 100) -> str:
    quota = dict(zip(_QUOTA_KEYS, _QUOTAS[size], strict=True))
    if "nfs" in sizes:
        quota["requests.storage"] = sizes["nfs"]["storage"]
    limits = [
        {
            "type": "Container",
            "max": {"cpu": "4", "memory": "4Gi", "ephemeral-storage": "4Gi"},
            "defaultRequest": {"cpu": "50m", "memory": "64Mi", "ephemeral-storage": "64Mi"},
            "default": {"cpu": "500m", "memory": "256Mi", "ephemeral-storage": "256Mi"},
        },
        {"type": "PersistentVolumeClaim", "max": {"storage": f"{largest}Gi"}},
    ]
    document = {
        "apiVersion": "hosting.ungleich.ch/v1",
        "kind": "Sizing",
        "metadata": {"name": "sizing", "annotations": {"config.kubernetes.io/local-config": "true"}},
        "spec": {**sizes, "namespace": {"quota": quota, "limits": limits}},
    }
    return yaml.safe_dump(document, sort_keys=False, default_flow_style=False, width=4096)
