"""Dry runs: what the API server would say of an object that ArgoCD applies. A kubectl each would take 0.1 s of a core."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from tests.cluster.settings import Settings

QUESTION = "dryRun=All&fieldManager=dry-run&fieldValidation=Strict&force=true"


@contextmanager
def proxy(settings: Settings) -> Iterator[str]:
    """Run `kubectl proxy`, which brings the credentials, and give its address."""
    command = [settings.bin / "kubectl", f"--kubeconfig={settings.kubeconfig}", "proxy", "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://{process.stdout.readline().split()[-1]}"  # Starting to serve on 127.0.0.1:40123
        process.terminate()


class DryRun:
    """The API server, asked through a proxy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.resources = cache(self._resources)

    def refusal(self, data: dict[str, Any]) -> str:
        """Return why an object is refused, or what the API server warns of; "" where it is taken."""
        api_version, kind = str(data.get("apiVersion", "")), str(data.get("kind", ""))
        if kind not in self.resources(api_version):
            return f'no matches for kind "{kind}" in version "{api_version}"'
        resource, metadata = self.resources(api_version)[kind], data["metadata"]
        space = metadata["namespace"] if resource["namespaced"] else ""
        path = f"{root(api_version)}{f'/namespaces/{space}' if space else ''}/{resource['name']}"
        if "name" in metadata:
            return self._ask("PATCH", f"{path}/{urllib.parse.quote(str(metadata['name']))}", data)
        return self._ask("POST", path, data)

    def _resources(self, api_version: str) -> dict[str, dict[str, Any]]:
        """The resources of a version by their kind, subresources left out; none where there is no such version."""
        try:
            with urllib.request.urlopen(f"{self.url}{root(api_version)}") as response:  # noqa: S310  the proxy's
                rows = json.load(response).get("resources", [])
        except urllib.error.HTTPError:
            return {}
        return {row["kind"]: row for row in rows if "/" not in row["name"]}

    def _ask(self, method: str, path: str, data: dict[str, Any]) -> str:
        kind = "application/apply-patch+yaml" if method == "PATCH" else "application/json"
        request = urllib.request.Request(  # noqa: S310  the proxy's
            f"{self.url}{path}?{QUESTION if method == 'PATCH' else QUESTION.removesuffix('&force=true')}",
            json.dumps(data).encode(),
            {"Content-Type": kind},
            method=method,
        )
        try:
            with urllib.request.urlopen(request) as response:  # noqa: S310
                warnings = response.headers.get_all("Warning", [])
                return "; ".join(f"Warning: {json.loads(warning.removeprefix('299 - '))}" for warning in warnings)
        except urllib.error.HTTPError as error:
            return json.load(error)["message"]


def root(api_version: str) -> str:
    """Return where a version is served."""
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
