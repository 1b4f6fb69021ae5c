"""The components that a folder lists, with their places."""

from collections.abc import Iterator

from ..sources.folder import Folder, component_name, resolve


def listed(folder: Folder) -> Iterator[tuple[int, str]]:
    """Yield (index, name) of each entry under `components:`: `hosts/2` or CLUSTER, the path itself if it leads
    elsewhere."""
    value = folder.kustomization.value
    items = value.get("components") if isinstance(value, dict) else None
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, str):
            path = resolve(folder.path, item)
            yield index, component_name(path or "") or item
