"""Read components/<name>/component.yaml: what each component says of itself."""

from dataclasses import dataclass, field
from functools import cache
from heapq import heapify, heappop, heappush
from pathlib import Path

import jsonschema_rs
import yaml

SCHEMA = Path(__file__).with_name("component.schema.yaml")
FILE = "component.yaml"
BASE = "base"
CHOICES = "choices"
"""The folder below components/ that is generated from `choice`."""
ALL = "*"
"""In `after`: all others of the zone, but those that come after this one."""


@dataclass(frozen=True)
class Component:
    """A component.yaml, its fields as they are there. `name` is its folder below components/, or "base"."""

    name: str
    zone: str
    feature: str = ""
    choice: str = ""
    after: list[str] = field(default_factory=list)
    only_after: dict[str, str] = field(default_factory=dict)
    objects: dict[str, int] = field(default_factory=dict)
    removes: list[str] = field(default_factory=list)
    pods: dict[str, dict[str, list[dict]]] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    sizes: dict[str, dict[str, str]] = field(default_factory=dict)
    stops: list[str] = field(default_factory=list)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    fields: dict[str, dict[str, dict]] = field(default_factory=dict)
    config: dict[str, dict] = field(default_factory=dict)
    bed: dict = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    @property
    def needed(self) -> list[str]:
        """The values of sizing.yaml that it can't do without."""
        return list(dict.fromkeys([*self.needs, *(size for fields in self.sizes.values() for size in fields.values())]))


def read(root: Path) -> dict[str, Component]:
    """Return base and the components by name: base, the customer's in their order, the platform's, parts of others.

    Raises ValueError with one line for people where a file is missing or says what it can't.
    """
    folders = sorted(path.parent for path in (root / "components").glob("**/kustomization.yaml"))
    found = {BASE: _read(root / BASE, BASE)}
    for folder in folders:
        name = folder.relative_to(root / "components").as_posix()
        if not name.startswith(f"{CHOICES}/") and not _belongs_to(folder, root / "components"):
            found[name] = _read(folder, name)
    rows = [found[BASE]]
    for zone in ("customer", "platform", "part"):
        rows += _ordered([one for one in found.values() if one.zone == zone])
    return {one.name: one for one in rows}


def _belongs_to(folder: Path, top: Path) -> bool:
    """Whether a folder is a part of the component above it, as what grants its sizes is."""
    return folder.parent != top and (folder.parent / "kustomization.yaml").exists() and not (folder / FILE).exists()


def _read(folder: Path, name: str) -> Component:
    path = f"{'' if name == BASE else 'components/'}{name}/{FILE}"
    if not (folder / FILE).exists():
        raise ValueError(f"{path}: is missing; write it as docs/adding-a-component.md says")
    data = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    for error in _schema().iter_errors(data):
        where = ".".join(map(str, error.instance_path)) or "the file"
        raise ValueError(f"{path}: {where}: {error.message}; see docs/adding-a-component.md")
    return Component(name, **data)


@cache
def _schema() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))


def _ordered(components: list[Component]) -> list[Component]:
    """Return components with each after what it names; where that leaves a choice, by name."""
    known = {one.name: one for one in components}
    waits: dict[str, set[str]] = {}
    for one in components:
        wanted = {*one.after, *one.only_after} - {ALL}
        if unknown := sorted(wanted - known.keys()):
            raise ValueError(f"components/{one.name}/{FILE}: after: there is no component {unknown[0]} in its zone")
        if ALL in one.after:
            wanted |= {other.name for other in components if ALL not in other.after and one.name not in other.after}
        waits[one.name] = wanted
    ready = [name for name, before in waits.items() if not before]
    heapify(ready)
    result: list[Component] = []
    while ready:
        name = heappop(ready)
        result.append(known[name])
        for other, before in waits.items():
            if name in before:
                before.discard(name)
                if not before:
                    heappush(ready, other)
    if left := sorted(known.keys() - {one.name for one in result}):
        raise ValueError(f"components/{left[0]}/{FILE}: after: goes in a circle with {', '.join(left[1:])}")
    return result


def merged(tables: list[tuple[str, dict[str, dict[str, str]]]]) -> dict[str, dict[str, str]]:
    """Return the tables of several components as one. Raises ValueError where two disagree."""
    result: dict[str, dict[str, str]] = {}
    for name, table in tables:
        for target, fields in table.items():
            into = result.setdefault(target, {})
            for pointer, value in fields.items():
                if into.setdefault(pointer, value) != value:
                    raise ValueError(
                        f"components/{name}/{FILE}: {target} {pointer} is {value}, and another component's {into[pointer]}"
                    )
    return result


def choices(components: dict[str, Component]) -> dict[str, list[str]]:
    """Return the names of the components that exclude each other, by choice."""
    found: dict[str, list[str]] = {}
    for one in components.values():
        if one.choice:
            found.setdefault(one.choice, []).append(one.name)
    return found
