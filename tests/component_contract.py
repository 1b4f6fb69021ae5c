"""What every component has: one line for each part that is missing, for who adds one."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.generators import _component_files as component_files
from tests.generators import component_changes, components, readme
from tests.generators._component_files import Component
from validators.policy.components import pattern
from validators.policy.pods import POD_SPECS

HEADINGS = ["Who picks it", "What it adds", "What the cluster must have", "How to set it"]
EXCLUSIVE = "Not together with"
_WAVE = "argocd.argoproj.io/sync-wave"
_READ_BY_CHECKS = ("kustomization.yaml", "component.yaml", "suppressions.yaml")


def problems(root: Path, name: str) -> list[str]:
    """Return what a component lacks, in lines that begin with the file to change."""
    try:
        component = component_files.read(root).get(name)
    except ValueError as problem:
        return [str(problem)]
    if component is None:
        return [f"components/{name}/kustomization.yaml: is missing"]
    found = [*_kustomization(root, name)]
    if component.zone != "part":
        found += _readme(root, component)
    return found or ([] if component.zone == "part" else [*_on_its_bed(root, component)])


def _kustomization(root: Path, name: str) -> Iterator[str]:
    folder = root / "components" / name
    path = f"components/{name}/kustomization.yaml"
    text = (folder / "kustomization.yaml").read_text(encoding="utf-8")
    if yaml.safe_load(text).get("kind") != "Component":
        yield f"{path}: kind: write Component"
    for file in sorted(folder.glob("*.yaml")):
        if file.name not in _READ_BY_CHECKS and not re.search(rf"(^|[\s:\[,-]){re.escape(file.name)}\b", text, re.M):
            yield f"{path}: doesn't list {file.name}; list it, or delete it"


def _readme(root: Path, component: Component) -> Iterator[str]:
    file = readme.readme(root, component.name)
    path = file.relative_to(root).as_posix()
    if not file.exists():
        yield f"{path}: is missing; write it, with the headings {', '.join(HEADINGS)}"
        return
    text = file.read_text(encoding="utf-8")
    wanted = HEADINGS + [EXCLUSIVE] * bool(component.choice and not component.name.startswith("hosts/"))
    if (headings := re.findall(r"^## (.*)$", text, re.M)) != wanted:
        yield f"{path}: has the headings {', '.join(headings) or 'none'}; write {', '.join(wanted)}"
    for heading, section in zip(headings, re.split(r"^## .*$", text, flags=re.M)[1:], strict=True):
        if not section.strip():
            yield f"{path}: nothing stands below {heading}"
    try:
        zone, _ = readme.summary(root, component.name)
    except ValueError as problem:
        yield str(problem).removeprefix(f"{root}/")
        return
    if zone != component.zone:
        yield f"{path}: says Zone: {zone}, and component.yaml {component.zone}"


def _on_its_bed(root: Path, component: Component) -> Iterator[str]:
    """Yield what component.yaml says otherwise than the render of its bed."""
    path = f"components/{component.name}/component.yaml"
    grants = components.policy(root)["grants"]
    bed = dict(component.bed)
    beside = bed.get("components", [])
    last = ["sizing"] if bed.get("app", True) and component.name != "sizing" else []
    granted = [grants[name] for name in (*beside, component.name) if name in grants]
    with tempfile.TemporaryDirectory() as scratch:
        bed["components"] = [*beside, *granted, *last]
        without, with_it = component_changes.render_pair(root, Path(scratch), component.name, bed)
    if without == with_it:
        yield f"{path}: bed: the component changes nothing there; name components that it works on"
    yield from _objects(path, component, without, with_it)
    yield from _sizes(path, component, with_it, component_changes.sizing(root)["spec"])
    yield from _pods(path, component, with_it, without)
    text = readme.readme(root, component.name).read_text(encoding="utf-8")
    for key in sorted(without.keys() | with_it.keys()):
        if without.get(key) != with_it.get(key) and not _named(text, key, without.get(key), with_it.get(key)):
            yield f"components/{component.name}/README.md: doesn't name {key}, which it changes"


def _objects(path: str, component: Component, without: dict, with_it: dict) -> Iterator[str]:
    said = {key: wave for key, wave in component.objects.items() if not key.endswith("/*")}
    made = {_said(_key(with_it[key]), said): _wave(with_it[key]) for key in with_it.keys() - without.keys()}
    if "Namespace/bed" in made:  # the platform's folder gives it its name
        made["Namespace/tenant"] = made.pop("Namespace/bed")
    for key in sorted(made.keys() - said.keys()):
        yield f"{path}: objects: lacks {key}: {made[key]}"
    for key in sorted(said.keys() - made.keys()):
        yield f"{path}: objects: has {key}, which isn't rendered"
    for key in sorted(said.keys() & made.keys()):
        if said[key] != made[key]:
            yield f"{path}: objects: {key} is rendered in wave {made[key]}, not {said[key]}"
    gone = {_key(without[key]) for key in without.keys() - with_it.keys()}
    for key in sorted(gone ^ set(component.removes)):
        yield f"{path}: removes: {'lacks' if key in gone else 'has'} {key}"


def _said(key: str, said: dict[str, Any]) -> str:
    """Return the name under which component.yaml speaks of an object: its own, or one that ends with `*`."""
    return key if key in said else pattern(key, said) or key


def _key(obj: dict[str, Any]) -> str:
    group = obj["apiVersion"].rpartition("/")[0]
    name = re.sub(r"-[bcdfghkmt2456789]{10}$", "", obj["metadata"]["name"])
    return f"{obj['kind']}{'.' if group else ''}{group}/{name}"


def _wave(obj: dict[str, Any]) -> int:
    return int(obj["metadata"].get("annotations", {}).get(_WAVE, 0))


def _sizes(path: str, component: Component, rendered: dict, sizing: dict) -> Iterator[str]:
    """Yield sizes that don't arrive where component.yaml says, and containers without one."""
    for target, fields in component.sizes.items():
        for key in [key for key in rendered if key == target or pattern(key, [target])]:
            for pointer, size in fields.items():
                part, _, field = size.partition(".")
                if part not in sizing or _at(rendered[key], pointer) != sizing[part].get(field):
                    yield f"{path}: sizes: {target} {pointer} isn't {size} of sizing.yaml when rendered: its copy is missing"
    for key in component.objects:
        target = re.sub(r"\..*/", "/", key)
        spec = POD_SPECS.get(target.partition("/")[0])
        shown = next((obj for name, obj in rendered.items() if _said(name, {target: 0}) == target), None)
        pod = _at(shown, ".".join(spec)) if spec else None
        for kind in ("containers", "initContainers"):
            for container in (pod or {}).get(kind, []):
                pointer = f"{'.'.join(spec)}.{kind}.[{container['name']}].resources"
                if pointer not in component.sizes.get(target, {}):
                    yield f"{path}: sizes: lacks {target} {pointer}: every container has a size"


def _pods(path: str, component: Component, rendered: dict, before: dict) -> Iterator[str]:
    """Yield the containers of the customer's image that aren't said to be there, and the other way round."""
    for key, obj in rendered.items():
        spec = POD_SPECS.get(obj["kind"])
        template = _at(obj, ".".join(spec[:-1])) if spec else None
        if not template or template["metadata"].get("labels", {}).get("hosting.ungleich.ch/image") != "app":
            continue
        for kind in ("containers", "initContainers"):
            old = _at(before.get(key), ".".join((*spec, kind))) or []
            new = [c["name"] for c in template["spec"].get(kind, []) if c["name"] not in {c["name"] for c in old}]
            said = [c["name"] for c in component.pods.get(_said(key, component.pods), {}).get(kind, [])]
            if new != said:
                yield f"{path}: pods: {key} {kind} are {', '.join(new) or 'none'}, and it says {', '.join(said) or 'none'}"


def _at(value: Any, pointer: str) -> Any:
    for token in pointer.split("."):
        if isinstance(value, list):
            value = next((item for item in value if item.get("name") == token.strip("[]")), None)
        else:
            value = value.get(token) if isinstance(value, dict) else None
    return value


def _named(text: str, key: str, before: dict | None, after: dict | None) -> bool:
    """Whether a README names an object, by name or kind, or the variables that change in a ConfigMap."""
    kind, _, called = key.partition("/")
    if kind == "ConfigMap" and before and after:
        before, after = before["data"], after["data"]
        changed = [variable for variable in after if before.get(variable) != after[variable]]
        return all(re.search(rf"\b{variable}\b", text) for variable in changed)
    plural = re.sub(r"y$", "(?:y|ies)", kind)
    return bool(re.search(rf"\b(?:{re.escape(called)}|{plural}s?)\b", text, re.IGNORECASE))
