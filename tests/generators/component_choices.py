"""components/choices: what makes a build fail that has two components of one choice."""

from pathlib import Path

import yaml

from . import _component_files as component_files

OWNS = ("components/choices/*/*.yaml",)
_KUSTOMIZATION = """\
# Generated from the component.yaml of {members}.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - choose-one.yaml
"""
_OBJECT = """\
# Never deployed: a second component of the same choice fails the build with this name.
apiVersion: hosting.ungleich.ch/v1
kind: ChooseOne
metadata:
  name: {name}
  annotations:
    config.kubernetes.io/local-config: "true"
"""


def files(root: Path) -> dict[str, str]:
    """Return a folder for each choice, which its members list first under `resources`. Raises ValueError."""
    made = {}
    for choice, members in component_files.choices(component_files.read(root)).items():
        if not nested(root, members):
            folder = f"components/{component_files.CHOICES}/{choice}"
            made[f"{folder}/kustomization.yaml"] = _KUSTOMIZATION.format(members=", ".join(members))
            made[f"{folder}/choose-one.yaml"] = _OBJECT.format(name=name(members))
    return made


def nested(root: Path, members: list[str]) -> bool:
    """Whether a component of a choice includes another one, as hosts/3 does: no build can tell the two then."""
    return any(set(includes(root, member)) & set(members) for member in members)


def includes(root: Path, component: str) -> list[str]:
    """Return the folders of components/ that a component's kustomization.yaml lists."""
    top = (root / "components").resolve()
    folder = top / component
    value = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    paths = [(folder / path).resolve() for key in ("resources", "components") for path in value.get(key, [])]
    return [path.relative_to(top).as_posix() for path in paths if path.is_dir()]


def name(members: list[str]) -> str:
    """Return what the failed build says: storage-rwo-nfs-or-cephfs."""
    above = {member.rpartition("/")[0] for member in members}
    head = above.pop() if len(above) == 1 else ""
    *words, last = [member.removeprefix(f"{head}/") for member in members]
    return "-".join([*([head] if head else []), *words, "or", last]).replace("/", "-")
