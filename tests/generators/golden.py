"""tests/golden/apps and argocd: what each platform folder renders to, for people to read in a review."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.zones import OURS, PLATFORM
from validators.render import kustomize, objects
from validators.sources.tree import ARGOCD

OWNS = ("tests/golden/apps/*.yaml", "tests/golden/argocd/*.yaml")
_HEAD = """\
# What kustomize makes of {path}, sorted and in one style; sealed values are shortened. `make golden` renews it.
"""
_SEALED = re.compile(r"A[A-Za-z][A-Za-z0-9+/=]{200,}")


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that a change in one shows as a change of a line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def files(root: Path) -> dict[str, str]:
    """Return the golden text of each platform folder. Raises KustomizeError."""
    tool = kustomize.find()
    made = {}
    for folder in platform_folders(root):
        customer, app = folder.parts[-2:]
        text = render_text(tool.build(root / folder))
        made[f"tests/golden/apps/{customer}-{app}.yaml"] = _HEAD.format(path=folder.as_posix()) + text
    for folder in argocd_folders(root):
        text = render_text(tool.build(root / folder))
        made[f"tests/golden/argocd/{folder.name}.yaml"] = _HEAD.format(path=folder.as_posix()) + text
    return made


def platform_folders(root: Path) -> list[Path]:
    """Return the apps' folders that ArgoCD builds, relative to the root."""
    found = (path.parent.relative_to(root) for path in root.glob(f"{PLATFORM}/*/*/kustomization.yaml"))
    return sorted(folder for folder in found if folder.parts[-2] != ARGOCD)


def argocd_folders(root: Path) -> list[Path]:
    """Return the folders with ArgoCD's own objects, relative to the root."""
    return [Path(path) for path in (OURS.argocd, OURS.project) if (root / path).is_dir()]


def render_text(stream: bytes) -> str:
    """Return rendered objects in one style, sorted by kind and name, a heading over each."""
    found = sorted(objects.parse(stream), key=lambda item: (item.kind, item.name))
    return "".join(f"---\n# {item.kind} {item.name}\n{dump(item.data)}" for item in found)


def dump(data: Any) -> str:
    """Return data as YAML with its keys in the order they have, sealed values shortened."""
    return yaml.dump(shorten(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def shorten(data: Any) -> Any:
    """Return a copy in which sealed values are cut to what tells them apart."""
    if isinstance(data, dict):
        return {key: shorten(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shorten(value) for value in data]
    if isinstance(data, str) and _SEALED.fullmatch(data):
        return f"{data[:12]}... ({len(data)} characters)"
    return data
