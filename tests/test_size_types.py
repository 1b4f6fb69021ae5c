"""A value of sizing.yaml has the same type in the objects whatever the platform's folder patches, with every kustomize."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from validators.kubernetes import versions
from validators.policy import components as policy
from validators.policy import sizes
from validators.render import kustomize
from validators.render.batches import Batches
from validators.render.embedded import Renderer
from validators.render.objects import Object
from validators.sources.folder import Folder
from validators.sources.tree import Tree

from .conftest import ROOT, tool
from .generators import _component_files as component_files
from .generators import component_changes

COMPONENTS = component_files.read(ROOT)
BEDS = component_changes.beds(ROOT)
# Numbers where people leave the quotes out, texts where they write some that aren't needed.
AMOUNTS = {"cpu": 1, "memory": 1073741824, "ephemeral-storage": "1073741824"}
SIZES = {
    "replicas": 3,
    "instances": "2",
    "storage": 10737418240,
    "schedule": "30 2 * * *",
    "deadlineSeconds": "1800",
    "resources": {"requests": AMOUNTS, "limits": {**AMOUNTS, "cpu": 0.5}},
}
NAMESPACE = {"quota": {"pods": 9, "requests.cpu": "9"}, "limits": [{"type": "Container", "default": AMOUNTS}]}
PATCHES = {
    "annotations": {"metadata": {"annotations": {"example.com/owner": "team-a"}}},
    "spec": {"spec": {"example": "text"}},
}


def sizing() -> dict:
    parts = [part for part in component_changes.sizing(ROOT)["spec"] if part != "namespace"]
    head = {"apiVersion": "hosting.ungleich.ch/v1", "kind": "Sizing"}
    local = {"config.kubernetes.io/local-config": "true"}
    spec = dict.fromkeys(parts, SIZES) | {"namespace": NAMESPACE}
    return {**head, "metadata": {"name": "sizing", "annotations": local}, "spec": spec}


def groups() -> list[list[str]]:
    """Return all components in as few groups as there are alternatives: each group can be listed together.

    Without what stops an app: its numbers of pods are 0 and meant to be.
    """
    found: list[dict[str, str]] = []
    for name, bed in BEDS.items():
        if COMPONENTS[name].stops:
            continue
        choice = COMPONENTS[name].choice or name
        choice = choice if bed.get("app", True) else ""  # a namespace of its own, with nothing of an app
        group = next((g for g in found if choice not in g and "" not in g), None) if choice else None
        if group is None:
            found.append(group := {})
        group[choice] = name
    return [list(group.values()) for group in found]


@pytest.fixture(scope="module")
def beds(tmp_path_factory) -> list[tuple[Folder, Folder, list[Object]]]:
    """For each group the folders of an app that has all of it, and the objects that it renders to."""
    top = tmp_path_factory.mktemp("beds")
    made = []
    for group in groups():
        hosts = ",".join(component_changes.HOSTS[: max(BEDS[name].get("hosts", 1) for name in group)])
        app = all(BEDS[name].get("app", True) for name in group)
        picked = {*group, "tenant", *(("sizing", "ingress", "gateway") if app else ())}
        picked |= {grant for name, grant in policy.data()["grants"].items() if name in picked}
        written = [obj for name in group for obj in BEDS[name].get("objects", [])]
        found = component_changes.render(ROOT, top, sorted(picked), hosts, app, written)
        folders = [Tree(top).read(f"bed/{zone}") for zone in ("customer", "platform")]
        made.append((*folders, [Object(data) for data in found.values()]))
    return made


def builders() -> dict[str, Any]:
    return {
        versions.KUSTOMIZE_OLDEST: lambda: Batches(kustomize.at([str(tool("kustomize-oldest"))])),
        versions.KUSTOMIZE_NEWEST: lambda: Batches(kustomize.at([str(tool("kustomize"))])),
        "renderer": lambda: Renderer(tool("renderer")),
    }


@pytest.mark.parametrize("which", builders())
def test_a_patch_of_the_platform_changes_no_size(beds, which: str) -> None:
    rendered = render(builders()[which](), Tree(ROOT).library, beds)
    assert sorted({text for objects in rendered for text in wrong_sizes(objects)}) == []
    checked = {size for objects in rendered for size, _, _ in sized(objects)}
    assert checked == {size for fields in sizes.table().values() for size in fields.values()}


def test_without_placeholders_a_patch_does(beds) -> None:
    """What the test above catches, and that the placeholders are needed."""
    rendered = render(builders()["renderer"](), without_placeholders(), beds)
    wrong = {text.partition(":")[0] for objects in rendered for text in wrong_sizes(objects)}
    assert wrong >= {"web.replicas", "async.replicas", "database.instances"}


def render(builder: Any, library: Folder, beds: list[tuple[Folder, Folder, list[Object]]]) -> list[list[Object]]:
    """Return what each bed renders to as it is, and with a merge patch of each kind on every object."""
    builder.write(library)
    for number, (customer, platform, objects) in enumerate(beds):
        builder.write(Folder(f"bed-{number}/customer", customer.files))
        for patch in ("none", *PATCHES):
            builder.write(Folder(f"bed-{number}/{patch}", patched(platform, objects, PATCHES.get(patch))))
    paths = [f"bed-{number}/{patch}" for number in range(len(beds)) for patch in ("none", *PATCHES)]
    rendered = builder.render(paths)
    builder.close()
    assert [f"{path}: {found.error}" for path, found in rendered.items() if found.error] == []
    return [rendered[path].objects for path in paths]


def patched(platform: Folder, objects: list[Object], patch: dict | None) -> dict[str, bytes]:
    """Return a platform folder's files with sizes that differ in type, and a merge patch of each object."""
    kustomization = yaml.safe_load(platform.files["kustomization.yaml"])
    for obj in objects if patch else []:
        head = {"apiVersion": obj.api_version, "kind": obj.kind}
        metadata = {"name": obj.name, **patch.get("metadata", {})}
        target = {"kind": obj.kind, "name": f"{obj.name}(-.*)?" if obj.kind != "Namespace" else ".*"}
        if "spec" not in patch or "spec" in obj.data:
            text = yaml.safe_dump({**head, **patch, "metadata": metadata})
            kustomization.setdefault("patches", []).append({"patch": text, "target": target})
    files = {"kustomization.yaml": kustomization, "sizing.yaml": sizing()}
    return platform.files | {name: yaml.safe_dump(value).encode() for name, value in files.items()}


def sized(objects: list[Object]) -> Iterator[tuple[str, Any, Any]]:
    """Yield (path in the sizing, value there, value in the object) of each size that objects have."""
    for obj in objects:
        for path, size in sizes.of(obj.kind, obj.name).items():
            value: Any = obj.data
            for token in path:
                value = item(value, token)
            part, _, key = size.partition(".")
            if value is not None:
                yield size, sizes.typed(size, sizing()["spec"][part][key]), value


def item(value: Any, token: str) -> Any:
    if isinstance(value, list):
        return next((inner for inner in value if inner.get("name") == token), None)
    return value.get(token) if isinstance(value, dict) else None


def wrong_sizes(objects: list[Object]) -> Iterator[str]:
    # repr, because 1 == True == 1.0
    return (f"{size}: {got!r}" for size, wanted, got in sized(objects) if repr(plain(wanted)) != repr(plain(got)))


def plain(value: Any) -> Any:
    """Return a value with the keys of its maps in order."""
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in sorted(value)}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def without_placeholders() -> Folder:
    """Return the library with no value where sizes of one value go.

    But for further queues: they don't build without.
    """
    library = Tree(ROOT).library
    files = dict(library.files)
    for name, data in library.files.items():
        if name.startswith("components/queues/"):
            continue
        lines = data.decode().split("\n")
        kept = [line for line in lines if line.strip() not in ("replicas: 0", "instances: 0", 'size: "0"')]
        files[name] = "\n".join(kept).encode()
    assert Path(ROOT / "base/web/deployment.yaml").read_bytes() != files["base/web/deployment.yaml"]
    return Folder("", files)
