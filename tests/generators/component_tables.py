"""What pages and ArgoCD's project say of all components: their order, what excludes what, waves, kinds."""

from pathlib import Path
from typing import NamedTuple

from tests.zones import OURS

from . import _component_files as component_files
from . import component_choices, filled_in
from ._component_files import Component

OWNS = ()
ORDER_PAGE = "docs/components-order.md"
WAVES_PAGE = "docs/architecture.md"
PROJECT = OURS.project_file
CLUSTER_SCOPED = ("Namespace", "PersistentVolume")
"""Of these the project allows only the customer's own, by name: they are written by hand there."""
_WHY = {
    -3: "",
    -2: "the namespace is closed before anything runs in it; the database's pods use the account",
    -1: "`/init` needs them",
    0: "",
    1: "a Sync hook, deleted before the next one is created: one `/init` a sync; a failure stops here and the old"
    " release keeps serving",
    2: "a volume that binds at first use must be in its pod's wave, or the sync waits for ever",
    3: "when the site is ready: visitors come back from the page of [maintenance](../components/maintenance/README.md)",
}


class Kind(NamedTuple):
    """A kind of the API."""

    group: str
    kind: str


def files(root: Path) -> dict[str, str]:
    """Return the pages and the project with their tables renewed. Raises ValueError."""
    components = component_files.read(root)
    order = {"order": _order(components), "matters": _matters(components), "choices": _choices(root, components)}
    return {
        ORDER_PAGE: filled_in(root, ORDER_PAGE, order),
        WAVES_PAGE: filled_in(root, WAVES_PAGE, {"waves": _waves(components)}),
        PROJECT: filled_in(root, PROJECT, {"kinds": _kinds(components)}, mark="    # {}\n"),
    }


def _order(components: dict[str, Component]) -> str:
    cells = {}
    for zone in ("customer", "platform"):
        rows: dict[str, list[str]] = {}
        for one in (one for one in components.values() if one.zone == zone):
            alone = "" if one.bed.get("app", True) else " (in its own folder)"
            rows.setdefault(one.choice or one.name, []).append(f"`{one.name}`{alone}")
        cells[zone] = [" *or* ".join(names) for names in rows.values()]
    length = max(map(len, cells.values()))
    customer, platform = ([*column, *[""] * (length - len(column))] for column in cells.values())
    rows = "".join(f"| {left} | {right} |\n" for left, right in zip(customer, platform, strict=True)).replace(
        "|  |", "| |"
    )
    return f"| Customer's `kustomization.yaml` | Platform's `kustomization.yaml` |\n|---|---|\n{rows}"


def _matters(components: dict[str, Component]) -> str:
    rows: dict[tuple[str, str], list[str]] = {}
    for one in components.values():
        firsts: dict[str, list[str]] = {}
        for first, otherwise in one.only_after.items():
            firsts.setdefault(otherwise, []).append(f"`{first}`")
        for otherwise, names in firsts.items():
            rows.setdefault((", ".join(names), otherwise), []).append(f"`{one.name}`")
    lines = "".join(f"| {first} | {', '.join(names)} | {why}. |\n" for (first, why), names in rows.items())
    return f"| Must come first | Before | Otherwise |\n|---|---|---|\n{lines}"


def _choices(root: Path, components: dict[str, Component]) -> str:
    lines = ""
    for members in component_files.choices(components).values():
        said = "no: a rule refuses it" if component_choices.nested(root, members) else component_choices.name(members)
        lines += f"| {', '.join(f'`{name}`' for name in members)} | {said} |\n"
    return f"| Alternatives | Name in the failed build |\n|---|---|\n{lines}"


def _waves(components: dict[str, Component]) -> str:
    found: dict[int, dict[str, dict[str, None]]] = {}
    for one in components.values():
        for key, wave in one.objects.items():
            kind, _, name = key.partition("/")
            found.setdefault(wave, {}).setdefault(kind.partition(".")[0], {})[name] = None
    lines = ""
    for wave in sorted(found):
        kinds = [f"{kind} {_names(kind, names, found)}".strip() for kind, names in sorted(found[wave].items())]
        lines += f"| {wave} | {', '.join(kinds)} | {_WHY.get(wave, '')} |\n".replace("|  |", "| |")
    return f"| Wave | What | Why then |\n|---|---|---|\n{lines}"


def _names(kind: str, names: dict[str, None], found: dict[int, dict[str, dict[str, None]]]) -> str:
    """Return the names of a kind in one wave, nothing where all of its kind are in the same."""
    waves = [wave for wave, kinds in found.items() if kind in kinds]
    return " and ".join(f"`{name}`" for name in sorted(names) if name != "*") if len(waves) > 1 else ""


def _kinds(components: dict[str, Component]) -> str:
    kinds = {_kind(key) for one in components.values() for key in one.objects}
    lines = ""
    for one in sorted(kinds):
        group = one.group or '""'
        if one.kind not in CLUSTER_SCOPED:
            lines += f"    - {{group: {group}, kind: {one.kind}}}\n"
    return lines


def _kind(key: str) -> Kind:
    kind, _, group = key.partition("/")[0].partition(".")
    return Kind(group, kind)
