from pathlib import Path

import pytest
import yaml

import validators
from validators.rules.source import component_exclusive

from ..cases import Case, check

ROOT = Path(validators.__file__).parents[1]


def _listed(path: str, *names: str) -> dict[str, str]:
    return {path: "components:\n" + "".join(f"  - ../../../../components/{name}\n" for name in names)}


K, P = "kustomization.yaml", "platform/kustomization.yaml"
CASES = [
    Case("one of each", {**_listed(K, "async", "hosts/2"), **_listed(P, "postgres/cnpg", "storage/nfs")}),
    Case("ingress and gateway, while moving", _listed(K, "ingress", "gateway")),
    Case("async and scheduler", _listed(K, "async", "scheduler")),
    Case("async", _listed(K, "async", "async-container"), [f"{K}:3 # async-container and async exclude"]),
    Case("storage", _listed(P, "storage/rwo", "storage/cephfs"), [f"{P}:3 # storage/cephfs and storage/rwo"]),
    Case(
        "database", _listed(P, "postgres/external", "postgres/cnpg"), [f"{P}:3 # postgres/cnpg and postgres/external"]
    ),
    Case("hosts", _listed(K, "hosts/2", "hosts/3"), [f"{K}:3 # hosts/3 and hosts/2"]),
    Case(
        "in both zones",
        {**_listed(K, "async"), **_listed(P, "async-container")},
        [f"{P}:2 # async-container and async"],
    ),
    Case(
        "three",
        _listed(P, "storage/rwo", "storage/nfs", "storage/cephfs"),
        [f"{P}:3 # storage/nfs and storage/rwo", f"{P}:4 # storage/cephfs and storage/rwo"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("component-exclusive", case)


def test_choices_are_those_of_the_components() -> None:
    choices: dict[str, set[str]] = {}
    for file in (ROOT / "components").rglob("exclusive.yaml"):
        name = yaml.safe_load(file.read_text())["metadata"]["name"]
        choices.setdefault(name, set()).add(str(file.parent.relative_to(ROOT / "components")))
    assert choices
    without_hosts = [set(choice) for choice in component_exclusive.CHOICES if "hosts/2" not in choice]
    assert sorted(map(sorted, without_hosts)) == sorted(map(sorted, choices.values()))
