"""By what the items of a pod's lists are told apart: the one table for all that matches one list with another."""

from typing import Any, NamedTuple


class PodList(NamedTuple):
    """A list in a pod: which field tells its items apart, None where only their position does.

    `merged`: a strategic merge patch joins items of the same key, where it replaces the whole of any other list.
    """

    key: str | None = "name"
    merged: bool = False


POD_LISTS = {
    "containers": PodList(merged=True),
    "initContainers": PodList(merged=True),
    "volumes": PodList(merged=True),
    "imagePullSecrets": PodList(merged=True),
    "env": PodList(merged=True),
    "volumeMounts": PodList("mountPath", merged=True),
    "ports": PodList(),
    "httpHeaders": PodList(),
    "envFrom": PodList(None),
    "sources": PodList(None),
}


def item_key(name: str, item: Any) -> str | None:
    """Return by what an item of the list `name` is known, a mount by its path and all else by its name; None where
    it has none."""
    key = POD_LISTS.get(name, PodList()).key or "name"
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else None
