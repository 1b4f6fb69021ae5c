"""An app that leaves: its folders go once its export has been read again, and a record stays until its points are deleted."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from ...authoring import scaffold
from ...policy import names
from ...sources import git
from ...sources.tree import EXAMPLE
from ...sources.zones import LEFT, on_disk
from .move_out import MANIFEST, digest
from .place import MoveProblem

DAYS = 7
"""So old may an export be at the most."""
_HEAD = "# An app that left, and until when its points are kept: docs/moving-out.md\n"


@dataclass
class Left:
    """A record. until: the last day of the points.  deleted: what was deleted then, empty before."""

    file: Path
    namespace: str
    until: date
    deleted: dict[str, Any]

    def write(self) -> None:
        """Write what was deleted into the record."""
        document = yaml.safe_load(self.file.read_text(encoding="utf-8"))
        document["spec"]["deleted"] = self.deleted
        scaffold.write_atomically(self.file, _HEAD + yaml.safe_dump(document, sort_keys=False))


def leave(root: Path, customer: str, app: str, export: Path, until: str) -> list[Path]:
    """Remove an app's folders and write its record; return what has changed. until: a day, as 2027-01-31.

    Raises NameProblem, MoveProblem, TreeError or OSError; then nothing has changed.
    """
    namespace = names.namespace(customer, app)
    paths = on_disk(root).of(f"{customer}/{app}")
    if customer == EXAMPLE or not (root / paths[1]).is_dir():
        raise MoveProblem(f"{paths[1]}: no such app")
    last = _day("UNTIL", until)
    if last < datetime.now(UTC).date():
        raise MoveProblem(f"UNTIL {until}: is past: until the end of which day are the backup's points kept?")
    manifest = checked(export, namespace)
    folders = [path for path in paths if (root / path).is_dir()]
    if changed := git.run(root, "status", "--porcelain", "--", *folders).decode(errors="replace").split("\n")[0]:
        raise MoveProblem(f"{changed.strip()}: isn't committed, so it couldn't be brought back: commit it, or drop it")
    record = {
        "apiVersion": "hosting.ungleich.ch/v1",
        "kind": "Left",
        "metadata": {"name": namespace},
        "spec": {
            "customer": customer,
            "app": app,
            "export": {"time": manifest["time"], "sha256": manifest["sha256"]},
            "pointsUntil": last.isoformat(),
        },
    }
    file = root / LEFT / f"{namespace}.yaml"
    file.parent.mkdir(exist_ok=True)
    scaffold.write_atomically(file, _HEAD + yaml.safe_dump(record, sort_keys=False))
    for path in folders:
        shutil.rmtree(root / path)
    return [file, *(root / path for path in folders)]


def checked(export: Path, namespace: str) -> dict[str, Any]:
    """Return the manifest of an export that is this app's, young, and still what was read back. Raises MoveProblem."""
    again = f"make export again: {namespace} may not go before its last export has been read back"
    try:
        manifest = json.loads((export / MANIFEST).read_text(encoding="utf-8"))
        made, sums, app = datetime.fromisoformat(manifest["time"]), dict(manifest["sha256"]), manifest["app"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MoveProblem(f"EXPORT {str(export)!r}: has no {MANIFEST} that can be read ({error}): {again}") from None
    if app != namespace:
        raise MoveProblem(f"EXPORT {str(export)!r}: is of {app}: {again}")
    if datetime.now(UTC) - made > timedelta(days=DAYS):
        raise MoveProblem(f"EXPORT {str(export)!r}: is older than {DAYS} days: {again}")
    for name, wanted in sums.items():
        if not (export / name).is_file() or digest(export / name) != wanted:
            raise MoveProblem(f"{export / name}: isn't what was read back: {again}")
    return manifest


def left(root: Path) -> list[Left]:
    """Return the records, by the day. Raises MoveProblem."""
    found = []
    for file in sorted((root / LEFT).glob("*.yaml")):
        try:
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
            namespace, spec = document["metadata"]["name"], document["spec"]
            found.append(Left(file, namespace, _day(str(file), spec["pointsUntil"]), spec.get("deleted", {})))
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise MoveProblem(f"{file}: can't be read: {' '.join(str(error).split())[:200]}") from None
    return sorted(found, key=lambda one: one.until)


def _day(what: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise MoveProblem(f"{what} {text!r}: write a day, as 2027-01-31") from None
