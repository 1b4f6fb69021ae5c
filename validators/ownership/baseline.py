"""The baseline of an app: what it would render to had its customer written nothing. The real render is held against it.

The customer of a baseline has the library's base and the components that the real one names. What an app's own render may
derive from its customer (hosts, the mount path) and what differs from app to app in the platform's files (sizes, sealed
values, the namespace) is rendered as placeholders and filled in afterwards, so that apps of the same make share a
render.
"""

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from ..app.app import App
from ..app.sources import Sources
from ..policy import customer_fields, names, sizes
from ..render.objects import Object, Rendered
from ..sources.folder import KUSTOMIZATION, SIZING, Folder

_HOSTS = 4
_MEDIA = "/media-root.invalid"
SEALED_FILE = "app-secret.yaml"
CRON_FILE = "cron.yaml"
VOLUME = "volume-of-the-platform"
CRON_JOB = "cron-baseline"
"""The one that stands for each of the customer's."""
_CUSTOMER = "../../../customers/CUSTOMER"
_REVISION = "revision.invalid"
_WHOSE = ("customer-of-the-app.invalid", "name-of-the-app.invalid")
"""Stand for the names in the namespace's labels."""
_POD = {"containers": [{"name": "cron", "command": ["command.invalid"]}]}
_CRON_JOB = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": {"name": CRON_JOB},
    "spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": {"spec": _POD}}}},
}


class Baseline(NamedTuple):
    """The two folders of a baseline: build `platform`. Apps whose `label`, its namespace, is the same share it."""

    label: str
    customer: Folder
    platform: Folder


def of(app: Sources) -> Baseline:
    """Return the baseline of an app."""
    customer = _customer(app)
    platform = _platform(app)
    key = blake2b(json.dumps([customer, platform], sort_keys=True).encode(), digest_size=10).hexdigest()
    label = f"b{key}"
    kustomization = json.loads(platform[KUSTOMIZATION])
    kustomization["namespace"] = label
    kustomization["resources"] = [
        f"../../../customers/baseline/{label}" if item == _CUSTOMER else item
        for item in kustomization.get("resources", [])
    ]
    platform[KUSTOMIZATION] = json.dumps(kustomization)
    platform = {name: text.replace(VOLUME, f"{VOLUME}-{label}") for name, text in platform.items()}
    return Baseline(
        label,
        Folder(f"overlays/customers/baseline/{label}", {k: v.encode() for k, v in customer.items()}),
        Folder(f"{app.zones.platform}/baseline/{label}", {k: v.encode() for k, v in platform.items()}),
    )


def _is_customer(app: Sources, item: Any) -> bool:
    return isinstance(item, str) and item.rstrip("/") == f"../../../customers/{app.name}"


def _customer(app: Sources) -> dict[str, str]:
    resources = ["../../../../base"]
    files = {}
    known = [name for name in app.features if name in customer_fields.data()["features"]]
    if "restart-on-change" in known:
        resources.append(SEALED_FILE)
        sealed = {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": {"name": "app"},
            "spec": {"encryptedData": {_REVISION: _REVISION}},
        }
        files[SEALED_FILE] = json.dumps(sealed)
    if app.cron_jobs and "cron" in known:  # else they aren't the customer's to have
        resources.append(CRON_FILE)
        files[CRON_FILE] = json.dumps(_CRON_JOB)
    hosts = ",".join(f"host{index}.invalid" for index in range(_HOSTS))
    files[KUSTOMIZATION] = json.dumps(
        {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": resources,
            "components": [f"../../../../components/{name}" for name in known],
            "configMapGenerator": [
                {"name": "app-config", "behavior": "merge", "literals": [f"HOSTS={hosts}", f"MEDIA_ROOT={_MEDIA}"]}
            ],
        }
    )
    return files


def _platform(app: Sources) -> dict[str, str]:
    """Return the platform's files with placeholders for what differs between apps of the same make."""
    files = {}
    for name, data in app.platform.files.items():
        documents, _ = app.platform.load(name) if name.endswith(".yaml") else ([], [])
        value = documents[0].value if len(documents) == 1 else None
        if name == KUSTOMIZATION and isinstance(value, dict):
            value = {**value, "namespace": "", "resources": [_plain(app, r) for r in value.get("resources") or []]}
            if isinstance(value.get("patches"), list):
                value["patches"] = [_unlabelled(app, patch) for patch in value["patches"]]
            files[name] = json.dumps(value)
        elif name == SIZING and isinstance(value, dict):
            files[name] = json.dumps({**value, "spec": _sizing_tokens(app.sizing)})
        elif isinstance(value, dict) and value.get("kind") == "SealedSecret":
            files[name] = json.dumps({**value, "spec": _tokens(value.get("spec"), [name, "spec"])})
        elif isinstance(value, dict) and value.get("kind") == "PersistentVolume":
            files[name] = json.dumps(_volume(value, name))
        elif name.endswith((".yaml", ".conf")):
            files[name] = data.decode(errors="replace")
    return files


def _plain(app: Sources, item: Any) -> Any:
    return _CUSTOMER if _is_customer(app, item) else item


def _unlabelled(app: Sources, patch: Any) -> Any:
    """Return a patch with placeholders for the names in the namespace's labels, as the template writes them."""
    if not isinstance(patch, dict) or not isinstance(patch.get("patch"), str):
        return patch
    text = patch["patch"]
    for label, name, placeholder in zip(names.LABELS, app.name.split("/"), _WHOSE, strict=True):
        for written in (name, f'"{name}"'):
            text = text.replace(
                f"{names.label_path(label)}, value: {written}}}", f"{names.label_path(label)}, value: {placeholder}}}"
            )
    return {**patch, "patch": text}


def _sizing_tokens(sizing: dict) -> dict:
    """Return a sizing with a placeholder for each of its values, in the same nesting."""
    result: dict = {}
    for path, _ in sizes.values(sizing):
        *parts, key = path
        inner = result
        for part in parts:
            inner = inner.setdefault(part, {})
        inner[key] = _size_token(".".join(path))
    return result


def _size_token(path: str) -> str | int:
    """Return the placeholder of a size: of its type, which kustomize keeps, and no number that a size can be."""
    return -crc32(path.encode()) if sizes.is_count(path) else f"@size/{path}"


def _tokens(value: Any, path: list[str | int]) -> Any:
    """Return a value with a placeholder for each text in it, which says where the text stands."""
    if isinstance(value, dict):
        return {key: _tokens(inner, [*path, key]) for key, inner in value.items()}
    if isinstance(value, list):
        return [_tokens(inner, [*path, index]) for index, inner in enumerate(value)]
    return f"@file{json.dumps(path)}" if isinstance(value, str) else value


def _volume(value: dict, name: str) -> dict:
    """Return a PersistentVolume, whose name is one among all apps', with placeholders."""
    head = {key: value[key] for key in ("apiVersion", "kind") if key in value}
    rest = {key: _tokens(inner, [name, key]) for key, inner in value.items() if key not in head}
    if isinstance(rest.get("metadata"), dict):
        rest["metadata"]["name"] = VOLUME
    return {**head, **rest}


def fill(app: App, label: str, rendered: Rendered) -> Rendered:
    """Return a baseline that was rendered in the namespace `label` as this app's: placeholders replaced by its own values."""
    replace = _replacer(app, label)
    return Rendered([Object(_filled(obj.data, replace)) for obj in rendered.objects], rendered.error)


def _filled(value: Any, replace: Callable[[str | int], Any]) -> Any:
    if isinstance(value, str):  # most values are
        return replace(value)
    if isinstance(value, dict):
        if _REVISION in value:
            return replace(_REVISION)
        return {key: _filled(inner, replace) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, replace) for inner in value]
    return replace(value) if isinstance(value, int) else value


def _replacer(app: App, label: str) -> Callable[[str | int], Any]:
    config = next((o for o in app.of_kind("ConfigMap") if o.plain_name == "app-config"), None)
    hosts = str(config.get("data", "HOSTS", default="app.invalid") if config else "app.invalid")
    own_hosts = hosts.split(",")
    sealed = next((o for o in app.of_kind("SealedSecret") if o.name == "app"), None)
    exact: dict[str | int, Any] = {
        label: app.namespace,
        _MEDIA: config.get("data", "MEDIA_ROOT", default="/media") if config else "/media",
        ",".join(f"host{i}.invalid" for i in range(_HOSTS)): hosts,
        _REVISION: sealed.mapping("spec", "encryptedData") if sealed else {},
        **dict(zip(_WHOSE, app.name.split("/"), strict=True)),
    }
    volume = next((o.name for o in app.of_kind("PersistentVolume")), "")
    exact[f"{VOLUME}-{label}"] = volume
    exact.update({f"host{i}.invalid": name for i, name in enumerate(own_hosts)})
    for count in range(1, _HOSTS + 1):
        origins = ",".join(f"https://host{i}.invalid" for i in range(count))
        exact[origins] = ",".join(f"https://{name}" for name in own_hosts[:count])

    paths = [".".join(path) for path, _ in sizes.values(app.sizing)]
    exact.update({_size_token(path): app.size(path) for path in paths})

    def replace(text: str | int) -> Any:
        if text in exact:
            return exact[text]
        if isinstance(text, int):
            return text
        if text.startswith("@file"):
            name, *path = json.loads(text.removeprefix("@file"))
            value = app.platform.document(name).value
            for key in path:
                value = value[key]
            return value
        return text

    return replace
