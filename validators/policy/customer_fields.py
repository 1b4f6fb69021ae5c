"""What a customer may set: the one list that the source and the render are held against.

From customer-fields.yaml, and from what the components say in their component.yaml.
"""

import fnmatch
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from ..finding import Advice
from . import components
from .guess import near
from .list_keys import item_key
from .pods import of_target
from .violations import NOT_YOURS, Violation, cut, sentence, shown

if TYPE_CHECKING:
    from jsonschema_rs import Validator

FILE = Path(__file__).resolve().parent / "customer-fields.yaml"

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_CONTAINERS = ("containers", "initContainers")
_TYPO = 0.85
"""How alike a field's name and a wrong one are where one is taken for the other: hostNetwork is no hostname."""

Named = tuple[str, ...]
"""A pointer with list items by name: spec, template, spec, containers, web, env, DEBUG."""


class Refused(NamedTuple):
    """A value that isn't the customer's to set, at `pointer` below where the check began."""

    pointer: Named
    message: str
    hint: Advice | None = None
    text: bool = False
    """As of a Violation."""


@dataclass(frozen=True)
class Field:
    """A field that customers may set."""

    what: str
    write: str
    schema: dict
    removable: bool = False

    @cached_property
    def _validator(self) -> "Validator":
        return _compiled(json.dumps(self.schema))

    def errors(self, value: Any) -> Iterator[Violation]:
        """Yield each reason why `value` isn't allowed."""
        if self._validator.is_valid(value):
            return
        found: dict[tuple[str | int, ...], Violation] = {}
        # Each error holds a copy of what it is about: of a mapping with many wrong keys, one a key.
        for error in self._validator.iter_errors(cut(value)):
            where = tuple(error.instance_path)
            # One message for a place: the others follow from it. What is missing does from a misspelt name.
            if where not in found or error.kind.name == "additionalProperties":
                found[where] = _violation(where, error, self.schema)
        yield from found.values() or [Violation((), "holds too much")]


@dataclass
class Node:
    """A step of the allowed pointers; `*` among the children stands for any item of a list."""

    children: dict[str, "Node"] = field(default_factory=dict)
    field: Field | None = None

    def add(self, path: Named, allowed: Field) -> None:
        """Allow a field at `path`."""
        node = self
        for token in path:
            node = node.children.setdefault(token, Node())
        node.field = allowed

    def step(self, token: str) -> "Node | None":
        """Return the node below, None where nothing is allowed there."""
        return self.children.get(token) or self.children.get("*")


@cache
def data() -> dict[str, Any]:
    """Return customer-fields.yaml with the components' `features`, `pods`, `fields` and `config`."""
    fields = yaml.load(FILE.read_bytes(), Loader=yaml.CSafeLoader)
    fields |= {key: components.data()[key] for key in ("features", "pods", "fields")}
    fields["config"] |= components.data()["config"]
    target = fields["kustomization"]["patches"]["schema"]["items"]["properties"]["target"]["properties"]
    target |= _targets(fields["pods"])
    return fields


def _targets(pods: dict[str, dict]) -> dict[str, dict]:
    """Return the schemas of a patch's target: the kinds and names of pods, one or several with | between them."""
    kinds = list(dict.fromkeys(target.partition("/")[0] for target in pods))
    names = "|".join(target.partition("/")[2].replace("*", "[a-z0-9-]+") for target in pods)
    several = [some for count in range(1, len(kinds) + 1) for some in itertools.permutations(kinds, count)]
    return {
        "kind": {"enum": ["|".join(some) for some in several]},
        "name": {"type": "string", "pattern": f"^({names})([|]({names})){{0,{len(pods) - 1}}}$"},
    }


@cache
def _compiled(schema: str) -> "Validator":
    """Return the validator of a schema, JSON: half of the fields share one with another."""
    import jsonschema_rs  # while kustomize is at work, for an app that has nothing to judge before

    return jsonschema_rs.validator_for({**json.loads(schema), "$defs": data()["$defs"]})


def make_field(entry: dict) -> Field:
    """Return the Field of an entry of the file."""
    return Field(entry["what"], entry["write"], entry["schema"], entry.get("removable", False))


@cache
def section(name: str) -> dict[str, Field]:
    """Return the fields of a section of the file (`kustomization`, `objects`, `pod`, `container`, `config`)."""
    return {key: make_field(entry) for key, entry in data()[name].items()}


def applies(entry: dict, features: list[str]) -> bool:
    """Return whether a pod or container of the section `pods` exists for an app with these features."""
    return ("with" not in entry or entry["with"] in features) and not any(
        name in features for name in entry.get("without", ())
    )


def pods(features: list[str]) -> dict[str, dict[str, list[str]]]:
    """Return the pods of the customer's image: "Deployment/web" -> list's name -> names of its containers in order."""
    result = {}
    for target, entry in data()["pods"].items():
        if applies(entry, features):
            result[target] = {
                key: [item["name"] for item in entry[key] if applies(item, features)]
                for key in ("containers", "initContainers")
                if key in entry
            }
    return result


def pod(target: str, features: list[str]) -> str:
    """Return the key in pods() of an object "Kind/name", "CronJob/cron-*" for one of many; "" where it is none."""
    known = pods(features)
    return target if target in known else components.pattern(target, known)


def owned(target: str, features: list[str]) -> list[Named]:
    """Return the pointers of the containers that are the customer's in one of the pods."""
    return [
        (*of_target(target), key, item["name"])
        for key in ("containers", "initContainers")
        for item in data()["pods"][target].get(key, [])
        if applies(item, features) and not item.get("platform")
    ]


@cache
def platforms(target: str) -> frozenset[tuple[str, str]]:
    """Return the containers in one of the pods that the platform brings: (list, name)."""
    pod = data()["pods"].get(target, {})
    return frozenset((key, item["name"]) for key in _CONTAINERS for item in pod.get(key, []) if item.get("platform"))


@cache
def every_owned() -> tuple[Named, ...]:
    """Return the pointers of the containers that are a customer's with any features."""
    features = list(data()["features"])
    found = [pointer for target in data()["pods"] for pointer in owned(target, features)]
    return tuple(dict.fromkeys(found))


@cache
def _tree(target: str, containers: tuple[Named, ...]) -> Node:
    tree = Node()
    for path, entry in data()["fields"].get(target, {}).items():
        tree.add(tuple(path.split(".")), make_field(entry))
    for path, allowed in section("pod").items():
        tree.add((*of_target(target), *path.split(".")), allowed)
    for base in containers:
        for path, allowed in section("container").items():
            tree.add((*base, *path.split(".")), allowed)
    return tree


def tree(target: str, features: list[str]) -> Node:
    """Return what may be set in one of the pods: `target` is a key of pods()."""
    return _tree(target, tuple(owned(target, features)))


def at(node: Node | None, pointer: Named) -> Node | None:
    """Return the node at `pointer` below `node`, None where nothing is allowed there."""
    for token in pointer:
        node = node.step(token) if node else None
    return node


def left_behind(path: str) -> bool:
    """Return whether a file of a customer's own repository stays there: it isn't part of the app."""
    files = data()["files"]
    return path not in files["also"] and any(_matches(path, pattern) for pattern in files["left_behind"])


def _matches(path: str, pattern: str) -> bool:
    if pattern.endswith("/"):
        return path.startswith(pattern)
    # Most begin otherwise: then the pattern needn't be compiled, which takes 0.2 ms each.
    begin = re.match(r"[^*?[]*", pattern)[0]
    return path.startswith(begin) and "/" not in path and fnmatch.fnmatchcase(path, pattern)


def removable(node: Node) -> bool:
    """Return whether everything below a node is the customer's to take away too."""
    if node.field:
        return node.field.removable
    return bool(node.children) and all(removable(child) for child in node.children.values())


def item_name(key: str, item: Any, index: int) -> str:
    """Return by what an item of the list `key` is known: its name, a mount's path, else its index."""
    name = item_key(key, item)
    return str(index) if name is None else name


def refusals(node: Node | None, pointer: Named, value: Any, at: Named = ()) -> Iterator[Refused]:
    """Yield why `value` may not be written at `pointer` below `node`; nothing where it may.

    `at` is how far the walk has come, for the pointers in what is yielded.
    """
    likely = ""
    for token in pointer:
        if node is not None and node.field and not node.children:
            yield Refused(at, "is written in part", Advice(f"write the whole of it: {node.field.write}"))
            return
        at = (*at, token)
        parent, node = node, node.step(token) if node else None
        likely = near(token, parent.children, alike=_TYPO) if parent and not node else likely
    if node is None:
        yield Refused(at, NOT_YOURS, instead(at) or (Advice(f"did you mean {likely}?") if likely else None))
    elif value is None:
        if at[-1:] and at[-1] in _PROBES:
            hint = Advice("write another check, as httpGet: null and tcpSocket: {port: http}")
            yield Refused(at, "can't be removed: without it nobody sees when the container is well", hint)
        elif not removable(node):
            yield Refused(at, "can't be removed", Advice(f"write {node.field.write}" if node.field else "leave it out"))
    elif value == {"name": at[-1:] and at[-1], "$patch": "delete"} and at[-2:-1] == ("env",):
        return  # the only list of these whose items a merge patch finds by name
    elif node.field:
        for wrong in node.field.errors(value):
            hint = wrong.hint or Advice(f"write {node.field.write}")
            yield Refused((*at, *map(str, wrong.pointer)), wrong.message, hint, wrong.text)
    elif isinstance(value, dict) and node.children:
        named_item = at and at[-1] == value.get("name")
        for key, inner in value.items():
            if not (named_item and key == "name"):
                yield from refusals(node, (str(key),), inner, at)
    elif isinstance(value, list) and "*" in node.children:
        for index, item in enumerate(value):
            name = item_name(at[-1] if at else "", item, index)
            yield from refusals(node.step(name), (), item, (*at, name))
    elif isinstance(value, list) and at and at[-1] in ("containers", "initContainers"):
        for index, item in enumerate(value):
            name = item_name(at[-1], item, index)
            yield from _container(node, name, item, (*at, name))
    else:
        yield Refused(at, NOT_YOURS, instead(at))


def _container(node: Node, name: str, item: Any, at: Named) -> Iterator[Refused]:
    inner = node.step(name)
    if inner is None or not isinstance(item, dict):
        yield Refused(at, f"{name} is no container of yours", instead(("containers",)))
        return
    for key, value in item.items():
        if key != "name":
            yield from refusals(inner, (key,), value, at)


def instead(names: Iterable[str], section: str = "pod") -> Advice | None:
    """Return what to do in place of setting a field: `names` lead to it, the last that is known of counts."""
    known, path = data()["refused"][section], [*names]
    # Whatever is below a list of containers isn't about the list.
    last = {index for index, name in enumerate(path) if name not in _CONTAINERS or index >= len(path) - 2}
    found = next((known[path[index]] for index in sorted(last, reverse=True) if path[index] in known), None)
    return Advice(found.get("write", ""), found.get("ask", "")) if found else None


def _violation(where: tuple[str | int, ...], error: Any, schema: dict) -> Violation:
    kind, instance = error.kind, error.instance
    match kind.name:
        case "additionalProperties":
            hint = instead(map(str, kind.unexpected))
            return Violation(where, sentence(error), hint or _meant(error, schema))
        case "type" if "string" in kind.types and isinstance(instance, bool | int | float):
            return Violation(where, f"{shown(instance)} is no text", Advice("write it in quotes"), True)
        case "type" if isinstance(instance, str) and {"integer", "number", "boolean"} & {*kind.types}:
            return Violation(where, f"{shown(instance)} is a text", Advice("write it without quotes"))
    return Violation(where, sentence(error))


def _meant(error: Any, schema: dict) -> Advice | None:
    """Return which field a wrong one is likely to mean, of those that the schema has at the same place."""
    at: Any = {**schema, "$defs": data()["$defs"]}
    for token in error.schema_path[:-1]:
        at = at[token]
    allowed = at.get("properties", {}).keys() - error.instance.keys()
    likely = next(filter(None, (near(str(wrong), sorted(allowed)) for wrong in error.kind.unexpected)), "")
    return Advice(f"did you mean {likely}?") if likely else None
