"""tests/golden/components: what each component changes, from a render of a small app with it and one without it."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import jsonpatch
import yaml

from tests.zones import LIBRARY, OURS
from validators.authoring import new_app
from validators.policy import sizes
from validators.render import kustomize, objects
from validators.render.hashes import hashed_names, renamed

from . import _component_files as component_files
from . import components
from .golden import dump, shorten

OWNS = ("tests/golden/components/*.txt",)
SIZES = "overlays/template/options/sizing"
HOSTS = ("one.example.com", "two.example.com", "three.example.com", "four.example.com")

_CUSTOMER = """\
resources: [../../base, secrets.yaml]
images: [{name: app, newName: registry.example.com/app, newTag: 1.0.0}]
configMapGenerator: [{name: app-config, behavior: merge, literals: ["HOSTS=%s"]}]
"""
_SECRETS = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: app}
spec: {encryptedData: {SECRET_KEY: sealed}}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: registry}
spec: {encryptedData: {.dockerconfigjson: sealed}, template: {type: kubernetes.io/dockerconfigjson}}
"""
_NUMBERED = ("web", "migrate", "async", "scheduler", "database", "media", "valkey", "nfs")
"""The parts of a sizing whose sizes are 1, 2, 3 ... in the goldens; those of other components follow."""

Objects = dict[str, Any]
"""Rendered objects by Kind/name; the hash in the name of a generated one is left out."""


def files(root: Path) -> dict[str, str]:
    """Return the golden text of each component. Raises KustomizeError."""
    made = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, bed in beds(root).items():
            without, with_it = render_pair(root, Path(scratch), name, bed)
            path = f"tests/golden/components/{name.replace('/', '-')}.txt"
            made[path] = describe(name, bed, without, with_it)
        for one in component_files.read(root).values():
            for app in one.shown:
                made[shown_file(one.name, app)] = in_example(root, Path(scratch), one.name, app)
    return made


def shown_file(name: str, app: str) -> str:
    """Return the path of what a component changes in an example, `<customer>/<app>`."""
    return f"tests/golden/components/{name.replace('/', '-')}-in-{app.replace('/', '-')}.txt"


def in_example(root: Path, scratch: Path, name: str, app: str) -> str:
    """Return what a component of the platform's changes in an example, as text for people."""
    for path in OURS.of(app):
        shutil.copytree(root / path, scratch / path, dirs_exist_ok=True)
    folder, tool = scratch / OURS.platform / app, kustomize.find()
    without = by_name(objects.parse(tool.build(folder)))
    list_in(root, scratch, name, app)
    with_it = by_name(objects.parse(tool.build(folder)))
    head = f"What components/{name} changes in the example {app}; `make golden` renews it."
    return "\n".join([head, "", *changes(without, with_it)]) + "\n"


def list_in(root: Path, tree: Path, name: str, app: str) -> None:
    """List a component of the platform's in an app of a copied tree: in its alternative's place, or else below sizing; with
    its sizes."""
    folder, line = tree / OURS.platform / app, "  - ../../../../components/{}\n"
    file, sizing_file = folder / "kustomization.yaml", folder / "sizing.yaml"
    text, known = file.read_text(encoding="utf-8"), component_files.read(root)
    rivals = component_files.choices(known).get(known[name].choice, [])
    listed = [rival for rival in rivals if line.format(rival) in text] or ["sizing"]
    before = line.format(listed[0])
    if text.count(before) != 1:
        raise ValueError(f"{OURS.platform}/{app}/kustomization.yaml: needs the line {before.strip()!r} once")
    after = ("" if listed[0] in rivals else before) + line.format(name)
    file.write_text(text.replace(before, after), encoding="utf-8")
    sizes_file = root / SIZES / f"{name}.yaml"
    if sizes_file.is_file():
        sized = new_app.with_volume(sizing_file.read_text(encoding="utf-8"), sizes_file.read_text(encoding="utf-8"))
        sizing_file.write_text(sized, encoding="utf-8")


def beds(root: Path) -> dict[str, dict]:
    """Return what each component that apps list is shown on: `bed` in its component.yaml."""
    found = component_files.read(root).values()
    return {one.name: one.bed for one in found if one.zone in ("customer", "platform")}


def render_pair(root: Path, scratch: Path, name: str, bed: dict) -> tuple[Objects, Objects]:
    """Return what a bed renders to without a component, and with it."""
    beside = bed.get("components", [])
    hosts = ",".join(HOSTS[: bed.get("hosts", 1)])
    app = bed.get("app", True)
    written = bed.get("objects", [])
    return render(root, scratch, beside, hosts, app), render(root, scratch, [*beside, name], hosts, app, written)


def render(
    root: Path, scratch: Path, picked: list[str], hosts: str, app: bool = True, written: list[dict] | None = None
) -> Objects:
    """Return what the smallest app, or a namespace without an app, with these components renders to.

    `written` are objects of the customer's.
    """
    for folder in LIBRARY:
        if (root / folder).exists() and not (scratch / folder).exists():
            shutil.copytree(root / folder, scratch / folder)
    order = components.policy(root)
    customer, platform = scratch / "bed" / "customer", scratch / "bed" / "platform"
    for folder in (customer, platform):
        folder.mkdir(parents=True, exist_ok=True)
    (customer / "secrets.yaml").write_text("---\n".join([_SECRETS, *(yaml.safe_dump(obj) for obj in written or ())]))
    (customer / "kustomization.yaml").write_text(_CUSTOMER % hosts + _listed(picked, order["customer"]))
    (platform / "sizing.yaml").write_text(yaml.safe_dump(sizing(root)))
    head = f"namespace: bed\nresources: [{'../customer, ' if app else ''}sizing.yaml]\n"
    (platform / "kustomization.yaml").write_text(
        head + _listed(picked, order["platform"], "  - ../../overlays/cluster\n")
    )
    return by_name(objects.parse(kustomize.find().build(platform)))


def by_name(rendered: list[objects.Object]) -> Objects:
    """Return objects by Kind/name, without the hashes of generated names in keys and references."""
    names = hashed_names(rendered)
    found = {f"{item.kind}/{item.plain_name}": renamed(item.data, names) for item in rendered}
    return dict(sorted(found.items()))


def describe(name: str, bed: dict, without: Objects, with_it: Objects) -> str:
    """Return what a component changes, as text for people."""
    beside = ", ".join(bed.get("components", [])) or "nothing else"
    what = "an app" if bed.get("app", True) else "a namespace"
    head = f"What components/{name} changes in {what} with {beside}; `make golden` renews it."
    return "\n".join([head, "", *changes(without, with_it)]) + "\n"


def changes(without: Objects, with_it: Objects) -> list[str]:
    """Return what is added, removed and changed, as lines for people."""
    lines: list[str] = []
    for key in sorted(without.keys() | with_it.keys()):
        kind, _, called = key.partition("/")
        if key not in without:
            lines += [f"added {kind} {called}", *_indented(dump(with_it[key]))]
        elif key not in with_it:
            lines += [f"removed {kind} {called}"]
        elif without[key] != with_it[key]:
            lines += [f"changed {kind} {called}", *_operations(without[key], with_it[key])]
    return lines


def _operations(before: Any, after: Any) -> list[str]:
    lines = []
    for operation in jsonpatch.make_patch(shorten(before), shorten(after)):
        lines.append(f"  {operation['op']} {operation['path']}")
        if "from" in operation:
            lines[-1] += f" from {operation['from']}"
        if "value" in operation:
            lines += ["  " + line for line in _indented(dump(operation["value"]).removesuffix("...\n"))]
    return lines


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _listed(picked: list[str], order: list[str], first: str = "") -> str:
    lines = [first] * bool(first) + [f"  - ../../components/{name}\n" for name in order if name in picked]
    return "components:\n" + "".join(lines) if lines else ""


def sizing(root: Path) -> dict:
    """Return a sizing.yaml for every component, with sizes that no two parts share."""
    parts = {size.partition(".")[0] for one in component_files.read(root).values() for size in one.needed}
    numbered = dict.fromkeys([*_NUMBERED, *sorted(parts - {"namespace"})])
    limits = {"quota": {"pods": "9"}, "limits": [{"type": "Container", "default": {"cpu": "1"}}]}
    return {
        "apiVersion": "hosting.ungleich.ch/v1",
        "kind": "Sizing",
        "metadata": {"name": "sizing", "annotations": {"config.kubernetes.io/local-config": "true"}},
        "spec": {name: _size(number) for number, name in enumerate(numbered, 1)} | {"namespace": limits},
    }


def _size(number: int) -> dict:
    """Return sizes that no other number has, so that one in the wrong place shows."""
    amounts = {"cpu": str(number), "memory": f"{number}Gi"}
    resources = {"requests": amounts, "limits": amounts}
    return {
        **dict.fromkeys(sizes.COUNTS, number),
        "storage": f"{number}0Gi",
        "schedule": f"{number} 1 * * *",
        "resources": resources,
    }
