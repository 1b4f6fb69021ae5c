"""A baseline put together from other apps' renders is the one that kustomize would render."""

from dataclasses import replace

import pytest

from tests.bench.generate import generate
from tests.conftest import ROOT
from validators.app.app import App
from validators.app.sources import Sources
from validators.check import rendering
from validators.check.cache.baselines import LABEL
from validators.check.workspace import Workspace
from validators.ownership import baseline
from validators.render.hashes import hashed_names, renamed
from validators.render.objects import Object, Rendered
from validators.sources.folder import Folder
from validators.sources.tree import Tree

APPS = 60


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> list[Sources]:
    top = tmp_path_factory.mktemp("baselines") / "fleet"
    generate(top, APPS, seed=7)
    tree = Tree(top)
    loaded = [Sources.read(tree, name) for name in tree.app_names()]
    return [app for app in loaded if app.customer.files]


def plain(app: App, label: str, objs: list[Object]) -> dict[tuple[str, str], str]:
    """Return the objects of an app's baseline by id, names of config maps without their hash."""
    filled = baseline.fill(app, label, Rendered(objs)).objects
    hashed = hashed_names(filled)
    return {(obj.kind, obj.plain_name): repr(renamed(obj.data, hashed)) for obj in filled}


def test_put_together_is_as_rendered(apps: list[Sources]) -> None:
    with Workspace(apps[0].library) as workspace:
        cache = workspace.baselines
        wanted = {app.name: baseline.of(app) for app in apps}
        keys = {app.name: cache.keys(app, wanted[app.name]) for app in apps}
        assert None not in keys.values()
        missing = rendering._missing(wanted, keys, cache)
        assert len(missing) < len(apps) * 0.8, "next to nothing is shared"
        rendered = workspace.build((one.customer, one.platform) for one in wanted.values())
        for name, one in missing.items():
            cache.put(keys[name], rendered[one.platform.path].objects, one.label)
        for sources in apps:
            one = wanted[sources.name]
            together = cache.get(keys[sources.name])
            assert together is not None
            own = rendered[one.platform.path].objects
            app = App.of(sources, Rendered([]))
            assert plain(app, LABEL, together) == plain(app, one.label, own), app.name


def test_each_examples_is_kept() -> None:
    """Else each commit to an app like it renders its baseline again."""
    tree = Tree(ROOT)
    examples = [app for app in (Sources.read(tree, name) for name in tree.app_names()) if app.customer.files]
    with Workspace(tree.library) as workspace:
        for sources in examples:
            one = baseline.of(sources)
            known = workspace.baselines.keys(sources, one)
            own = workspace.build([(one.customer, one.platform)])[one.platform.path].objects
            workspace.baselines.put(known, own, one.label)
            kept = workspace.baselines.get(known)
            assert kept is not None, sources.name
            app = App.of(sources, Rendered([]))
            assert plain(app, LABEL, kept) == plain(app, one.label, own), sources.name


def test_what_is_not_understood_is_not_shared(apps: list[Sources]) -> None:
    app = apps[0]
    assert keys(app) is not None
    assert keys(app, kustomization="commonLabels: {a: b}\n") is None


PATCH = """\
  - target: {kind: Deployment, name: web}
    patch: '[{op: add, path: /metadata/annotations/note, value: %s}]'
"""
OTHER_FILE = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {note: %s}}\n"
REPLACEMENT = """\
replacements:
  - source: {kind: Deployment, name: web, fieldPath: metadata.annotations.note}
    targets: [{select: {kind: Job, name: migrate}, fieldPaths: [metadata.annotations.note]}]
"""


def keys(app: Sources, **more: str) -> dict[tuple[str, str], str] | None:
    """Return the keys of an app whose platform's files have `more` at their end."""
    files = dict(app.platform.files)
    for name, text in more.items():
        name = f"{name}.yaml"
        files[name] = files.get(name, b"") + text.encode()
    changed = replace(app, platform=Folder(app.platform.path, files))
    with Workspace(app.library) as workspace:
        return workspace.baselines.keys(changed, baseline.of(changed))


@pytest.mark.parametrize("how", ["inline", "file"])
def test_what_the_platform_writes_is_shared_with_those_that_write_the_same(apps: list[Sources], how: str) -> None:
    def given(value: str) -> dict[str, str]:
        if how == "inline":
            return {"kustomization": PATCH % value}
        return {"kustomization": f"  - path: other.yaml\n{REPLACEMENT}", "other": OTHER_FILE % value}

    one, same, other = (keys(apps[0], **given(value)) for value in ("a", "a", "b"))
    assert one == same
    web, copied = ("Deployment", "web"), ("Job", "migrate")
    assert one[web] != other[web]
    assert (one[copied] != other[copied]) == (how == "file"), "the file's patch is copied on by a replacement"
    quota = ("ResourceQuota", "forbidden")
    assert one[quota] == other[quota]


def test_the_names_in_a_namespaces_labels_keep_nothing_from_being_shared(apps: list[Sources]) -> None:
    found = {keys(app)["Namespace", "tenant"] for app in apps}
    assert len(found) == 1
