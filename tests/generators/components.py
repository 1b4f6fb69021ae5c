"""validators/policy/components.json: what the checks need of all component.yaml, in one file that is quickly read."""

import json
import re
from pathlib import Path
from typing import Any

from . import _component_files as component_files
from ._component_files import Component

POLICY = "validators/policy/components.json"
OWNS = (POLICY,)
GRANT = "sizing"
"""The folder in a customer's component by which the platform grants it: it copies the component's sizes."""


def files(root: Path) -> dict[str, str]:
    """Return the policy. Raises ValueError where a component.yaml is wrong."""
    return {POLICY: json.dumps(policy(root), indent=1) + "\n"}


def policy(root: Path) -> dict[str, Any]:
    """Return what all component.yaml say together, by what the checks ask for."""
    components = component_files.read(root)
    of_zone = {zone: [one for one in components.values() if one.zone == zone] for zone in ("customer", "platform")}
    grants = {one.name: f"{one.name}/{GRANT}" for one in of_zone["customer"] if _granted(root, one)}
    platform = [one.name for one in of_zone["platform"]]
    sized = platform.index(GRANT)
    first: dict[str, list[str]] = {}
    for one in components.values():
        for other in one.only_after:
            first.setdefault(other, []).append(one.name)
    return {
        "customer": [one.name for one in of_zone["customer"]],
        "platform": [*platform[:sized], *grants.values(), *platform[sized:]],
        "features": {one.name: one.feature for one in of_zone["customer"]},
        "choices": component_files.choices(components),
        "first": first,
        "needed": {one.name: one.needed for one in of_zone["customer"] if one.needed},
        "grants": grants,
        "pods": _pods(components),
        "sizes": component_files.merged([(one.name, one.sizes) for one in components.values()]),
        "stops": {one.name: _stops(one) for one in components.values() if one.stops},
        "facts": {one.name: one.facts for one in components.values() if one.facts},
        "fields": _fields(components),
        "config": {name: entry for one in components.values() for name, entry in one.config.items()},
    }


def _granted(root: Path, component: Component) -> bool:
    return (root / "components" / component.name / GRANT / "kustomization.yaml").exists()


def _stops(component: Component) -> dict[str, list[str]]:
    """Return what a component stops, and what of these kinds it adds itself."""
    added = [re.sub(r"\.[^/]*/", "/", key) for key in component.objects]
    kinds = {target.partition("/")[0] for target in component.stops}
    return {"all": component.stops, "but": [key for key in added if key.partition("/")[0] in kinds]}


def _pods(components: dict[str, Component]) -> dict[str, dict]:
    """Return the pods of the customer's image, with the features that they and their containers come with."""
    pods: dict[str, dict] = {}
    for one in components.values():
        feature = {"with": one.name} if one.zone == "customer" else {}
        for target, lists in one.pods.items():
            pod = pods.setdefault(target, dict(feature))
            inherited = pod.get("with") == one.name or not feature
            for key, containers in lists.items():
                pod.setdefault(key, []).extend({**c, **({} if inherited else feature)} for c in containers)
    for one in components.values():
        for removed in one.removes if one.zone == "customer" else ():
            kind, _, name = removed.partition("/")
            pods[f"{kind.partition('.')[0]}/{name}"].setdefault("without", []).append(one.name)
    return pods


def _fields(components: dict[str, Component]) -> dict[str, dict[str, dict]]:
    fields: dict[str, dict[str, dict]] = {}
    for one in components.values():
        for target, entries in one.fields.items():
            fields.setdefault(target, {}).update(entries)
    return fields
