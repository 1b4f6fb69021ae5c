"""Check apps in this process: one workspace for all of them."""

from ..app.sources import Sources
from ..render.renderer_process import Process
from ..sources.tree import Tree
from . import engine
from .cache.results import Cache
from .result import Result
from .workspace import Workspace


class Checker:
    """Checks apps of a tree. Use it as a context manager."""

    def __init__(self, tree: Tree, cache: Cache, renderer: Process | None = None) -> None:
        """`renderer`: one that was started before; without a workspace it is ended unasked."""
        self._tree = tree
        self._cache = cache
        self._renderer = renderer
        self._workspace: Workspace | None = None

    def __enter__(self) -> "Checker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Workspace:
        """Return the workspace, made now if there is none: its process starts while the caller goes on."""
        if self._workspace is None:
            renderer, self._renderer = self._renderer, None
            self._workspace = Workspace(self._tree.library, self._cache, renderer)
        return self._workspace

    def check(self, names: list[str]) -> list[Result]:
        """Check some apps; the results are in the order of `names`."""
        return engine.check([Sources.read(self._tree, name) for name in names], self.start())

    def close(self) -> None:
        """Delete the workspace, and end a renderer that was never asked; it can be used again."""
        if self._workspace:
            self._workspace.__exit__()
            self._workspace = None
        if self._renderer:
            self._renderer.end()
            self._renderer = None
