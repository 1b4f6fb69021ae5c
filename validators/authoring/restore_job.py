"""The Job that restores a point: the CronJob backup of the app whose place it takes, with another script."""

import copy
import re
from pathlib import Path
from typing import NamedTuple

from ..policy import names
from . import backup_job

_POINT = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_TABLE = re.compile(r"(?:([^.\x00-\x1f]{1,63})\.)?([^.\x00-\x1f]{1,63})")


class RestoreProblem(Exception):
    """The point can't be restored; the message is one line, for people."""


class Asked(NamedTuple):
    """What is to be restored: a point of `source`, an app of the same customer, by default of `app` itself.

    table: only the rows of one, `schema.name` or `name`; folder: only what lies in one of the files. Empty: all.
    """

    point: str
    source: str = ""
    table: str = ""
    folder: str = ""


def job(root: Path, customer: str, app: str, asked: Asked) -> dict:
    """Return the Job, for `kubectl create`. Raises NameProblem, RestoreProblem or one of backup_job.PROBLEMS."""
    source = names.namespace(customer, asked.source or app)
    if not _POINT.fullmatch(asked.point):
        raise RestoreProblem(
            f"POINT {asked.point!r}: write a point's name, as 20261129T015504Z-3f9a1c: its backup printed it"
        )
    changed = _part(asked)
    template = copy.deepcopy(backup_job.template(root, customer, app))
    template["spec"]["backoffLimit"] = 0  # a person looks at what went wrong
    [container] = template["spec"]["template"]["spec"]["containers"]
    container["command"] = ["sh", f"/scripts/{'restore-part' if changed else 'restore'}.sh"]
    for variable in container["env"]:
        if variable["name"] == "RESTIC_REPOSITORY":
            variable["value"] = f"s3:$(S3_ENDPOINT)/{source}"
    container["env"] += [{"name": key, "value": value} for key, value in (("POINT", asked.point), *changed.items())]
    for mount in container["volumeMounts"]:
        if mount["name"] == "media":
            mount.pop("readOnly", None)
    metadata = {
        "name": f"restore-{asked.point.lower()}",
        "namespace": names.namespace(customer, app),
        "labels": {"app.kubernetes.io/name": "backup"},
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}


def _part(asked: Asked) -> dict[str, str]:
    """Return the variables of restore.sh that ask for a part of a point. Raises RestoreProblem."""
    if asked.table and asked.folder:
        raise RestoreProblem("TABLE and FOLDER: one at a time")
    if asked.table:
        found = _TABLE.fullmatch(asked.table)
        if not found:
            raise RestoreProblem(f"TABLE {asked.table!r}: write a table's name as its manifest has it, or schema.name")
        return {"TABLE_SCHEMA": found[1] or "public", "TABLE": found[2]}
    if asked.folder:
        if not all(asked.folder.strip("/").split("/")) or {".", ".."} & set(asked.folder.split("/")):
            raise RestoreProblem(f"FOLDER {asked.folder!r}: write a folder below the files' own, as photos/2026")
        return {"FOLDER": asked.folder.strip("/")}
    return {}
