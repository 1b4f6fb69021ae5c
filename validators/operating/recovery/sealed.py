"""The sealed values in git, and which keys of a controller open them."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from ...policy import names
from ...render import kustomize
from ...sources.tree import EXAMPLE, Tree

KIND = "SealedSecret"
KEYS_LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key"
"""On the controller's own Secrets, each a key pair."""


class RecoveryProblem(Exception):
    """There is no kit, or it can't be opened; the message is one line, for people."""


@dataclass(frozen=True)
class Sealed:
    """A SealedSecret in git: its app `customer/app`, its file from the repository's root, and the document."""

    app: str
    path: str
    document: dict

    @property
    def name(self) -> str:
        """Return the Secret's name."""
        return str(self.document["metadata"].get("name", ""))


def in_git(tree: Tree) -> Iterator[Sealed]:
    """Yield the SealedSecrets of all apps but the examples. Raises TreeError."""
    for app in tree.app_names():
        if app.startswith(f"{EXAMPLE}/"):
            continue
        for path in tree.zones.of(app):
            folder = tree.read(path)
            for name in sorted(folder.yaml_files()):
                for one in folder.load(name)[0]:
                    if isinstance(one.value, dict) and one.value.get("kind") == KIND:
                        yield Sealed(app, f"{path}/{name}", _placed(one.value, names.namespace(*app.split("/"))))


def _placed(document: dict, namespace: str) -> dict:
    """Return a document with the namespace that kustomize would give it: what is sealed is bound to one."""
    metadata = document.get("metadata")
    return {**document, "metadata": {"namespace": namespace, **(metadata if isinstance(metadata, dict) else {})}}


def closed(one: Sealed, keys: list[dict]) -> str:
    """Return why none of the controller's keys opens a SealedSecret, "" where one does. keys: its Secrets.

    kubeseal opens it; what it prints is looked at by nobody. The keys are in no file: in memory alone.
    """
    kubeseal = kustomize.program("kubeseal")
    if not kubeseal:
        raise RecoveryProblem(f"no kubeseal on PATH; {kustomize.how_to_get('kubeseal', kustomize.KUBESEAL_PAGE)}")
    memory = os.memfd_create("keys")
    try:
        os.write(memory, json.dumps({"apiVersion": "v1", "kind": "List", "items": keys}).encode())
        command = [kubeseal, "--recovery-unseal", f"--recovery-private-key=/proc/self/fd/{memory}"]
        done = subprocess.run(command, input=json.dumps(one.document).encode(), capture_output=True, pass_fds=(memory,))
    finally:
        os.close(memory)
    if not done.returncode:
        return ""
    return " ".join(done.stderr.decode(errors="replace").split())[:200] or f"exit status {done.returncode}"
