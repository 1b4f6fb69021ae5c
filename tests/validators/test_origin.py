"""A finding in a render is placed at the line that says so: of the customer, of sizing.yaml, or of the library."""

from pathlib import Path

import pytest

from tests.attacks import corpus
from validators.app.app import App
from validators.app.sources import Sources
from validators.check import rendering
from validators.check.workspace import Workspace
from validators.sources.loader import Pointer
from validators.sources.tree import Tree

SIZING = f"overlays/ungleich/{corpus.VICTIM}/sizing.yaml"
CUSTOMER = f"overlays/customers/{corpus.VICTIM}"
POD = ("spec", "template", "spec")
MEMORY = ("resources", "limits", "memory")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    """The victim's app, rendered."""
    top = tmp_path_factory.mktemp("origin")
    corpus.lay(top)
    made = Sources.read(Tree(top), corpus.VICTIM)
    with Workspace(made.library) as workspace:
        [app] = rendering.render([made], workspace)
    assert not app.error
    return app


def line(app: App, kind: str, name: str, pointer: Pointer) -> tuple[str, str]:
    """Return the file that a value is traced to, and the text of the line."""
    obj = app.find(kind, name)
    assert obj
    place = app.place(obj, pointer)
    for folder in (app.customer, app.platform, app.library):
        inside = place.path.removeprefix(f"{folder.path}/")
        if inside in folder.files:
            return place.path, folder.files[inside].decode().splitlines()[place.line - 1].strip()
    raise AssertionError(place)


@pytest.mark.parametrize(
    ("kind", "name", "pointer", "size"),
    [
        ("Deployment", "web", ("spec", "replicas"), "web.replicas"),
        ("Deployment", "web", (*POD, "containers", 0, *MEMORY), "web.resources.limits.memory"),
        ("Job", "migrate", (*POD, "containers", 0, *MEMORY), "migrate.resources.limits.memory"),
        ("Deployment", "async", (*POD, "containers", 0, "resources"), "async.resources"),
        ("ResourceQuota", "sizes", ("spec", "hard", "pods"), "namespace.quota.pods"),
        ("LimitRange", "sizes", ("spec", "limits", 0, "max", "cpu"), "namespace.limits.0.max.cpu"),
        ("PersistentVolumeClaim", "database", ("spec", "resources", "requests", "storage"), "database.storage"),
    ],
)
def test_a_size_is_placed_in_sizing_yaml(app: App, kind: str, name: str, pointer: Pointer, size: str) -> None:
    obj = app.find(kind, name)
    assert obj
    place = app.place(obj, pointer)
    path = tuple(int(part) if part.isdigit() else part for part in ("spec", *size.split(".")))
    mark = app.platform.document("sizing.yaml").marks[path]
    assert (place.path, place.line, place.column) == (SIZING, mark.line, mark.column)


def test_a_size_that_is_not_there_is_placed_at_the_nearest_that_is(app: App) -> None:
    obj = app.find("Deployment", "web")
    assert obj
    pointer = (*POD, "containers", 0, "resources", "limits", "nvidia.com/gpu")
    wanted = app.platform.document("sizing.yaml").marks["spec", "web", "resources", "limits"]
    assert app.place(obj, pointer).line == wanted.line


def test_a_size_from_elsewhere_is_placed_there(app: App) -> None:
    """What differs from sizing.yaml isn't a line of it: somebody else wrote it, and must be named."""
    obj = app.find("Deployment", "web")
    assert obj
    obj.data["spec"]["replicas"] += 1
    try:
        assert app.place(obj, ("spec", "replicas")).path != SIZING
    finally:
        obj.data["spec"]["replicas"] -= 1


def test_what_is_no_size_is_placed_where_it_is_written(app: App) -> None:
    image = (*POD, "containers", 0, "image")
    assert line(app, "Deployment", "web", image)[0] == f"{CUSTOMER}/kustomization.yaml"
    assert line(app, "Deployment", "web", image)[1].startswith("- name: app")
    assert line(app, "ConfigMap", "app-config", ("data", "HOSTS"))[0] == f"{CUSTOMER}/app.env"
    strategy = line(app, "Deployment", "web", ("spec", "strategy", "type"))
    assert strategy == ("base/web/deployment.yaml", "type: RollingUpdate")


@pytest.mark.parametrize(
    ("target", "kind", "name"),
    [
        ("{kind: Deployment, name: web}", "Deployment", "web"),
        ("{kind: Deployment|Job, labelSelector: hosting.ungleich.ch/image=app}", "Job", "migrate"),
        ("{kind: Deployment, name: web|async}", "Deployment", "async"),
    ],
)
def test_a_patch_that_counts_containers_is_found(tmp_path: Path, target: str, kind: str, name: str) -> None:
    corpus.lay(tmp_path)
    operation = "- {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: A, value: b}}\n"
    patches = f"patches:\n  - path: env.yaml\n    target: {target}\n"
    corpus.commit(tmp_path, corpus.Case("", "", {}, {"env.yaml": operation, "kustomization.yaml": {"append": patches}}))
    made = Sources.read(Tree(tmp_path), corpus.VICTIM)
    with Workspace(made.library) as workspace:
        [app] = rendering.render([made], workspace)
    obj = app.find(kind, name)
    assert obj
    names = [variable["name"] for variable in obj.get(*POD, "containers", 0, "env")]
    assert line(app, kind, name, (*POD, "containers", 0, "env", names.index("A"))) == (
        f"{CUSTOMER}/env.yaml",
        operation.strip(),
    )


@pytest.mark.parametrize(
    "patch",
    [
        "metadata: {annotations: {example.com/owner: team-a}}",
        "spec: {template: {metadata: {annotations: {example.com/owner: team-a}}}}",
        "spec: {replicas: 4}",
    ],
)
def test_a_size_that_the_platform_patched_is_placed_in_the_patch(tmp_path: Path, patch: str) -> None:
    """Not in another patch of the folder that is for another object, nor where the library has a placeholder."""
    corpus.lay(tmp_path)
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\n{patch}\n"
    folder = tmp_path / "overlays/ungleich" / corpus.VICTIM
    text = text if "metadata: {ann" not in patch else text.replace("{name: web}\nmetadata: {", "{name: web, ")
    (folder / "w.yaml").write_text(text)
    kustomization = folder / "kustomization.yaml"
    patches = "patches:\n  - path: database-secret.yaml\n"
    assert patches in kustomization.read_text()
    kustomization.write_text(kustomization.read_text().replace(patches, f"{patches}  - path: w.yaml\n"))
    made = Sources.read(Tree(tmp_path), corpus.VICTIM)
    with Workspace(made.library) as workspace:
        [app] = rendering.render([made], workspace)
    obj = app.find("Deployment", "web")
    assert obj
    written = obj.get("spec", "replicas")
    assert written == (4 if "replicas" in patch else app.size("web.replicas"))
    obj.data["spec"]["replicas"] = str(written)  # what kustomize made of it where there was no placeholder
    assert app.place(obj, ("spec", "replicas")).path == f"overlays/ungleich/{corpus.VICTIM}/w.yaml"
