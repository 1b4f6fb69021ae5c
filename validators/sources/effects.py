"""Which objects a kustomization makes, changes and copies from: read from its files, without kustomize.

What isn't understood is said to be so: nobody may then conclude that an object is left alone.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import values
from .folder import Folder

ObjectId = tuple[str, str]
"""Kind and name, a generated ConfigMap's without its hash."""

Target = tuple[re.Pattern | str, re.Pattern | str]
"""Kind and name of what is changed; a plain word stands for itself, since nearly all are and compiling takes time."""

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


@dataclass
class Effects:
    """What one kustomization makes and changes."""

    makes: set[ObjectId] = field(default_factory=set)
    changes: list[Target] = field(default_factory=list)
    copies: list[tuple[ObjectId, Target]] = field(default_factory=list)
    """From which object values are copied, and into which."""
    sizes: list[str] = field(default_factory=list)
    """The values of sizing.yaml that are copied, `async.replicas`."""
    understood: bool = True
    _known: dict[ObjectId, tuple[bool, tuple[ObjectId, ...]]] = field(default_factory=dict)

    def of(self, obj: ObjectId) -> tuple[bool, tuple[ObjectId, ...]]:
        """Return whether an object is made or changed here, and from which objects values are copied into it, Sizing
        apart."""
        if obj not in self._known:
            copied = [source for source, target in self.copies if _match(target, obj)]
            touched = bool(copied) or obj in self.makes or any(_match(target, obj) for target in self.changes)
            sources = dict.fromkeys(source for source in copied if source[0] != "Sizing" and source != obj)
            self._known[obj] = (touched, tuple(sources))
        return self._known[obj]


def _match(target: Target, obj: ObjectId) -> bool:
    return all(
        text == pattern if isinstance(pattern, str) else pattern.fullmatch(text)
        for pattern, text in zip(target, obj, strict=True)
    )


def _target(value: Any) -> Target:
    """Return a target's kind and name as patterns; its labels are left out, so that it matches more rather than less."""
    value = value if isinstance(value, dict) else {}
    try:
        return _pattern(str(value.get("kind", ".*"))), _pattern(str(value.get("name", ".*")))
    except re.error:  # kustomize says so
        return re.compile(".*"), re.compile(".*")


def _pattern(text: str) -> re.Pattern | str:
    if text.replace("-", "").isalnum():
        return text
    with warnings.catch_warnings():  # of Python's future syntax, which isn't kustomize's
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(text)


def read(folder: Folder) -> Effects:
    """Return the effects of a folder's kustomization, without those of the components that it includes."""
    result = Effects()
    value = folder.kustomization.value
    if not isinstance(value, dict) or set(value) - _UNDERSTOOD:
        result.understood = False
        return result
    for item in values.texts(value, "resources"):
        result.makes |= {_id(d.value) for d in folder.load(item)[0]} if item in folder.files else set()
    for entry in values.mappings(value, "configMapGenerator"):
        result.makes.add(("ConfigMap", str(entry.get("name"))))
    for patch in values.mappings(value, "patches"):
        if "target" in patch:
            result.changes.append(_target(patch["target"]))
        elif str(patch.get("path")) in folder.files:
            documents = folder.load(str(patch["path"]))[0]
            result.changes += [_target(dict(zip(("kind", "name"), _id(d.value), strict=True))) for d in documents]
        else:
            result.understood = False
    for entry in _replacements(folder, value):
        source = values.mapping(entry, "source")
        of = (str(source.get("kind")), str(source.get("name")))
        if of[0] == "Sizing":
            result.sizes.append(str(source.get("fieldPath")).removeprefix("spec."))
        result.copies += [(of, _target(target.get("select"))) for target in values.mappings(entry, "targets")]
    return result


def _replacements(folder: Folder, value: dict) -> Iterator[dict]:
    for entry in values.mappings(value, "replacements"):
        if "path" in entry:
            inner = folder.document(str(entry["path"])).value
            yield from inner if isinstance(inner, list) else [inner]
        else:
            yield entry


def _id(value: Any) -> ObjectId:
    value = value if isinstance(value, dict) else {}
    return (str(value.get("kind")), str(values.mapping(value, "metadata").get("name")))
