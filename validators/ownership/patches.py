"""A customer's patches, read without kustomize: which value each one writes, where, into which pod."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..app.sources import Sources
from ..finding import Place
from ..policy import customer_fields
from ..policy.customer_fields import Named
from ..policy.list_keys import POD_LISTS
from ..policy.pods import of_target
from ..render.objects import CONTAINER_LISTS
from ..sources.folder import KUSTOMIZATION, resolve
from ..sources.loader import Document, Mark, Pointer, load_text
from ..sources.writes import shift

_LISTS = frozenset(POD_LISTS) - {*CONTAINER_LISTS}


class Source(NamedTuple):
    """A document of a patch and the file it stands in."""

    document: Document
    path: str

    def place(self, pointer: Pointer) -> Place:
        """Return the place of a value in the file."""
        mark = self.document.mark(pointer)
        return Place(self.path, mark.line, mark.column)


class Patch(NamedTuple):
    """An entry of `patches:` with its document, and the pods that its target or its own name picks."""

    source: Source
    targets: list[str]
    has_target: bool


class Write(NamedTuple):
    """A value that a patch writes into `target`, at `pointer` with names; `raw` is where it stands in the patch."""

    target: str
    pointer: Named
    value: Any
    place: Place
    raw: Pointer
    replaces: bool
    """Whether what was there before is gone, which a strategic merge would have kept."""


class Wrong(NamedTuple):
    """Something in a patch that can't be taken further."""

    place: Place
    message: str
    hint: str


def patches(app: Sources) -> Iterator[Patch | Wrong]:
    """Yield the patches of the customer's kustomization, or what is wrong with an entry."""
    document = app.customer.kustomization
    entries = document.value.get("patches") if isinstance(document.value, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if not isinstance(entry, dict):
            continue
        place = app.place_in(app.customer, KUSTOMIZATION, ("patches", index))
        source = _source(app, entry, index, place)
        if isinstance(source, Wrong):
            yield source
        elif source is not None:
            yield from _patch(app, entry, source, place)


def _source(app: Sources, entry: dict, index: int, place: Place) -> Source | Wrong | None:
    if isinstance(entry.get("path"), str):
        path = resolve("", entry["path"])
        if path not in app.customer.files:
            return None  # a dangling path is another rule's
        documents = app.customer.load(path)[0]
        return Source(documents[0], f"{app.customer.path}/{path}") if documents else None
    if not isinstance(entry.get("patch"), str):
        return None
    mark = app.customer.kustomization.mark(("patches", index, "patch"))
    documents, problems = load_text(entry["patch"])
    if problems or len(documents) != 1:
        line = mark.line if not problems else shift(Document(None, {(): Mark(problems[0].line, 1)}), mark).mark(()).line
        if not problems:
            return Wrong(place._replace(line=line), "the patch isn't one document", "write one")
        return Wrong(place._replace(line=line), f"the patch {problems[0].message}", problems[0].hint)
    return Source(shift(documents[0], mark), f"{app.customer.path}/{KUSTOMIZATION}")


def _patch(app: Sources, entry: dict, source: Source, place: Place) -> Iterator[Patch | Wrong]:
    target = entry.get("target")
    known = customer_fields.pods(app.features)
    if isinstance(target, dict):
        targets = _targeted(target, list(known))
    elif isinstance(source.document.value, dict):
        targets = _named(source.document.value, known)
        place = source.place(())
    else:
        yield Wrong(place, "a list of operations has no target", "write target with kind and name beside path")
        return
    if not targets:
        yield Wrong(
            place, "the patch is for no pod of this app", f"write one of {', '.join(known)}, or add the feature"
        )
        return
    yield Patch(source, targets, isinstance(target, dict))


def _targeted(target: dict, known: list[str]) -> list[str]:
    kinds = str(target.get("kind", "")).split("|")
    names = str(target["name"]).split("|") if "name" in target else None
    return [t for t in known if t.split("/")[0] in kinds and (names is None or t.split("/")[1] in names)]


def _named(value: dict, known: dict) -> list[str]:
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    target = f"{value.get('kind')}/{name}"
    return [target] if target in known else []


def writes(app: Sources, patch: Patch) -> Iterator[Write | Wrong]:
    """Yield each value that a patch writes, once for each of its targets."""
    value = patch.source.document.value
    if isinstance(value, list):
        for index, op in enumerate(value):
            yield from _operation(app, patch, index, op)
    elif isinstance(value, dict):
        yield from _merge(patch, value)
    else:
        yield Wrong(patch.source.place(()), "isn't a patch", "write an object, or a list of operations")


_HEAD = {"Deployment": "apps/v1", "Job": "batch/v1", "CronJob": "batch/v1"}


def _merge(patch: Patch, value: dict) -> Iterator[Write | Wrong]:
    """A strategic-merge patch: everything but what names its target is written."""
    for target in patch.targets:
        kind, name = target.split("/")
        for key, inner in value.items():
            place = patch.source.place((key,))
            if key == "apiVersion" and inner == _HEAD[kind]:
                continue
            if key == "kind" and (inner == kind or (patch.has_target and inner in tuple(_HEAD))):
                continue
            only_a_name = key == "metadata" and isinstance(inner, dict) and set(inner) == {"name"}
            if only_a_name and (patch.has_target or inner["name"] == name):
                continue
            yield Write(target, (key,), inner, place, (key,), False)


def _operation(app: Sources, patch: Patch, index: int, op: Any) -> Iterator[Write | Wrong]:
    """One operation of a JSON6902 patch."""
    place = patch.source.place((index,))
    if not isinstance(op, dict) or not isinstance(op.get("path"), str) or not op["path"].startswith("/"):
        yield Wrong(place, "isn't an operation", "write op: add or replace, path: /..., and value")
        return
    if op.get("op") not in ("add", "replace") or set(op) != {"op", "path", "value"}:
        shown = (
            op.get("op")
            if op.get("op") not in ("add", "replace")
            else ", ".join(sorted(set(op) - {"op", "path", "value"}))
        )
        yield Wrong(place, f"the operation {shown!r} isn't allowed", "write op: add or replace, path and value, only")
        return
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in op["path"].split("/")[1:]]
    for target in patch.targets:
        pointer = _by_name(target, tokens, op, app.features)
        if isinstance(pointer, str):
            yield Wrong(place, pointer, "write add with /- at the end for an item of a list")
        else:
            yield Write(target, pointer, op["value"], place, (index, "value"), True)


def _by_name(target: str, tokens: list[str], op: dict, features: list[str]) -> Named | str:
    """Return the pointer with names for indexes, or why there is none."""
    known = customer_fields.pods(features)[target]
    result: list[str] = []
    for position, step in enumerate(tokens):
        last = position == len(tokens) - 1
        parent = result[-1] if result else ""
        if parent in ("containers", "initContainers") and len(result) == len(of_target(target)) + 1:
            names = known.get(parent, [])
            if not step.isdigit() or str(int(step)) != step or int(step) >= len(names):
                return f"there is no container {step} in {parent} of {target}"
            result.append(names[int(step)])
        elif parent == "volumes" and not last and step == "0" and "sealed-secrets" in features:
            result.append("secrets")  # where the component puts it
        elif parent in _LISTS and (step == "-" or step.isdigit()):
            if not last or op["op"] != "add":
                return f"changes an item of {parent} by its number, which may be another one tomorrow"
            result.append(customer_fields.item_name(parent, op["value"], 0))
        else:
            result.append(step)
    return tuple(result)
