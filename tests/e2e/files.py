"""An app's uploaded files: written and read through its site, its pods and its volume, and which pods have them."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from tests.e2e.app import App, ready
from tests.e2e.wait import eventually

IN_POD = (Path(__file__).parent / "in_pod.py").read_text()


def in_pod(app: App, target: str, *arguments: str) -> str:
    """Ask the site of one pod from inside of it: see in_pod.py."""
    return app.exec(target, "python", "-", *arguments, container="web", stdin=IN_POD)


def mounting(app: App) -> dict[str, list[str]]:
    """The pods not going away that have the volume `media`, each with the containers that mount it."""
    found = {}
    for pod in [one for one in app.get("pods")["items"] if "deletionTimestamp" not in one["metadata"]]:
        claims = [volume.get("persistentVolumeClaim", {}).get("claimName") for volume in pod["spec"]["volumes"]]
        if "media" in claims:
            found[pod["metadata"]["name"]] = [
                container["name"]
                for container in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]
                if any(mount["name"] == "media" for mount in container.get("volumeMounts", []))
            ]
    return found


def by_node(app: App, name: str) -> dict[str, str]:
    """A ready pod of web or async for each node that has one."""
    return {pod["spec"]["nodeName"]: pod["metadata"]["name"] for pod in app.pods(name) if ready(pod)}


def media_root(app: App) -> str:
    """Where the files are in the pods."""
    return app.exec("deployment/web", "printenv", "MEDIA_ROOT", container="web").strip()


def leave(app: App, what: str) -> None:
    """Write a row and a file, from outside and from inside."""
    assert app.api("POST", "notes", {"key": what, "text": f"row of {what}"}).status == 201
    in_pod(app, "deployment/web", "upload", f"{what}.txt", f"file of {what}")


def assert_there(app: App, what: str) -> None:
    """The row and the file are answered through the ingress."""
    notes = app.api("GET", "notes")
    assert f'"row of {what}"' in notes.body.decode()
    file = app.request(path=f"/media/{what}.txt")
    assert (file.status, file.body.decode()) == (200, f"file of {what}")


def wait_serving_without(app: App, node: str, drain: Future[str] | None = None) -> None:
    """Wait until site and database serve on another node; a drain that failed meanwhile is the reason if they don't."""
    for attempt in eventually(90):
        with attempt:
            if drain and drain.done():
                drain.result()
            web, database = by_node(app, "web"), by_node(app, "database")
            assert web
            assert database
            assert node not in {**web, **database}
            assert app.request(path="/readyz").status == 200
