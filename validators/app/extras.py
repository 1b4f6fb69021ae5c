"""What the platform adds to one app in its own folder: pods, and containers beside those of the components.

Their sizes stand in sizing.yaml below `extra`: `extra.NAME.resources` is that of the container NAME, `extra.NAME.replicas`
how many pods Deployment or StatefulSet NAME has, `extra.NAME.storage` how large PersistentVolumeClaim NAME is.
"""

from ..policy import sizes
from ..policy.sizes import EXTRA
from ..render.objects import CONTAINER_LISTS, Object
from ..sources.writes import Write
from .sources import Sources

_REPLICAS = ("spec", "replicas")
_STORAGE = ("spec", "resources", "requests", "storage")
_OF_KIND = {"Deployment": _REPLICAS, "StatefulSet": _REPLICAS, "PersistentVolumeClaim": _STORAGE}


def containers(app: Sources, obj: Object) -> dict[str, str]:
    """Return the containers that the platform's own files write into a pod: name -> its list, `initContainers`."""
    found = {}
    for write in app.platform_writes:
        *pod, key, name = write.pointer if len(write.pointer) > 1 else ("", "")
        if key in CONTAINER_LISTS and tuple(pod) == obj.pod_pointer and _into(write, obj):
            found[name] = key
    return found


def table(app: Sources, obj: Object) -> dict[tuple[str, ...], str]:
    """Return which field of an object, items of lists by name, must have which value of the sizing: as the components
    say, and below `extra` for what the platform adds."""
    known = sizes.of(obj.kind, obj.name)
    added = {}
    if any(_resources(obj, str(c.pointer[-2]), c.name) not in known for c in obj.containers()):
        names = {container.name for container in obj.containers()}
        for name, key in containers(app, obj).items():
            if name in names:
                added[_resources(obj, key, name)] = f"{EXTRA}.{name}.resources"
    field = _OF_KIND.get(obj.kind) if not known else None
    if field and any(_into(write, obj) for write in app.platform_writes):
        size = f"{EXTRA}.{obj.name}.{field[-1]}"
        if app.size(size) is not None or (field == _REPLICAS and obj.get(*field) is not None):
            added[field] = size
    return {**added, **known} if added else known


def _resources(obj: Object, key: str, name: str) -> tuple[str, ...]:
    return (*map(str, obj.pod_pointer or ()), key, name, "resources")


def _into(write: Write, obj: Object) -> bool:
    return bool(write.kind.fullmatch(obj.kind) and write.name.fullmatch(obj.name))
