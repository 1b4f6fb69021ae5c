"""End a sync that a newer commit for the same app has overtaken, and start the newer one: a repair doesn't wait.

ArgoCD goes on with a sync until it has failed or succeeded: for an /init that hangs half an hour, for a site that never
gets ready ten minutes. A commit that repairs it waits meanwhile, and isn't taken by itself once the sync was ended.

Reads and patches Applications, nothing else, and fetches the repositories that they name. Only Python's own library and git
are needed. Settings: INTERVAL, seconds between two looks; API, CREDENTIALS and GIT, where the API server, the service
account's files and git's are, for a run outside a pod.
"""

from __future__ import annotations

import json
import logging
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

NAMESPACE = os.environ.get("NAMESPACE", "argocd")
PATHS = "argocd.argoproj.io/manifest-generate-paths"
RUNNING, ENDED_BADLY = "Running", ("Failed", "Error")
PAGE = 50
log = logging.getLogger("repair")


@dataclass(frozen=True)
class Application:
    """What is needed of an Application that syncs by itself. `revision`: what its last operation syncs, or synced."""

    name: str
    version: str
    repository: str
    target: str
    paths: tuple[str, ...]
    phase: str
    busy: bool
    revision: str
    sync: dict[str, Any]

    @classmethod
    def read(cls, data: dict[str, Any]) -> Application | None:
        """Return it; None for one that a person syncs, or that has several sources."""
        spec, metadata = data["spec"], data["metadata"]
        policy, source = spec.get("syncPolicy") or {}, spec.get("source")
        automated = policy.get("automated")
        if automated is None or automated.get("enabled") is False or not source or "deletionTimestamp" in metadata:
            return None
        state = (data.get("status") or {}).get("operationState") or {}
        asked = (state.get("operation") or {}).get("sync") or {}
        operation: dict[str, Any] = {
            "initiatedBy": {"username": "repair", "automated": True},
            "sync": {"prune": bool(automated.get("prune")), "syncOptions": policy.get("syncOptions") or []},
        }
        if "retry" in policy:
            operation["retry"] = policy["retry"]
        return cls(
            metadata["name"],
            metadata["resourceVersion"],
            source["repoURL"],
            source.get("targetRevision") or "HEAD",
            _paths((metadata.get("annotations") or {}).get(PATHS, ""), source.get("path", "")),
            state.get("phase", ""),
            "operation" in data,
            (state.get("syncResult") or {}).get("revision") or asked.get("revision") or "",
            operation,
        )

    @property
    def waits(self) -> bool:
        """Whether a newer commit could be waiting: behind a running operation, or after one that ended badly."""
        return bool(self.revision) and (self.phase == RUNNING if self.busy else self.phase in ENDED_BADLY)


def _paths(annotation: str, path: str) -> tuple[str, ...]:
    """Return what the app is made of, from the top of the repository; none: all of it."""
    parts = [part.strip() for part in annotation.split(";") if part.strip()]
    return tuple(part.strip("/") if part.startswith("/") else os.path.normpath(f"{path}/{part}") for part in parts)


class Api:
    """The API server, as the service account may use it."""

    def __init__(self) -> None:
        self.folder = Path(os.environ.get("CREDENTIALS", "/var/run/secrets/kubernetes.io/serviceaccount"))
        self.url = f"{os.environ.get('API', 'https://kubernetes.default.svc')}/apis/argoproj.io/v1alpha1"
        self.tls = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))

    def open(self, path: str, query: dict[str, Any], seconds: float, patch: dict[str, Any] | None = None) -> Any:
        """Return the answer, to be read. Raises OSError."""
        address = f"{self.url}/namespaces/{NAMESPACE}/{path}?{urlencode(query)}"
        headers = {"Authorization": f"Bearer {(self.folder / 'token').read_text().strip()}"}  # it is renewed
        body = None
        if patch is not None:
            headers["Content-Type"], body = "application/merge-patch+json", json.dumps(patch).encode()
        request = urllib.request.Request(address, body, headers, method="PATCH" if body else "GET")  # noqa: S310
        return urllib.request.urlopen(request, timeout=seconds, context=self.tls)  # noqa: S310

    def list(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield all Applications, in pages, with the version to watch from."""
        query: dict[str, Any] = {"limit": PAGE}
        while True:
            with self.open("applications", query, 60) as answer:
                page = json.load(answer)
            for item in page["items"]:
                yield item, page["metadata"]["resourceVersion"]
            if not page["metadata"].get("continue"):
                return
            query["continue"] = page["metadata"]["continue"]

    def watch(self, version: str) -> Iterator[dict[str, Any]]:
        """Yield what happens to Applications from a version on, for five minutes."""
        query = {"watch": 1, "resourceVersion": version, "timeoutSeconds": 300}
        with self.open("applications", query, 330) as answer:
            for line in answer:
                yield json.loads(line)

    def patch(self, application: Application, change: dict[str, Any]) -> bool:
        """Change an Application that is still as it was read; False where it isn't. Raises OSError."""
        change = {**change, "metadata": {"resourceVersion": application.version}}
        try:
            self.open(f"applications/{application.name}", {}, 30, change).close()
        except urllib.error.HTTPError as error:
            if error.code in (404, 409):
                return False
            raise OSError(f"{error}: {error.read(500).decode(errors='replace')}") from error
        return True


class Applications(threading.Thread):
    """The Applications as they are now, kept up to date in a thread."""

    def __init__(self, api: Api) -> None:
        super().__init__(daemon=True)
        self.api = api
        self.known: dict[str, Application] = {}

    def run(self) -> None:
        """List and watch, again and again."""
        while True:
            try:
                self._follow()
            except (OSError, ValueError, KeyError) as error:
                log.warning("watching the Applications: %s", error)
                time.sleep(2)

    def _follow(self) -> None:
        found, version = {}, "0"
        for data, version in self.api.list():  # noqa: B007 - the last one is watched from
            found[data["metadata"]["name"]] = data
        self.known = {name: read for name, data in found.items() if (read := Application.read(data))}
        for event in self.api.watch(version):
            if event["type"] == "ERROR":  # the version is too old by now
                return
            data = event["object"]
            read = Application.read(data) if event["type"] in ("ADDED", "MODIFIED") else None
            self.known = {name: one for name, one in self.known.items() if name != data["metadata"]["name"]}
            if read:
                self.known[read.name] = read


class Repositories:
    """Copies of the repositories, without files: commits and folders are all that is compared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.credentials = Path(os.environ.get("GIT", "/etc/repair-git"))

    def tip(self, url: str, target: str) -> str:
        """Fetch a branch or tag, and return its commit. Raises OSError."""
        path = self._path(url)
        if not path.exists():
            self._git("init", "--quiet", "--bare", str(path))
        if len(target) != 40:  # a commit doesn't change
            self._git("-C", str(path), "fetch", "--quiet", "--filter=blob:none", url, target)
            return self._git("-C", str(path), "rev-parse", "FETCH_HEAD").stdout.strip()
        return target

    def differs(self, url: str, before: str, after: str, paths: tuple[str, ...]) -> bool:
        """Whether a commit changes these paths against another one; also where that one isn't known any more."""
        where = ["-C", str(self._path(url))]
        if self._git(*where, "cat-file", "-e", f"{before}^{{commit}}", check=False).returncode:
            return True
        command = ["diff-tree", "-r", "--quiet", "--no-renames", before, after, "--", *paths]
        return bool(self._git(*where, *command, check=False).returncode)

    def _path(self, url: str) -> Path:
        return self.folder / "".join(char if char.isalnum() else "-" for char in url)

    def _git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        key, known, store = (self.credentials / name for name in ("ssh-privatekey", "known_hosts", "credentials"))
        ssh = f"ssh -F none -i {key} -o IdentitiesOnly=yes -o UserKnownHostsFile={known} -o StrictHostKeyChecking=yes"
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": ssh}
        helper = ["-c", f"credential.helper=store --file={store}"] if store.exists() else []
        try:
            return subprocess.run(
                ["git", *helper, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=check
            )
        except subprocess.CalledProcessError as error:
            raise OSError(f"git {' '.join(arguments)}: {error.stderr.strip()}") from error
        except subprocess.TimeoutExpired as error:
            raise OSError(f"git {' '.join(arguments)}: no answer") from error


def look(api: Api, applications: list[Application], repositories: Repositories) -> None:
    """End the operations that are overtaken, and start what has overtaken one that ended badly."""
    tips: dict[tuple[str, str], str] = {}
    for one in (application for application in applications if application.waits):
        try:
            where = (one.repository, one.target)
            if where not in tips:
                tips[where] = repositories.tip(*where)
            tip = tips[where]
            if one.revision != tip and repositories.differs(one.repository, one.revision, tip, one.paths):
                _overtake(api, one, tip)
        except OSError as error:
            log.warning("%s: %s", one.name, error)


def _overtake(api: Api, one: Application, tip: str) -> None:
    if one.busy:
        change: dict[str, Any] = {"status": {"operationState": {"phase": "Terminating"}}}
        did = "ended the sync of"
    else:
        change = {"operation": {**one.sync, "sync": {**one.sync["sync"], "revision": tip}}}
        did = "started a sync after that of"
    if api.patch(one, change):
        log.info("%s: %s %.12s, which %.12s has overtaken", one.name, did, one.revision, tip)


def main() -> int:
    """Look until killed."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO, stream=sys.stdout)
    api = Api()
    applications = Applications(api)
    applications.start()
    with tempfile.TemporaryDirectory(prefix="repair-") as folder:
        repositories = Repositories(Path(folder))
        while True:
            look(api, list(applications.known.values()), repositories)
            time.sleep(float(os.environ.get("INTERVAL", "5")))


if __name__ == "__main__":
    sys.exit(main())
