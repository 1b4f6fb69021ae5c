"""An app as it would be if its customer had written nothing: what a render is held against.

The neutral customer has the library's base and the components that the real one names. What an app's own render may
derive from its customer (hosts, the mount path) and what differs from app to app in the platform's files (sizes, sealed
values, the namespace) is rendered as placeholders and filled in afterwards, so that apps of the same make share a
render.
"""

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from ..app import SIZING
from ..objects import Object
from ..tree import KUSTOMIZATION, Folder
from . import fields

if TYPE_CHECKING:
    from ..app import App

_HOSTS = 4
_MEDIA = "/media-root.invalid"
_CUSTOMER = "../../../customers/CUSTOMER"
_REVISION = "revision.invalid"


class Neutral(NamedTuple):
    """The two folders of a neutral app: build `platform`. Apps with the same `key` share it."""

    key: str
    customer: Folder
    platform: Folder


def neutral(app: "App") -> Neutral:
    """Return the neutral form of an app."""
    customer = _customer(app)
    platform = _platform(app)
    key = blake2b(json.dumps([customer, platform], sort_keys=True).encode(), digest_size=10).hexdigest()
    label = f"n{key}"
    kustomization = json.loads(platform[KUSTOMIZATION])
    kustomization["namespace"] = label
    kustomization["resources"] = [
        f"../../../customers/neutral/{label}" if item == _CUSTOMER else item
        for item in kustomization.get("resources", [])
    ]
    platform[KUSTOMIZATION] = json.dumps(kustomization)
    return Neutral(
        label,
        Folder(f"overlays/customers/neutral/{label}", {k: v.encode() for k, v in customer.items()}),
        Folder(f"overlays/ungleich/neutral/{label}", {k: v.encode() for k, v in platform.items()}),
    )


def _is_customer(app: "App", item: Any) -> bool:
    return isinstance(item, str) and item.rstrip("/") == f"../../../customers/{app.name}"


def _customer(app: "App") -> dict[str, str]:
    resources = ["../../../../base"]
    files = {}
    known = [name for name in app.features if name in fields.data()["features"]]
    if "restart-on-change" in known:
        resources.append("app-secret.yaml")
        sealed = {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": {"name": "app"},
            "spec": {"encryptedData": {_REVISION: _REVISION}},
        }
        files["app-secret.yaml"] = json.dumps(sealed)
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


def _platform(app: "App") -> dict[str, str]:
    """Return the platform's files with placeholders for what differs between apps of the same make."""
    files = {}
    for name, data in app.platform.files.items():
        documents, _ = app.platform.load(name) if name.endswith(".yaml") else ([], [])
        value = documents[0].value if len(documents) == 1 else None
        if name == KUSTOMIZATION and isinstance(value, dict):
            value = {**value, "namespace": "", "resources": [_plain(app, r) for r in value.get("resources") or []]}
            files[name] = json.dumps(value)
        elif name == SIZING and isinstance(value, dict):
            files[name] = json.dumps({**value, "spec": _sizing_tokens(app.sizing)})
        elif isinstance(value, dict) and value.get("kind") == "SealedSecret":
            files[name] = json.dumps({**value, "spec": _spec_tokens(name, value.get("spec"))})
        elif name.endswith((".yaml", ".conf")):
            files[name] = data.decode(errors="replace")
    return files


def _plain(app: "App", item: Any) -> Any:
    return _CUSTOMER if _is_customer(app, item) else item


def _sizing_tokens(sizing: dict) -> dict:
    return {
        part: {key: f"@size/{part}.{key}" for key in values} if isinstance(values, dict) else values
        for part, values in sizing.items()
    }


def _spec_tokens(name: str, spec: Any) -> Any:
    def tokens(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {key: tokens(inner, f"{path}/{key}") for key, inner in value.items()}
        return f"@file/{path}" if isinstance(value, str) else value

    return tokens(spec, name)


def fill(app: "App", label: str, rendered: list[Object]) -> list[Object]:
    """Return a neutral render as this app's: placeholders replaced by the app's own values."""
    replace = _replacer(app, label)
    return [Object(_filled(obj.data, replace)) for obj in rendered]


def _filled(value: Any, replace: Callable[[str], Any]) -> Any:
    if isinstance(value, dict):
        if _REVISION in value:
            return replace(_REVISION)
        return {key: _filled(inner, replace) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, replace) for inner in value]
    return replace(value) if isinstance(value, str) else value


def _replacer(app: "App", label: str) -> Callable[[str], Any]:
    config = next((o for o in app.of_kind("ConfigMap") if app.plain_name(o) == "app-config"), None)
    hosts = str(config.get("data", "HOSTS", default="app.invalid") if config else "app.invalid")
    names = hosts.split(",")
    sealed = next((o for o in app.of_kind("SealedSecret") if o.name == "app"), None)
    exact: dict[str, Any] = {
        label: app.namespace,
        _MEDIA: config.get("data", "MEDIA_ROOT", default="/media") if config else "/media",
        ",".join(f"host{i}.invalid" for i in range(_HOSTS)): hosts,
        _REVISION: sealed.mapping("spec", "encryptedData") if sealed else {},
    }
    exact.update({f"host{i}.invalid": name for i, name in enumerate(names)})
    for count in range(1, _HOSTS + 1):
        neutral_origins = ",".join(f"https://host{i}.invalid" for i in range(count))
        exact[neutral_origins] = ",".join(f"https://{name}" for name in names[:count])

    def replace(text: str) -> Any:
        if text in exact:
            return exact[text]
        if text.startswith("@size/"):
            return app.size(text.removeprefix("@size/"))
        if text.startswith("@file/"):
            name, _, path = text.removeprefix("@file/").partition("/")
            value = app.platform.document(name).value["spec"]
            for key in path.split("/"):
                value = value[key]
            return value
        return text

    return replace
