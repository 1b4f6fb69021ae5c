"""Build apps with kustomize, from copies of the bytes that were checked.

Nothing is rendered in place: a workspace holds the library and the apps' folders as they were read, so what was checked
is what is rendered, whatever happens to the files meanwhile, and no link leads anywhere.
"""

from collections.abc import Iterable

from ..render import renderer_process
from ..render.batches import Batches
from ..render.embedded import Renderer
from ..render.objects import Rendered
from ..render.renderer_process import Process
from ..sources.folder import Folder
from ..sources.library import Library
from .cache.baselines import BaselineCache, Kept


class Workspace:
    """A copy of the library, and of the folders that are being rendered. Use it as a context manager.

    In memory where the renderer is built; in temporary files for the command `kustomize` otherwise, which takes
    three times as long.
    """

    def __init__(self, library: Library, kept: Kept | None = None, renderer: Process | None = None) -> None:
        """`kept`: where objects of baselines are kept from run to run; `renderer`: one that was started before."""
        program = renderer_process.find()
        self._builder = Renderer(program, renderer) if program else Batches()
        self.baselines = BaselineCache(library, kept)
        """Objects of baselines, which apps of the same make share."""
        self.write(Folder(library.path, {name: data for name, data in library.files.items() if _is_built(name)}))

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self._builder.close()

    def write(self, folder: Folder) -> None:
        """Put a folder's files at its path in the workspace."""
        self._builder.write(folder)

    def remove(self, path: str) -> None:
        """Delete a folder from the workspace."""
        self._builder.remove(path)

    def render(self, paths: list[str]) -> dict[str, Rendered]:
        """Return what each folder renders to: nobody's mistake is another's."""
        return self._builder.render(paths)

    def build(self, pairs: Iterable[tuple[Folder, Folder]]) -> dict[str, Rendered]:
        """Return what each (customer's, platform's) pair of folders renders to, by the path of the second; the folders
        leave the workspace again."""
        pairs = list(pairs)
        folders = [folder for pair in pairs for folder in pair]
        for folder in folders:
            self.write(folder)
        rendered = self.render([platform.path for _, platform in pairs])
        for folder in folders:
            self.remove(folder.path)
        return rendered

    def stream(self, path: str) -> bytes:
        """Return the YAML that kustomize prints for one folder.

        Raises KustomizeError where it doesn't build.
        """
        return self._builder.stream(path)


def _is_built(name: str) -> bool:
    """Return whether kustomize may read a file of the library: writing those for people and for the checks takes time."""
    return not name.endswith((".md", "/component.yaml"))
