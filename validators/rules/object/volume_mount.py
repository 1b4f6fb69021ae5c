"""Volumes and mounts that the API server refuses.

What: a mount of a volume that the pod doesn't have, two mounts at one path, paths that aren't absolute or hold `:`,
`subPath` that is absolute or leaves the volume, two volumes with one name, names that aren't labels, a volume of two
types; two files that a projected volume puts at one path; a volume of files that a container opens as a device.
Why: the API server refuses the object, or the container sees only one of two files.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              volumeMounts: [{name: certificates, mountPath: /certificates}]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              volumeMounts: [{name: certificates, mountPath: /certificates}]
          volumes:
            - name: certificates
              secret: {secretName: client-certificate}

Fix: add the volume under `volumes` in the same pod, and give each mount a path of its own.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...app.workloads import WORKLOADS
from ...kubernetes import naming
from ...render.objects import Container, Object
from ...sources.loader import Pointer
from .. import Problem

ID = "volume-mount"
KINDS = WORKLOADS
HINT = "add the volume under volumes in the same pod, and give each mount a path of its own"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with the volumes of a pod and their mounts."""
    names: set[str] = {str(row["metadata"].get("name")) for row in _templates(obj)}
    for data, pointer in workloads.volumes(obj):
        name = data.get("name")
        if wrong := naming.dns_label(name):
            yield Problem(f"the name {str(name)[:80]!r} of a volume {wrong}", obj, (*pointer, "name"))
            continue
        if name in names:
            yield Problem(f"there are two volumes named {name}", obj, (*pointer, "name"), hint="rename one")
        names.add(name)
        sources = [key for key, value in data.items() if key != "name" and value is not None]
        if len(sources) != 1:
            shown = " and ".join(map(str, sources[:5])) or "nothing"
            hint = "write one of secret, configMap, emptyDir, persistentVolumeClaim"
            yield Problem(f"volume {name} is {shown}", obj, pointer, hint=hint)
        yield from _projected(obj, app, pointer)
    claims = {reference.pointer[-3] for reference in workloads.claims(obj)}
    devices = [data.get("name") for data, pointer in workloads.volumes(obj) if pointer[-1] in claims]
    for container in obj.containers():
        yield from _mounts(obj, container, names)
        yield from _devices(obj, container, devices)


def _templates(obj: Object) -> list[dict]:
    rows = obj.sequence("spec", "volumeClaimTemplates")
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("metadata"), dict)]


def _mounts(obj: Object, container: Container, names: set[str]) -> Iterator[Problem]:
    paths: set[str] = set()
    for index, row in enumerate(obj.sequence(*container.pointer, "volumeMounts")):
        pointer = (*container.pointer, "volumeMounts", index)
        if not isinstance(row, dict):
            continue
        name, path = row.get("name"), row.get("mountPath")
        if not isinstance(name, str) or name not in names:
            message = f"container {container.name[:80]} mounts {str(name)[:80]}, and there is no such volume"
            yield Problem(message, obj, (*pointer, "name"))
        if not isinstance(path, str) or not path.startswith("/") or ":" in path:
            message = f"mountPath {str(path)[:80]!r} isn't an absolute path without a colon"
            yield Problem(message, obj, (*pointer, "mountPath"), hint="write /folder")
            continue
        folder = path.rstrip("/")
        if folder in paths:
            yield Problem(f"two volumes are mounted at {path[:80]}", obj, (*pointer, "mountPath"))
        paths.add(folder)
        inside = row.get("subPath")
        if isinstance(inside, str) and (inside.startswith("/") or ".." in inside.split("/")):
            message = f"subPath {inside[:80]!r} leaves the volume"
            yield Problem(
                message, obj, (*pointer, "subPath"), hint="write a path inside the volume, without / in front"
            )


def _devices(obj: Object, container: Container, blocks: list) -> Iterator[Problem]:
    """Yield the devices that are mounted as well, or aren't claims."""
    mounted = [row.get("name") for row in obj.sequence(*container.pointer, "volumeMounts") if isinstance(row, dict)]
    for index, row in enumerate(obj.sequence(*container.pointer, "volumeDevices")):
        name = row.get("name") if isinstance(row, dict) else None
        if name in mounted or name not in blocks:
            what = "mounted, too" if name in mounted else "no claim"
            message = f"volume {str(name)[:80]} is opened as a device, and is {what}"
            yield Problem(message, obj, (*container.pointer, "volumeDevices", index), hint="mount it by volumeMounts")


def _projected(obj: Object, app: App, pointer: Pointer) -> Iterator[Problem]:
    """Yield the files that two sources of a projected volume would write."""
    taken: dict[str, str] = {}
    for index, source in enumerate(obj.sequence(*pointer, "projected", "sources")):
        for field, kind in (("secret", "SealedSecret"), ("configMap", "ConfigMap")):
            data = source.get(field) if isinstance(source, dict) else None
            if not isinstance(data, dict):
                continue
            name = str(data.get("name"))
            at = (*pointer, "projected", "sources", index, field)
            for path in _files(obj, app.find(kind, name), at):
                if path in taken:
                    message = f"the files {path[:80]} of {taken[path][:80]} and {name[:80]} come to one place"
                    yield Problem(message, obj, at, hint="rename one: items: [{key: ..., path: ...}]")
                taken.setdefault(path, name)


def _files(obj: Object, target: Object | None, pointer: Pointer) -> list[str]:
    items = obj.sequence(*pointer, "items")
    if items:
        return [str(item.get("path")) for item in items if isinstance(item, dict)]
    if target is None:
        return []
    return [str(key) for key in {**target.mapping("data"), **target.mapping("spec", "encryptedData")}]
