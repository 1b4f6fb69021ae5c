"""Neutral objects, kept by what they follow from, so that one render serves every app whose object is the same.

Most components touch few objects: an app that differs from another by its database has the same Deployment web. Which
components an object follows from is read from the library's files; what isn't understood makes nothing shared.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..app.hashes import hash_of
from ..app.inventory import included
from ..ownership.baseline import SEALED_FILE, VOLUME, Neutral
from ..render.objects import Object
from ..sources.tree import KUSTOMIZATION, Folder

if TYPE_CHECKING:
    from ..app.app import App

Id = tuple[str, str]
"""Kind and name, a generated ConfigMap's without its hash."""

_UNDERSTOOD = {
    "apiVersion",
    "kind",
    "namespace",
    "resources",
    "components",
    "patches",
    "configMapGenerator",
    "replacements",
}
Keys = dict[Id, str]
LABEL = "namespace.invalid"
"""Stands for the namespace of the app in kept objects."""


class Store(Protocol):
    """Where neutral objects are kept from run to run."""

    def neutral(self, key: str) -> dict | None:
        """Return the data of an object, or None."""

    def keep_neutral(self, objects: dict[str, dict]) -> None:
        """Keep objects by key."""


@dataclass
class Reach:
    """What one kustomization makes and changes."""

    makes: set[Id] = field(default_factory=set)
    changes: list[tuple[re.Pattern, re.Pattern]] = field(default_factory=list)
    copies: list[tuple[Id, tuple[re.Pattern, re.Pattern]]] = field(default_factory=list)
    """From which object values are copied, and into which."""
    understood: bool = True
    _known: dict[Id, tuple[bool, tuple[Id, ...]]] = field(default_factory=dict)

    def touches(self, obj: Id) -> bool:
        """Return whether an object is made or changed here."""
        return self._of(obj)[0]

    def sources(self, obj: Id) -> tuple[Id, ...]:
        """Return the objects from which values are copied into an object here, Sizing apart."""
        return self._of(obj)[1]

    def _of(self, obj: Id) -> tuple[bool, tuple[Id, ...]]:
        if obj not in self._known:
            copied = [source for source, target in self.copies if _match(target, obj)]
            touched = bool(copied) or obj in self.makes or any(_match(target, obj) for target in self.changes)
            sources = dict.fromkeys(source for source in copied if source[0] != "Sizing" and source != obj)
            self._known[obj] = (touched, tuple(sources))
        return self._known[obj]


def _match(target: tuple[re.Pattern, re.Pattern], obj: Id) -> bool:
    return bool(target[0].fullmatch(obj[0]) and target[1].fullmatch(obj[1]))


def _target(value: Any) -> tuple[re.Pattern, re.Pattern]:
    """Return a target's kind and name as patterns; its labels are left out, so that it reaches more rather than less."""
    value = value if isinstance(value, dict) else {}
    return re.compile(str(value.get("kind", ".*"))), re.compile(str(value.get("name", ".*")))


def reach(folder: Folder, prefix: str) -> Reach:
    """Read what the kustomization at `prefix` in `folder` reaches, without the components that it includes."""
    result = Reach()
    value = folder.document(f"{prefix}{KUSTOMIZATION}").value
    if not isinstance(value, dict) or set(value) - _UNDERSTOOD:
        result.understood = False
        return result
    for item in value.get("resources") or []:
        name = f"{prefix}{item}"
        result.makes |= {_id(d.value) for d in folder.load(name)[0]} if name in folder.files else set()
    for entry in value.get("configMapGenerator") or []:
        result.makes.add(("ConfigMap", str(entry.get("name"))))
    for patch in value.get("patches") or []:
        if "target" in patch:
            result.changes.append(_target(patch["target"]))
        elif f"{prefix}{patch.get('path')}" in folder.files:
            documents = folder.load(f"{prefix}{patch['path']}")[0]
            result.changes += [_target(dict(zip(("kind", "name"), _id(d.value), strict=True))) for d in documents]
        else:
            result.understood = False
    for entry in _replacements(folder, prefix, value):
        source = (str(entry["source"].get("kind")), str(entry["source"].get("name")))
        result.copies += [(source, _target(target.get("select"))) for target in entry.get("targets", [])]
    return result


def _replacements(folder: Folder, prefix: str, value: dict) -> Iterator[dict]:
    for entry in value.get("replacements") or []:
        if "path" in entry:
            inner = folder.document(f"{prefix}{entry['path']}").value
            yield from inner if isinstance(inner, list) else [inner]
        else:
            yield entry


def _id(value: Any) -> Id:
    value = value if isinstance(value, dict) else {}
    return (str(value.get("kind")), str((value.get("metadata") or {}).get("name")))


def _concerning(platform: Folder, obj: Id, label: str) -> list[list[str]]:
    """Return the platform's files that an object may follow from: those of its kind, and all lists of operations."""
    files = []
    for name in sorted(platform.files):
        kinds = [d.value.get("kind") if isinstance(d.value, dict) else obj[0] for d in platform.load(name)[0]]
        if name != KUSTOMIZATION and obj[0] in kinds:
            files.append([name, platform.files[name].decode().replace(label, "")])
    return files


class Shelf:
    """Neutral objects by key: an object's id, and the components and platform files that it follows from."""

    def __init__(self, library: Folder, store: "Store | None" = None) -> None:
        self._library = library
        self.store = store
        self._reaches: dict[str, Reach] = {}
        self._kept: dict[str, Object] = {}

    def keys(self, app: "App", form: Neutral) -> Keys | None:
        """Return the key of each object that the neutral app has; None where the files aren't understood."""
        steps = [(name, self._component(name)) for name in self._steps(app)]
        steps.append(("platform", reach(form.platform, "")))
        if not all(step.understood for _, step in steps):
            return None
        objects = {(i.kind, VOLUME if i.kind == "PersistentVolume" else i.name) for i in app.inventory.expected}
        if SEALED_FILE in form.customer.files:
            objects.add(("SealedSecret", "app"))
        settled: dict[Id, frozenset[int]] = {}
        keys = {}
        for obj in objects:
            indexes = sorted(_follows(obj, steps, settled, set()))
            parts: list[Any] = [steps[index][0] for index in indexes]
            if parts and parts[-1] == "platform":
                parts.append(_concerning(form.platform, obj, form.key))
            keys[obj] = json.dumps([obj, parts, bool(app.customer.files)])
        return keys

    def _component(self, name: str) -> Reach:
        if name not in self._reaches:
            self._reaches[name] = reach(self._library, f"components/{name}/")
        return self._reaches[name]

    def _steps(self, app: "App") -> list[str]:
        """Return the components in the order in which kustomize applies them, one that is included twice twice."""

        def walk(name: str) -> Iterator[str]:
            for inner in included(self._library, name):
                yield from walk(inner)
            yield name

        known = [
            n for n in (*app.features, *app.infrastructure) if f"components/{n}/{KUSTOMIZATION}" in self._library.files
        ]
        return [step for name in known for step in walk(name)]

    def has(self, keys: Keys, others: set[str]) -> bool:
        """Return whether all these objects are kept, or among `others`."""
        return all(key in self._kept or key in others or self._fetch(key) for key in keys.values())

    def _fetch(self, key: str) -> bool:
        """Take an object of an earlier run from the store."""
        data = self.store.neutral(key) if self.store else None
        if data is not None:
            self._kept[key] = Object(data)
        return data is not None

    def put(self, keys: Keys, rendered: list[Object], label: str) -> None:
        """Keep the objects of a render, if they are those that were expected."""
        names = {label: "tenant", f"{VOLUME}-{label}": VOLUME}
        by_id = {(obj.kind, names.get(obj.name) or hash_of(obj) or obj.name): obj for obj in rendered}
        if by_id.keys() == keys.keys():
            hashed = {obj.name: plain for obj in rendered if (plain := hash_of(obj))}
            new = {k: _general(by_id[obj].data, label, hashed) for obj, k in keys.items() if k not in self._kept}
            self._kept.update({key: Object(data) for key, data in new.items()})
            if self.store:
                self.store.keep_neutral(new)

    def get(self, keys: Keys) -> list[Object] | None:
        """Return the objects of an app; None where one is missing."""
        found = [self._kept.get(key) for key in keys.values()]
        return None if None in found else found


def _general(value: Any, label: str, hashed: dict[str, str]) -> Any:
    """Return a value with LABEL for the namespace that it was rendered in, and config maps' names without hashes."""
    if isinstance(value, dict):
        return {key: _general(inner, label, hashed) for key, inner in value.items()}
    if isinstance(value, list):
        return [_general(inner, label, hashed) for inner in value]
    if not isinstance(value, str):
        return value
    return hashed[value] if value in hashed else value.replace(label, LABEL)


def _follows(obj: Id, steps: list[tuple[str, Reach]], settled: dict, path: set[Id]) -> frozenset[int]:
    """Return the indexes of the steps that an object follows from, by itself or by what is copied into it."""
    if obj in settled or obj in path:
        return settled.get(obj, frozenset())
    result = {index for index, (_, step) in enumerate(steps) if step.touches(obj)}
    for _, step in steps:
        for source in step.sources(obj):
            result |= _follows(source, steps, settled, path | {obj})
    if not path:
        settled[obj] = frozenset(result)
    return frozenset(result)
