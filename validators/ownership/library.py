"""What base and the components hold, read from their files without kustomize."""

from typing import TYPE_CHECKING

from ..tree import Folder

if TYPE_CHECKING:
    from ..app import App


def component_closure(app: "App") -> list[str]:
    """Return the components that both zones name and the ones those include, each once, in order."""
    from ..app import component_names

    closure: list[str] = []
    waiting = [*app.features, *app.infrastructure]
    while waiting:
        name = waiting.pop(0)
        data = app.library.files.get(f"components/{name}/kustomization.yaml")
        if name in closure or data is None:
            continue
        closure.append(name)
        waiting += component_names(Folder(f"components/{name}", {"kustomization.yaml": data}))
    return closure
