"""The files that ArgoCD reads: a folder an app with what it renders to, beside the platform's own for ArgoCD."""

from ..check import libraries
from ..sources import project
from ..sources.folder import KUSTOMIZATION
from ..sources.tree import Tree
from ..sources.zones import ARGOCD, Zones, on_disk

OBJECTS = "objects.yaml"
_KUSTOMIZATION = f"""\
# Rendered, see docs/rings.md: a change belongs into the app's folders on the branch from which this is made.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - {OBJECTS}
""".encode()

Files = dict[str, bytes]
"""Files by path from the top of the branch."""


def app_files(name: str, stream: bytes, zones: Zones) -> Files:
    """Return an app's files: kustomize finds nothing left to do in them."""
    _, folder = zones.of(name)
    return {f"{folder}/{KUSTOMIZATION}": _KUSTOMIZATION, f"{folder}/{OBJECTS}": stream}


def app_of(path: str, zones: Zones) -> str:
    """Return the app that a file of the branch belongs to; empty for one that is no app's."""
    top = f"{zones.platform}/"
    parts = path.removeprefix(top).split("/")
    return "/".join(parts[:2]) if path.startswith(top) and len(parts) > 2 and parts[0] != ARGOCD else ""


def argocd_files(tree: Tree) -> Files:
    """Return what makes ArgoCD deploy the apps, as it is now; its projects allow what the library of any ring makes.

    Raises TreeError where a ring's version isn't in the repository.
    """
    top, ours = tree.zones.argocd, tree.zones.project_file
    files = {f"{top}/{path}": data for path, data in tree.read(top, unlimited=True).files.items()}
    if tree.rings is not None and ours in files:
        live = {ring.version: None for ring in tree.rings.rings}
        roots = [libraries.with_version(tree, version).library_root for version in live]
        theirs = [root / on_disk(root).project_file for root in roots]
        others = [path.read_bytes() for path in theirs if path.is_file()]
        files[ours] = project.joined([files[ours], *others])
    return files
