"""Read and render apps for who compares what they render to, judging no more than whether they may be rendered."""

from collections.abc import Iterable, Mapping

from ..app.app import App
from ..app.sources import Sources
from ..render.objects import Rendered
from ..sources.tree import Tree
from . import engine
from .workspace import Workspace


def load(tree: Tree, names: Iterable[str], refused: Mapping[str, str] | None = None) -> list[App]:
    """Return the apps, rendered; what is refused in the sources is not, and `error` says why.

    refused: why apps aren't rendered, by name, where that is known already; None: as the rules say.
    Raises KustomizeError where kustomize is missing.
    """
    apps = [Sources.read(tree, name) for name in names]
    if refused is None:
        refused = {app.name: _refused(app) for app in apps if app.customer.files}
    with Workspace(tree.library) as workspace:
        rendered = workspace.build(
            (app.customer, app.platform) for app in apps if app.platform.files and not refused.get(app.name)
        )
    return [App.of(app, rendered.get(app.platform.path, Rendered([], refused.get(app.name, "")))) for app in apps]


def _refused(app: Sources) -> str:
    """Return why an app isn't rendered, empty where it is."""
    errors = engine.source_errors(app)
    return f"not rendered, {errors[0].place}: {errors[0].rule}: {errors[0].message}" if errors else ""
