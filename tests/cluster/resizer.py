"""Grows volumes as the storage's own driver would: when a claim asks for more, volume and claim say so.

A volume of this cluster is a folder, without a limit of its own: growing it changes what Kubernetes knows, nothing on disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any


def main() -> None:
    """Watch every claim and grow it; runs until it is ended. Arguments: the kubeconfig, and the storage classes."""
    kubectl, classes = ["kubectl", f"--kubeconfig={Path(sys.argv[1])}"], sys.argv[2:]
    while True:  # the API server ends a watch after a while
        command = [*kubectl, "get", "persistentvolumeclaims", "--all-namespaces", "--watch", "--output=json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watch:
            for claim in documents(watch.stdout):
                if size := wanted_size(claim, classes):
                    grow(kubectl, claim, size)


def documents(stream: IO[str]) -> Iterator[dict[str, Any]]:
    """The JSON objects that kubectl writes one after the other, each as soon as it is complete."""
    text = ""
    for line in stream:
        text += line
        if line.startswith("}"):
            yield json.loads(text)
            text = ""


def wanted_size(claim: dict[str, Any], classes: Collection[str]) -> str | None:
    """The size a bound claim of these classes asks for and doesn't have; the API server lets it ask for more only."""
    if claim.get("kind") == "Status":  # why a watch has ended
        return None
    size = claim["spec"]["resources"]["requests"]["storage"]
    bound = claim["status"].get("phase") == "Bound" and claim["spec"].get("storageClassName") in classes
    return size if bound and size != claim["status"]["capacity"]["storage"] else None


def grow(kubectl: list[str], claim: dict[str, Any], size: str) -> None:
    """Set the new size on the volume, then on the claim's status, as drivers do; a failure is printed and tried again."""
    capacity = {"capacity": {"storage": size}}
    volume = ["patch", "persistentvolume", claim["spec"]["volumeName"], f"--patch={json.dumps({'spec': capacity})}"]
    status = [
        "patch",
        "persistentvolumeclaim",
        claim["metadata"]["name"],
        f"--patch={json.dumps({'status': capacity})}",
    ]
    status += [f"--namespace={claim['metadata']['namespace']}", "--subresource=status"]
    for patch in (volume, status):
        subprocess.run([*kubectl, *patch], check=False)


if __name__ == "__main__":
    main()
