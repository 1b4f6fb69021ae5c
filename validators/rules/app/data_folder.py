"""A data folder that only the site's pod has.

What: an app whose MEDIA_ROOT is more than a folder for uploads, on storage that one pod mounts, with an `/init` or a
scheduler in a pod of its own. More: another variable names it or a folder in it, or it isn't called media or uploads.
Why: what `/init` or the scheduler writes there fails with `Read-only file system`, or is lost in a pod that ends; what
the scheduler deletes stays.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      MEDIA_ROOT: /data
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    spec:
      accessModes: [ReadWriteOncePod]
    ---
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: migrate
      labels: {hosting.ungleich.ch/image: app}
    spec:
      template:
        spec:
          containers: [{name: init, image: app}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      labels: {hosting.ungleich.ch/image: app}
    spec:
      template:
        spec:
          containers: [{name: web, image: app, volumeMounts: [{name: media, mountPath: /data}]}]
          volumes: [{name: media, persistentVolumeClaim: {claimName: media}}]

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      MEDIA_ROOT: /data
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    spec:
      accessModes: [ReadWriteOncePod]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      labels: {hosting.ungleich.ch/image: app}
    spec:
      template:
        spec:
          initContainers: [{name: init, image: app, volumeMounts: [{name: media, mountPath: /data}]}]
          containers: [{name: web, image: app, volumeMounts: [{name: media, mountPath: /data}]}]
          volumes: [{name: media, persistentVolumeClaim: {claimName: media}}]

Fix: take storage/one-node, where all pods have it; or list components/init-container, which runs `/init` in the site's
pod; a scheduler that needs the files takes storage/one-node, storage/cephfs or storage/nfs. An app that keeps only
uploads there: call the folder media.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...app import workloads
from ...app.app import App
from ...finding import WARNING, Advice
from ...render.objects import Object
from .. import Problem
from .._volumes import one_node

ID = "data-folder"
SEVERITY = WARNING
_SHARED = ("storage that many pods can mount", "list storage/one-node, storage/cephfs or storage/nfs")
HINT = Advice("list init-container for /init; if only uploads are kept there, call the folder media", *_SHARED)
_IN_A_TASK = Advice("let a task do that work, with async-container; if only uploads are there, call it media", *_SHARED)
_UPLOADS = ("media", "uploads")
_IMAGE = "hosting.ungleich.ch/image"
_COMMANDS = {"migrate": "/init", "scheduler": "the scheduler"}


def check(app: App) -> Iterator[Problem]:
    """Yield the data folder that not all of the customer's pods see."""
    config = app.find("ConfigMap", "app-config")
    single = {obj.name for obj in app.of_kind("PersistentVolumeClaim") if one_node(obj)}
    if config is None or not single:
        return
    folder = config.get("data", "MEDIA_ROOT")
    if not isinstance(folder, str) or not folder.startswith("/") or not (why := _more(config, folder)):
        return
    pods = list(app.of_kind("Deployment", "Job"))
    mounted = [obj for obj in pods if any(one.name in single for one in workloads.claims(obj))]
    blind = [
        command
        for name, command in _COMMANDS.items()
        for obj in pods
        if obj.name == name and obj.labels.get(_IMAGE) == "app" and obj not in mounted
    ]
    if mounted and blind:
        message = f"{folder[:100]} is there for the site's pod alone, not for {' and '.join(blind)}; {why}"
        yield Problem(message, config, ("data", "MEDIA_ROOT"), hint=HINT if "/init" in blind else _IN_A_TASK)


def _more(config: Object, folder: str) -> str:
    """Why a MEDIA_ROOT seems to hold more than uploads, empty if it doesn't."""
    root = PurePosixPath(folder)
    for key, value in config.mapping("data").items():
        if key != "MEDIA_ROOT" and isinstance(value, str) and value.startswith("/"):
            if PurePosixPath(value).is_relative_to(root):
                return f"{key[:60]} names it, too"
    return "" if root.name.lower() in _UPLOADS else "it seems to hold more than uploads"
