"""Rings: which released version of the library renders which apps, from rings.yaml in the platform's folder.

A fleet without that file has no rings: the library beside the apps renders all of them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from .folder import Folder
from .loader import Document

if TYPE_CHECKING:
    from jsonschema_rs import Validator

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_NAME = r"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"
_DURATION = "^[0-9]{1,4}[mhd]$"
_TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
_EXPLAINED = {
    _NAME: "write a-z, 0-9 and -, a letter first",
    _DURATION: "write a number and m, h or d: 3d",
    _TIME: "write the time in UTC as 2026-11-28T10:00:00Z",
    "^[0-9a-f]{40}$": "write the commit's whole id, 40 digits",
}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1, "maxLength": 100}
SCHEMA = _object(
    {
        "apiVersion": {"const": "hosting.ungleich.ch/v1"},
        "kind": {"const": "Rings"},
        "metadata": _object({"name": {"const": "rings"}}),
        "spec": _object(
            {
                "versions": {
                    "type": "array",
                    "minItems": 1,
                    "items": _object(
                        {
                            "name": _TEXT,
                            "commit": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
                            "taken": {"type": "string", "pattern": _TIME},
                        }
                    ),
                },
                "rings": {
                    "type": "array",
                    "minItems": 1,
                    "items": _object(
                        {
                            "name": {"type": "string", "pattern": _NAME},
                            "version": _TEXT,
                            "since": {"type": "string", "pattern": _TIME},
                            "soak": {"type": "string", "pattern": _DURATION},
                            "maximumAge": {"type": "string", "pattern": _DURATION},
                        },
                        silent={"type": "array", "items": _TEXT, "uniqueItems": True},
                    ),
                },
            }
        ),
    }
)


@dataclass(frozen=True)
class Version:
    """A released version of the library; `taken`: when the first ring got it."""

    name: str
    commit: str
    taken: datetime


@dataclass(frozen=True)
class Ring:
    """Apps that one version renders. `soak`: how long a version stays here before the next ring may have it."""

    name: str
    version: Version
    since: datetime
    soak: timedelta
    maximum_age: timedelta
    """How long after the next newer version was taken this one may stay here."""
    silent: tuple[str, ...] = ()
    """The apps, `customer/app`, that didn't answer when the ring got its version: their silence tells nothing of it."""
    line: int = 1


@dataclass(frozen=True)
class Problem:
    """What is wrong in rings.yaml, and what to write instead."""

    line: int
    message: str
    hint: str


@dataclass(frozen=True)
class Rings:
    """What rings.yaml says: rings in the order in which they get a version, versions newest first."""

    rings: tuple[Ring, ...]
    versions: tuple[Version, ...]

    def named(self, name: str) -> Ring | None:
        """Return the ring of that name, or None."""
        return next((ring for ring in self.rings if ring.name == name), None)

    def before(self, ring: Ring) -> Ring | None:
        """Return the ring that gets versions before this one; None for the first."""
        index = self.rings.index(ring)
        return self.rings[index - 1] if index else None

    def behind_since(self, ring: Ring) -> datetime | None:
        """Return when the first ring got the version that follows this ring's; None where it has the newest."""
        newer = self.versions[: self.versions.index(ring.version)]
        return newer[-1].taken if newer else None

    def too_old(self, now: datetime) -> Iterator[tuple[Ring, timedelta]]:
        """Yield the rings that stay behind for longer than they may, with how long they do."""
        for ring in self.rings:
            behind = self.behind_since(ring)
            if behind is not None and now - behind > ring.maximum_age:
                yield ring, now - behind


def read(data: bytes) -> tuple[Rings | None, list[Problem]]:
    """Return the rings that a rings.yaml says, or None with what is wrong in it."""
    folder = Folder("", {"rings.yaml": data})
    documents, unread = folder.load("rings.yaml")
    if unread or len(documents) != 1:
        found = [Problem(one.line, one.message, one.hint) for one in unread]
        return None, found or [Problem(1, f"holds {len(documents)} documents", "write one")]
    document = documents[0]
    problems = list(_malformed(document)) or list(_contradictory(document))
    return (None, problems) if problems else (_rings(document), [])


def moment(text: str) -> datetime:
    """Return the time that a text of the file says."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def duration(text: str) -> timedelta:
    """Return the length of time that `3d` says."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _malformed(document: Document) -> Iterator[Problem]:
    for error in _validator().iter_errors(document.value):
        pointer = tuple(error.instance_path)
        where = ".".join(str(token) for token in pointer) or "the file"
        pattern = re.search(r'does not match "(.*)"$', error.message)
        hint = _EXPLAINED.get(pattern[1], "") if pattern else ""
        message = f"isn't well formed: {where}" if hint else f"isn't well formed at {where}: {error.message}"
        yield Problem(document.mark(pointer).line, message, hint or "write it as docs/rings.md shows")


def _contradictory(document: Document) -> Iterator[Problem]:
    spec = document.value["spec"]
    for what, items in (("versions", spec["versions"]), ("rings", spec["rings"])):
        names = [item["name"] for item in items]
        for index, name in enumerate(names):
            if name in names[:index]:
                line = document.mark(("spec", what, index, "name")).line
                yield Problem(line, f"{name} is in {what} twice", "delete one of them")
    known = [version["name"] for version in spec["versions"]]
    for index, ring in enumerate(spec["rings"]):
        if ring["version"] not in known:
            line = document.mark(("spec", "rings", index, "version")).line
            hint = f"write one of {', '.join(known)}, or take it in with: make rings-advance ARGS={spec['rings'][0]['name']}"
            yield Problem(line, f"ring {ring['name']} has {ring['version']}, which isn't in versions", hint)
    for key, items in (("taken", spec["versions"]), ("since", spec["rings"])):
        for index, item in enumerate(items):
            if not _is_moment(item[key]):
                what = "versions" if key == "taken" else "rings"
                line = document.mark(("spec", what, index, key)).line
                yield Problem(line, f"{item[key]} is no time", _EXPLAINED[_TIME])


def _is_moment(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


def _rings(document: Document) -> Rings:
    spec = document.value["spec"]
    versions = {item["name"]: Version(item["name"], item["commit"], moment(item["taken"])) for item in spec["versions"]}
    rings = [
        Ring(
            item["name"],
            versions[item["version"]],
            moment(item["since"]),
            duration(item["soak"]),
            duration(item["maximumAge"]),
            tuple(item.get("silent", ())),
            document.mark(("spec", "rings", index)).line,
        )
        for index, item in enumerate(spec["rings"])
    ]
    return Rings(tuple(rings), tuple(versions.values()))


@cache
def _validator() -> "Validator":
    import jsonschema_rs  # only where there is a rings.yaml

    return jsonschema_rs.validator_for(json.dumps(SCHEMA))
