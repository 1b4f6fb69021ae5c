"""The components that a folder lists, with their places."""

from collections.abc import Iterator

from ..sources.folder import COMPONENTS, Folder, resolve


def listed(folder: Folder) -> Iterator[tuple[int, str]]:
    """Yield (index, name) of each entry under `components:`: `hosts/2`, or the path itself if it leads elsewhere."""
    value = folder.kustomization.value
    items = value.get("components") if isinstance(value, dict) else None
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, str):
            path = resolve(folder.path, item)
            yield index, path.removeprefix(COMPONENTS) if path and path.startswith(COMPONENTS) else item
