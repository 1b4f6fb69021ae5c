"""What goes into a kit, and what a kit lacks, held against git."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from ...authoring.seal import BACKUP, PLATFORMS
from ...image.kubectl import ARGOCD, Kubectl
from ...policy import names
from ...policy.sealing import UNSEALED
from ...sources import app_file
from ...sources.tree import EXAMPLE, Tree
from .sealed import KEYS_LABEL, RecoveryProblem, closed, in_git

KEYS = "sealed-secrets-keys.json"
LOGINS = "argocd-repositories.json"
BACKUPS = "backup-secrets.json"
OWN = "platform"
"""The folder of the kit with the platform's own keys."""
NEEDED = {
    "restic-password": "the platform's restic password, which opens every app's points",
    "s3-access-key": "the S3 server's administrator, its name",
    "s3-secret-key": "the S3 server's administrator, its secret",
}
"""The platform's own keys where apps have backups."""
PROMOTION = "promotion-key"
_REPOSITORIES = "argocd.argoproj.io/secret-type in (repository, repo-creds)"
_OF_THIS_CLUSTER = ("resourceVersion", "uid", "managedFields", "ownerReferences")
_SAID_EVERY = 50  # SealedSecrets


def collect(own: Path) -> dict[str, bytes]:
    """Return the files of a kit: what the cluster of KUBECONFIG holds, and the platform's own keys in a folder.

    Raises ClusterProblem, RecoveryProblem or OSError.
    """
    if not own.is_dir():
        raise RecoveryProblem(f"KEYS {str(own)!r}: write the folder with the platform's own keys: {', '.join(NEEDED)}")
    kubectl = Kubectl(ARGOCD)
    files = {
        KEYS: _list(kubectl.get("secrets", "--all-namespaces", f"--selector={KEYS_LABEL}")),
        LOGINS: _list(kubectl.get("secrets", f"--selector={_REPOSITORIES}")),
        BACKUPS: _list(kubectl.get("secrets", "--all-namespaces", f"--field-selector=metadata.name={BACKUP}")),
    }
    for path in sorted(own.rglob("*")):
        if path.is_file():
            files[f"{OWN}/{path.relative_to(own).as_posix()}"] = path.read_bytes()
    return files


def lacks(tree: Tree, files: dict[str, bytes], say: Callable[[str], object]) -> Iterator[str]:
    """Yield what is missing in a kit for the repository as it is now, a line each. Raises TreeError or RecoveryProblem."""
    keys, held = _items(files, KEYS), {}
    for secret in _items(files, BACKUPS):
        held[secret["metadata"]["namespace"]] = secret.get("data", {})
    if not keys:
        yield "no key of the SealedSecrets controller: does this login see its Secrets?"
    backed, promoted = [], []
    for app in tree.app_names():
        if app.startswith(f"{EXAMPLE}/"):
            continue
        platform = tree.read(f"{tree.zones.platform}/{app}")
        if BACKUP in platform.component_names():
            backed.append(app)
        said = app_file.read(platform)
        if said and said.repository:
            promoted.append(app)
    for app in backed:
        namespace = names.namespace(*app.split("/"))
        missing = [key for key in PLATFORMS[BACKUP][1] if not _decoded(held.get(namespace, {}).get(key, ""))]
        if missing:
            yield f"{app}: {', '.join(missing)} of Secret {BACKUP} in {namespace}: is the app deployed, and the Secret unsealed?"
    if backed:
        for name, what in NEEDED.items():
            if not files.get(f"{OWN}/{name}", b"").strip():
                yield f"{name}: {what}: put it into the folder KEYS"
    if promoted and not files.get(f"{OWN}/{PROMOTION}", b"").strip():
        yield f"{PROMOTION}: the promotion's SSH key, for {', '.join(promoted[:3])} and others: put it into the folder KEYS"
    if keys:
        yield from _closed(tree, keys, say)


def _closed(tree: Tree, keys: list[dict], say: Callable[[str], object]) -> Iterator[str]:
    """Yield the sealed values in git that no key of the kit opens."""
    for number, one in enumerate(in_git(tree), 1):
        if number % _SAID_EVERY == 0:
            say(f"{number} SealedSecrets of git are tried with the keys")
        if UNSEALED in (one.document.get("spec", {}).get("encryptedData") or {}).values():
            continue  # nobody has sealed it yet: rule not-sealed-yet
        if reason := closed(one, keys):
            yield f"{one.path}: no key opens it: {reason}"


def _list(found: dict) -> bytes:
    """Return Secrets as a List that kubectl creates in another cluster."""
    for one in found["items"]:
        for field in _OF_THIS_CLUSTER:
            one["metadata"].pop(field, None)
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": found["items"]}, indent=2).encode()


def _items(files: dict[str, bytes], name: str) -> list[dict]:
    try:
        return json.loads(files.get(name, b"{}")).get("items", [])
    except ValueError:
        raise RecoveryProblem(f"{name} of the kit can't be read") from None


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True).strip()
    except binascii.Error:
        return b""


def newest(keys: list[dict]) -> list[dict]:
    """Return the controller's key that seals now: the newest that isn't marked as compromised."""
    active = [key for key in keys if key["metadata"].get("labels", {}).get(KEYS_LABEL) == "active"]
    return sorted(active, key=lambda key: key["metadata"].get("creationTimestamp", ""))[-1:]
