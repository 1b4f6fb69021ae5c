"""A neutral app put together from other apps' renders is the one that kustomize would render."""

import pytest

from tests.bench.generate import generate
from validators.app.app import App
from validators.app.hashes import hash_of
from validators.check import engine
from validators.check.baseline_cache import LABEL
from validators.check.workspace import Workspace
from validators.ownership import baseline
from validators.render.objects import Object
from validators.sources.tree import Tree

APPS = 60


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> list[App]:
    top = tmp_path_factory.mktemp("shelf") / "fleet"
    generate(top, APPS, seed=7)
    tree = Tree(top)
    loaded = [engine.load(tree, name) for name in tree.app_names()]
    return [app for app in loaded if app.customer.files]


def plain(app: App, label: str, objs: list[Object]) -> dict[tuple[str, str], str]:
    """Return neutral objects of an app by id, names of config maps without their hash."""
    filled = baseline.fill(app, label, objs)
    hashed = {obj.name: hash_of(obj) for obj in filled if hash_of(obj)}
    result = {}
    for obj in filled:
        text = repr(obj.data)
        for name, short in hashed.items():
            text = text.replace(name, short)
        result[obj.kind, hashed.get(obj.name, obj.name)] = text
    return result


def test_put_together_is_as_rendered(apps: list[App]) -> None:
    with Workspace(apps[0].library) as workspace:
        forms = {app.name: baseline.neutral(app) for app in apps}
        keys = {app.name: workspace.shelf.keys(app, forms[app.name]) for app in apps}
        assert None not in keys.values()
        chosen = engine._to_render(forms, keys, workspace)
        assert len(chosen) < len(apps) * 0.8, "next to nothing is shared"
        for form in forms.values():
            workspace.write(form.customer)
            workspace.write(form.platform)
        rendered = workspace.render([form.platform.path for form in forms.values()])
        for name, form in chosen.items():
            workspace.shelf.put(keys[name], rendered[form.platform.path].objects, form.key)
        for app in apps:
            form = forms[app.name]
            together = workspace.shelf.get(keys[app.name])
            assert together is not None
            own = rendered[form.platform.path].objects
            assert plain(app, LABEL, together) == plain(app, form.key, own), app.name


def test_what_is_not_understood_is_not_shared(apps: list[App]) -> None:
    app = apps[0]
    app.platform.files["kustomization.yaml"] += b"commonLabels: {a: b}\n"
    fresh = App(app.name, app.customer, type(app.platform)(app.platform.path, app.platform.files), app.library)
    with Workspace(app.library) as workspace:
        assert workspace.shelf.keys(fresh, baseline.neutral(fresh)) is None
