"""Data of which no points are made.

What: with `backups.required: true` in overlays/cluster/facts.yaml, a database or a volume for uploaded files in an app without
component `backup`. A staging copy needs none.
Why: a hoster who promises backups has forgotten this app, and nothing else says so: alerts are about backups that there are.

Bad:

    # file: cluster/facts.yaml
    spec:
      backups: {required: true}
    # file: rendered
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media

Good:

    # file: cluster/facts.yaml
    spec:
      backups: {required: true}
    # file: rendered
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      name: backup

Fix: list components/backup, docs/backup.md; or say in suppressions.yaml of the platform folder why this app needs none, and
until when.
"""

from collections.abc import Iterator

from ...app.app import App
from .. import Problem

ID = "backup-missing"
HINT = "list components/backup (docs/backup.md), or say in suppressions.yaml why this app needs none, and until when"
_DATABASES = (("StatefulSet", "database"), ("Cluster", "database"), ("SealedSecret", "database-app"))
_FILES = (("PersistentVolumeClaim", "media"),)


def check(app: App) -> Iterator[Problem]:
    """Yield the database, and the volume of files, of an app without a backup where every app is to have one."""
    if app.fact("backups.required") is not True or app.find("CronJob", "backup") or app.find("Job", "anonymise"):
        return
    for what, places in (("database", _DATABASES), ("uploaded files", _FILES)):
        found = [obj for kind, name in places if (obj := app.find(kind, name))]
        for obj in found[:1]:
            yield Problem(f"no points are made of the {what}", obj, ("metadata", "name"))
