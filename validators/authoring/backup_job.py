"""The Job of an app's CronJob backup: what reaches its database, its files and its points."""

from pathlib import Path
from typing import Any

from ..policy import names
from ..render import kustomize, objects
from ..sources.zones import TreeError, on_disk


class NoBackup(Exception):
    """The app has no such Job; the message is one line, for people."""


PROBLEMS = (NoBackup, names.NameProblem, TreeError, kustomize.KustomizeError)
"""What `template` raises."""


def template(root: Path, customer: str, app: str) -> dict[str, Any]:
    """Return the template of the Job. Raises one of PROBLEMS."""
    namespace = names.namespace(customer, app)
    folder = root / on_disk(root).platform / customer / app
    if not folder.is_dir():
        raise NoBackup(f"{folder}: no such app")
    rendered = objects.parse(kustomize.find().build(folder))
    found = next((one for one in rendered if (one.kind, one.name) == ("CronJob", "backup")), None)
    if found is None:
        raise NoBackup(f"{folder}/kustomization.yaml: doesn't list components/backup, so {namespace} has no points")
    return found.data["spec"]["jobTemplate"]
