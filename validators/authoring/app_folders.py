"""The two folders of an app: read, written, and kept from taking what another app has."""

import re
from pathlib import Path

from ..policy import names
from ..sources import cluster
from ..sources.tree import EXAMPLE, Tree
from ..sources.zones import CUSTOMERS, TEMPLATE, on_disk
from . import scaffold


def read(folder: Path) -> dict[str, str]:
    """Return the files of an app's folder, or of an option of the template, by name. Raises TemplateProblem."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
    if "kustomization.yaml" not in files and folder.parent.name != "options":
        raise scaffold.TemplateProblem(f"{folder}: no kustomization.yaml in the template")
    return files


def nfs_volume(root: Path, namespace: str) -> str:
    """Return the template's volume on an NFS server, named for a namespace, mounted over the cluster's kind of address.

    Raises TemplateProblem, TreeError.
    """
    text = (root / TEMPLATE / "options" / "nfs" / "media-volume.yaml").read_text(encoding="utf-8")
    if cluster.ipv4(Tree(root).library):
        text = scaffold.replace_one(text, re.compile(r"\bproto=tcp6\b"), "proto=tcp", "proto=tcp6")
    text = scaffold.set_marked(text, "name:", f"name: {namespace}-media")
    return scaffold.set_marked(text, "namespace:", f"namespace: {namespace}")


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files into a folder."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def refuse_taken(root: Path, customer: str, name: str, namespace: str, hosts: list[str]) -> None:
    """Refuse the examples' customer, and what another has.

    That is: folders, a customer's namespaces, a namespace (a-b + c and a + b-c are one), hosts. Raises NameProblem, TreeError.
    """
    if customer == EXAMPLE:
        raise names.NameProblem(
            f"CUSTOMER {EXAMPLE!r} is for the library's examples, which ArgoCD leaves out: take another"
        )
    zones = on_disk(root)
    for what, value in (("CUSTOMER", customer), ("APP", name)):
        if value == zones.name:
            raise names.NameProblem(f"{what} {value!r}", "is reserved", "take another name")
    for folder in (root / path for path in zones.of(f"{customer}/{name}")):
        if folder.exists() or folder.is_symlink():
            raise names.NameProblem(f"{folder} exists: take another APP, or remove it first")
    for path in root.glob(f"{zones.platform}/*"):  # ArgoCD lets a customer deploy to <customer>-*
        first, second = sorted((path.name, customer), key=len)
        if second.startswith(f"{first}-"):
            raise names.NameProblem(f"CUSTOMER {customer!r}: {first}-* are the namespaces of {first}: take another")
    for path in root.glob(f"{zones.platform}/*/*/kustomization.yaml"):
        if re.search(rf"^namespace: [\"']?{namespace}[\"']?\s*(#.*)?$", path.read_text(encoding="utf-8"), re.M):
            raise names.NameProblem(f"namespace {namespace} belongs to {path.parent}: take another APP")
    for path in root.glob(f"{CUSTOMERS}/*/*/app.env"):
        found = re.search(r"^HOSTS=(.*)$", path.read_text(encoding="utf-8"), re.M)
        if taken := {host.strip() for host in found[1].split(",")} & set(hosts) if found else set():
            raise names.NameProblem(f"HOST {min(taken)} belongs to {path.parent}: take another")
