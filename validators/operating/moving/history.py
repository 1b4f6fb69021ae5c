"""What imports an app has had: ConfigMap `import-history` of its namespace."""

import json
from typing import Any

from ...image.kubectl import Kubectl

NAME = "import-history"
KEPT = 20
"""Imports that the history holds."""


def read(kubectl: Kubectl) -> dict[str, dict[str, Any]]:
    """Return the imports by their stamps, the oldest first. Raises ClusterProblem."""
    found = kubectl.get("configmaps", f"--field-selector=metadata.name={NAME}")["items"]
    data = found[0].get("data", {}) if found else {}
    return {stamp: json.loads(entry) for stamp, entry in sorted(data.items())}


def write(kubectl: Kubectl, stamp: str, entry: dict[str, Any]) -> None:
    """Add an import, or say more of it. Raises ClusterProblem."""
    entries = {**read(kubectl), stamp: entry}
    data = {key: json.dumps(value) for key, value in sorted(entries.items())[-KEPT:]}
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": NAME}, "data": data}
    kubectl.run("apply", "--server-side", "--force-conflicts", "--filename=-", stdin=json.dumps(manifest))
