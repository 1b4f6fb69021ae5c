"""Baseline objects, kept by what they follow from, so that one render serves every app whose object is the same.

Most components touch few objects: an app that differs from another by its database has the same Deployment web. Which
components an object follows from is read from the library's files; what isn't understood makes nothing shared.
"""

import json
from collections.abc import Iterator
from typing import Any, Protocol

from ...app.sources import Sources
from ...ownership.baseline import CRON_FILE, CRON_JOB, SEALED_FILE, VOLUME, Baseline
from ...render.hashes import hashed_names, renamed
from ...render.objects import Object
from ...sources import effects, values
from ...sources.effects import Effects, ObjectId
from ...sources.folder import KUSTOMIZATION, Folder, component_folder
from ...sources.library import Library

Keys = dict[ObjectId, str]
LABEL = "namespace.invalid"
"""Stands for the namespace of the app in kept objects."""


class Kept(Protocol):
    """Where baseline objects are kept from run to run."""

    def baseline(self, key: str) -> dict | None:
        """Return the data of an object, or None."""

    def keep_baseline(self, objects: dict[str, dict]) -> None:
        """Keep objects by key."""


def _concerning(platform: Folder, kinds: set[str], label: str) -> list[list[str]]:
    """Return the platform's files that objects of these kinds may follow from, and what its kustomization itself does.

    Files of those kinds, all lists of operations, and what a generator may read.
    """
    kustomization = platform.kustomization.value
    inline = [patch for patch in values.mappings(kustomization, "patches") if "patch" in patch]
    own = [inline, *(kustomization.get(key) for key in ("configMapGenerator", "replacements"))]
    files = [[KUSTOMIZATION, json.dumps(own).replace(label, "")]]
    for name in sorted(platform.files):
        found = {str(d.value.get("kind")) if isinstance(d.value, dict) else None for d in platform.load(name)[0]}
        if name != KUSTOMIZATION and (None in found or found & kinds or not name.endswith(".yaml")):
            files.append([name, platform.files[name].decode().replace(label, "")])
    return files


class BaselineCache:
    """Baseline objects by key: an object's id, and the components and platform files that it follows from."""

    def __init__(self, library: Library, kept: Kept | None = None) -> None:
        self._library = library
        self._kept = kept
        self._objects: dict[str, Object] = {}

    def keys(self, sources: Sources, baseline: Baseline) -> Keys | None:
        """Return the key of each object in an app's baseline; None where the files aren't understood."""
        steps = [(name, self._library.part(component_folder(name)).effects) for name in self._steps(sources)]
        steps.append(("platform", effects.read(baseline.platform)))
        if not all(step.understood for _, step in steps):
            return None
        expected = sources.inventory.expected
        objects = {(i.kind, VOLUME if i.kind == "PersistentVolume" else i.name) for i in expected}
        if SEALED_FILE in baseline.customer.files:
            objects.add(("SealedSecret", "app"))
        if CRON_FILE in baseline.customer.files:
            objects.add(("CronJob", CRON_JOB))
        settled: dict[ObjectId, frozenset[int]] = {}
        keys = {}
        for obj in objects:
            indexes = sorted(_follows(obj, steps, settled, set()))
            parts: list[Any] = [steps[index][0] for index in indexes]
            if parts and parts[-1] == "platform":
                kinds = {kind for kind, _ in _origins(obj, steps)}
                parts.append(_concerning(baseline.platform, kinds, baseline.label))
            keys[obj] = json.dumps([obj, parts, bool(sources.customer.files)])
        return keys

    def _steps(self, sources: Sources) -> Iterator[str]:
        """Yield the components in the order in which kustomize applies them, one that is included twice twice."""

        def walk(name: str) -> Iterator[str]:
            for inner in self._library.included(name):
                yield from walk(inner)
            yield name

        for name in (*sources.features, *sources.infrastructure):
            if self._library.holds(name):
                yield from walk(name)

    def has(self, keys: Keys, others: set[str]) -> bool:
        """Return whether all these objects are kept, or among `others`."""
        return all(key in self._objects or key in others or self._fetch(key) for key in keys.values())

    def _fetch(self, key: str) -> bool:
        """Take an object of an earlier run from the store."""
        data = self._kept.baseline(key) if self._kept else None
        if data is not None:
            self._objects[key] = Object(data)
        return data is not None

    def put(self, keys: Keys, rendered: list[Object], label: str) -> None:
        """Keep the objects of a render, if they are those that were expected."""
        names = {label: "tenant", f"{VOLUME}-{label}": VOLUME}
        by_id = {(obj.kind, names.get(obj.name, obj.plain_name)): obj for obj in rendered}
        if by_id.keys() == keys.keys():
            hashed = hashed_names(rendered)
            missing = {key: by_id[obj].data for obj, key in keys.items() if key not in self._objects}
            new = {key: _relabelled(renamed(data, hashed), label) for key, data in missing.items()}
            self._objects.update({key: Object(data) for key, data in new.items()})
            if self._kept:
                self._kept.keep_baseline(new)

    def get(self, keys: Keys) -> list[Object] | None:
        """Return the objects of an app; None where one is missing."""
        found = [self._objects.get(key) for key in keys.values()]
        return None if None in found else found


def _relabelled(value: Any, label: str) -> Any:
    """Return a value with LABEL for the namespace that it was rendered in."""
    if isinstance(value, str):
        return value.replace(label, LABEL)
    if isinstance(value, dict):
        return {key: _relabelled(inner, label) for key, inner in value.items()}
    if isinstance(value, list):
        return [_relabelled(inner, label) for inner in value]
    return value


def _follows(obj: ObjectId, steps: list[tuple[str, Effects]], settled: dict, path: set[ObjectId]) -> frozenset[int]:
    """Return the indexes of the steps that an object follows from, by itself or by what is copied into it."""
    if obj in settled or obj in path:
        return settled.get(obj, frozenset())
    result = set()
    for index, (_, step) in enumerate(steps):
        touched, sources = step.of(obj)
        if touched:
            result.add(index)
        for source in sources:
            result |= _follows(source, steps, settled, path | {obj})
    if not path:
        settled[obj] = frozenset(result)
    return frozenset(result)


def _origins(obj: ObjectId, steps: list[tuple[str, Effects]]) -> set[ObjectId]:
    """Return an object, and those from which values are copied into it, and into them."""
    found, open_ = {obj}, [obj]
    while open_:
        now = open_.pop()
        new = {source for _, step in steps for source in step.of(now)[1]} - found
        found |= new
        open_ += new
    return found
