"""What stands in for the platform's folder where only a customer's files are at hand: the template's.

With the facts of the app it has the components and the keys of sizing.yaml that the real one has; without them, every
feature is granted, and as much of it as anybody may ask for. How much the namespace holds, a customer never knows: enough.
"""

from collections.abc import Callable
from copy import deepcopy

import yaml

from ..policy import app_file, clock, components, sizes
from .app_facts import AppFacts
from .folder import CLUSTER, KUSTOMIZATION, SIZING, Folder
from .zones import TEMPLATE

_OPTIONS = f"{TEMPLATE}/options"
_SIZES = f"{_OPTIONS}/sizing"
"""What each granted component has in sizing.yaml, <component>.yaml."""
_SECRET = "database-secret.yaml"
_VOLUME = "media-volume.yaml"
_GRANTED_REPLICAS = 1
_GRANTED_STORAGE = "1Gi"
_GRANTED_INSTANCES = 2
_MOST = {"cron.jobs": 100, "cron.timesAnHour": 60, "nginx.uploadLimit": "100Gi", "nginx.timeout": 9999}
"""What a customer's own settings may go up to where nobody says it."""
_ENOUGH = "10000"
_ENOUGH_BYTES = "1000Ti"
_STORAGE = "storage/cephfs"
"""Beside the template's components: the mounts of a customer may collide with its."""


def folder(path: str, name: str, template: str, read: Callable[[str], Folder], facts: AppFacts | None) -> Folder:
    """Return the Folder `path` of the app `name`; `read` reads a folder of the library, as `template`, the platform's."""
    customer, app = name.split("/")
    files = dict(read(template).files)
    text = files[KUSTOMIZATION].decode().replace("customers/customer/app", f"customers/{name}")
    for placeholder, value in (("customer", customer), ("app", app)):
        text = text.replace(f"value: {placeholder}}}", f'value: "{value}"}}')
    kustomization = _loaded(text)
    kustomization["namespace"] = f"{customer}-{app}"
    sizing = _loaded(files[SIZING])
    options = _sizes(read, kustomization["namespace"])
    for feature in components.CUSTOMER_ORDER:
        for size in sizes.needed(feature):
            _grant(sizing["spec"], size, options)
    _hold_enough(sizing["spec"])
    if facts:
        _as_granted(kustomization, sizing["spec"], facts, options)
        files |= _options(kustomization, name, read, facts)
    else:
        for limit, most in _MOST.items():
            _set(sizing["spec"], limit, most)
        for one in (_STORAGE, *components.data()["grants"].values()):
            kustomization["components"].insert(-1, f"../../../../components/{one}")
    stand_in = {
        KUSTOMIZATION: _dumped(kustomization),
        SIZING: _dumped(sizing),
        app_file.NAME: files[app_file.NAME],
    }
    listed = [*kustomization["resources"], *(patch.get("path") for patch in kustomization["patches"])]
    others = {
        file: files[file].replace(b"EDIT\n", b"AgBz" + b"A" * 700 + b"\n")
        for file in (_SECRET, _VOLUME)
        if file in listed
    }
    return Folder(path, stand_in | others)


def _sizes(read: Callable[[str], Folder], namespace: str) -> dict:
    """Return the template's sizes of the components that it doesn't list."""
    found: dict = {}
    for file in read(_SIZES).files.values():
        found |= _loaded(clock.filled(file.decode(), namespace))
    return found


def _hold_enough(sizing: dict) -> None:
    quota = sizing["namespace"]["quota"]
    quota |= {one: _ENOUGH_BYTES if one.endswith(("memory", "storage")) else _ENOUGH for one in quota}


def _as_granted(kustomization: dict, sizing: dict, facts: AppFacts, options: dict) -> None:
    kustomization["components"] = [
        "../../../cluster" if one == CLUSTER else f"../../../../components/{one}" for one in facts.components
    ]
    for size in facts.sizes:
        _grant(sizing, size, options)
    for limit, most in facts.limits.items():
        _set(sizing, limit, most)
    granted = {*facts.sizes, *facts.limits}
    for part, values in sizing.items():
        for key in [key for key in values if f"{part}.{key}" not in granted]:
            if sizes.is_count(f"{part}.{key}"):
                values[key] = 0  # not ordered
            else:
                del values[key]


def _options(kustomization: dict, name: str, read: Callable[[str], Folder], facts: AppFacts) -> dict[str, bytes]:
    """Return the files that a database or a storage needs besides, and list them."""
    found: dict[str, bytes] = {}
    if "postgres/external" in facts.components:
        found |= read(f"{_OPTIONS}/external").files
    elif "postgres/standalone" not in facts.components:
        kustomization["patches"] = [patch for patch in kustomization["patches"] if patch.get("path") != _SECRET]
    if "storage/nfs" in facts.components:
        volume = read(f"{_OPTIONS}/nfs").files[_VOLUME]
        found[_VOLUME] = volume.replace(b"customer-app", name.replace("/", "-").encode())
        kustomization["resources"].append(_VOLUME)
    return found


def _grant(sizing: dict, size: str, options: dict) -> None:
    """Grant a size where the template doesn't: that of the component's option, of `migrate`, one pod, or a small volume."""
    part, _, key = size.partition(".")
    if not sizing.get(part, {}).get(key):
        others = {
            "resources": sizing["migrate"]["resources"],
            "storage": _GRANTED_STORAGE,
            "instances": _GRANTED_INSTANCES,
        }
        granted = options.get(part, {}).get(key) or others.get(key, _GRANTED_REPLICAS)
        _set(sizing, size, deepcopy(granted))


def _set(sizing: dict, size: str, value: object) -> None:
    part, _, key = size.partition(".")
    sizing.setdefault(part, {})[key] = value


def _loaded(text: str | bytes) -> dict:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _dumped(document: dict) -> bytes:
    return yaml.dump(document, Dumper=yaml.CSafeDumper).encode()
