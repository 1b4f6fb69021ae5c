"""A customer's patches, read without kustomize: which value each one writes, where, into which pod."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..app.sources import Sources
from ..finding import Advice, Place
from ..policy import customer_fields, limits
from ..policy.customer_fields import Named
from ..policy.guess import near
from ..policy.list_keys import POD_LISTS
from ..policy.pods import of_target
from ..render.objects import CONTAINER_LISTS
from ..sources import references
from ..sources.folder import KUSTOMIZATION
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
    hint: str | Advice


def patches(app: Sources) -> Iterator[Patch | Wrong]:
    """Yield the patches of the customer's kustomization, or what is wrong with an entry."""
    document = app.customer.kustomization
    entries = document.value.get("patches") if isinstance(document.value, dict) else None
    written = 0
    for index, entry in enumerate(entries[: limits.LIST_ITEMS] if isinstance(entries, list) else []):
        if not isinstance(entry, dict):
            continue
        place = app.place_in(app.customer, KUSTOMIZATION, ("patches", index))
        source = _source(app, entry, index, place)
        if isinstance(source, Wrong):
            yield source
        elif source is not None:
            patch = _patch(app, entry, source, place)
            written += len(source.document.marks) * len(patch.targets) if isinstance(patch, Patch) else 0
            if written > limits.PATCH_VALUES:
                message = f"the patches write more than {limits.PATCH_VALUES:,} values"
                yield Wrong(place, message, "write less, or put it into a config map")
                return
            yield patch


def _source(app: Sources, entry: dict, index: int, place: Place) -> Source | Wrong | None:
    if isinstance(entry.get("path"), str):
        path = references.inside(app.customer, entry["path"])
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


def _patch(app: Sources, entry: dict, source: Source, place: Place) -> Patch | Wrong:
    target = entry.get("target")
    known = customer_fields.pods(app.features)
    if isinstance(target, dict):
        targets = _targeted(target, list(known), app.cron_jobs)
    elif isinstance(source.document.value, dict):
        targets = _named(source.document.value, app)
        place = source.place(())
    else:
        return Wrong(place, "a list of operations has no target", "write target with kind and name beside path")
    if not targets:
        return _no_pod(target if isinstance(target, dict) else source.document.value, known, place)
    return Patch(source, targets, isinstance(target, dict))


def _no_pod(target: dict, known: dict, place: Place) -> Wrong:
    """Return why a patch is for none of the customer's pods."""
    metadata = target.get("metadata")
    kind, name = target.get("kind"), (metadata if isinstance(metadata, dict) else target).get("name")
    wanted = f"{kind}/{name}"
    if wanted in customer_fields.data()["pods"]:
        feature = customer_fields.data()["pods"][wanted].get("with")
        hint = f"list ../../../../components/{feature}" if feature else f"write one of {', '.join(known)}"
        return Wrong(place, f"there is no {wanted} in this app", hint)
    if kind in [pod.partition("/")[0] for pod in known]:
        likely = near(str(name), [pod.partition("/")[2] for pod in known])
        hint = f"did you mean {likely}?" if likely else f"write one of {', '.join(known)}"
        return Wrong(place, f"there is no {str(wanted)[:100]} in this app", hint)
    hint = customer_fields.instead((str(kind),), "kinds") or f"write one of {', '.join(known)}"
    shown = wanted if name else str(kind)
    return Wrong(place, f"{shown[:100]} isn't a customer's to patch", hint)


def _targeted(target: dict, known: list[str], cron_jobs: frozenset[str]) -> list[str]:
    kinds = str(target.get("kind", "")).split("|")
    names = str(target["name"]).split("|") if "name" in target else None

    def picked(pod: str) -> bool:
        kind, name = pod.split("/")
        there = cron_jobs if name.endswith("*") else {name}
        return kind in kinds and (names is None or not there.isdisjoint(names))

    return [pod for pod in known if picked(pod)]


def _named(value: dict, app: Sources) -> list[str]:
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    pod = customer_fields.pod(f"{value.get('kind')}/{name}", app.features)
    return [pod] if pod and (not pod.endswith("*") or name in app.cron_jobs) else []


def writes(app: Sources, patch: Patch) -> Iterator[Write | Wrong]:
    """Yield each value that a patch writes, once for each of its targets."""
    value = patch.source.document.value
    if isinstance(value, list):
        for index, op in enumerate(value):
            yield from _operation(app, patch, index, op)
    elif isinstance(value, dict) and {"op", "path"} <= value.keys():
        yield Wrong(patch.source.place(()), "is one operation, and kustomize takes a list of them", _LISTED)
    elif isinstance(value, dict):
        yield from _merge(patch, value)
    else:
        yield Wrong(patch.source.place(()), "isn't a patch", "write an object, or a list of operations")


_KEYS = {"add": {"op", "path", "value"}, "replace": {"op", "path", "value"}, "remove": {"op", "path"}}
"""The operations of JSON patches that customers may use, and what each has."""
_BY_NAME = "write op: add with /- at the end, or a merge patch, which finds an item by its name"
_LISTED = "write - before op, and two blanks before the lines after it"
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
            if only_a_name and (patch.has_target or inner["name"] == name or name.endswith("*")):
                continue
            yield Write(target, (key,), inner, place, (key,), False)


def _operation(app: Sources, patch: Patch, index: int, op: Any) -> Iterator[Write | Wrong]:
    """One operation of a JSON6902 patch."""
    place = patch.source.place((index,))
    if not isinstance(op, dict) or not isinstance(op.get("path"), str) or not op["path"].startswith("/"):
        yield Wrong(place, "isn't an operation", "write op: add or replace, path: /..., and value")
        return
    keys = _KEYS.get(str(op.get("op")))
    if keys is None:
        hint = "write op: add or replace with path and value, or op: remove with path"
        yield Wrong(place, f"the operation {str(op.get('op'))[:40]!r} isn't allowed", hint)
        return
    if set(op) != keys:
        wrong = sorted(map(str, set(op) ^ keys))
        yield Wrong(place, f"{op['op']} has {', '.join(wrong)[:100]} too many or too few", f"write {', '.join(keys)}")
        return
    if op.get("value", "") is None:
        yield Wrong(place, f"{op['op']} writes nothing", f"write op: remove, and path: {op['path']}")
        return
    if op["path"].count("/") > limits.YAML_DEPTH:
        yield Wrong(place, f"the path has more than {limits.YAML_DEPTH} steps", "write a field of the pod")
        return
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in op["path"].split("/")[1:]]
    for target in patch.targets:
        pointer = _by_name(target, tokens, op, app.features, place)
        if isinstance(pointer, Wrong):
            yield pointer
        else:
            yield Write(target, pointer, op.get("value"), place, (index, "value"), True)


def _by_name(target: str, tokens: list[str], op: dict, features: list[str], place: Place) -> Named | Wrong:
    """Return the pointer with names for indexes, or why there is none."""
    known = customer_fields.pods(features)[target]
    result: list[str] = []
    for position, step in enumerate(tokens):
        last = position == len(tokens) - 1
        parent = result[-1] if result else ""
        if parent in ("containers", "initContainers") and len(result) == len(of_target(target)) + 1:
            names = known.get(parent, [])
            if last and op["op"] == "add":
                return Wrong(place, f"adds a container to {target}", customer_fields.instead((parent,)) or "")
            if not step.isdigit() or str(int(step)) != step or int(step) >= len(names):
                return _no_container(target, parent, names, step, place)
            result.append(names[int(step)])
        elif parent == "volumes" and not last and step == "0":
            if "sealed-secrets" not in features:
                message = "volumes/0 comes with the component sealed-secrets, which isn't listed"
                return Wrong(place, message, "list ../../../../components/sealed-secrets")
            result.append("secrets")  # where the component puts it
        elif parent in _LISTS and (step == "-" or step.isdigit()):
            if not last or op["op"] != "add":
                message = f"changes an item of {parent} by its number, which may be another one tomorrow"
                return Wrong(place, message, customer_fields.instead((parent,)) or _BY_NAME)
            result.append(customer_fields.item_name(parent, op["value"], 0))
        else:
            result.append(step)
    return tuple(result)


def _no_container(target: str, parent: str, names: list[str], step: str, place: Place) -> Wrong:
    own = ", ".join(f"{index} ({name})" for index, name in enumerate(names))
    if not names:
        return Wrong(place, f"{target} has no {parent}", customer_fields.instead((parent,)) or "")
    return Wrong(place, f"{target} has no container {step[:40]} in {parent}", f"write {own}")
