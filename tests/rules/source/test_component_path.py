from pathlib import Path

import pytest

import validators
from validators.policy.components import ORDER

from ..cases import Case, check

P = "platform/kustomization.yaml"


def _listed(*paths: str) -> dict[str, str]:
    return {P: "components:\n" + "".join(f"  - {path}\n" for path in paths)}


UP = "../../../../components"
CASES = [
    Case("plain", _listed(f"{UP}/tenant", f"{UP}/postgres/cnpg", f"{UP}/sizing")),
    Case("a slash last", _listed(f"{UP}/tenant/")),
    Case("a feature from the platform", _listed(f"{UP}/egress")),
    Case("a slip", _listed(f"{UP}/postgres/standlone"), [f"{P}:2 # no component postgres/standlone"]),
    Case(
        "one level short", _listed("../../../components/tenant"), [f"{P}:2 # no component ../../../components/tenant"]
    ),
    Case("an address", _listed("https://example.com/components/tenant"), [f"{P}:2 # no component https:"]),
    Case("part of another", _listed(f"{UP}/hosts/1"), [f"{P}:2 # no component hosts/1"]),
    Case("the folder above", _listed(f"{UP}/storage"), [f"{P}:2 # no component storage"]),
    Case("twice", _listed(f"{UP}/tenant", f"{UP}/valkey", f"{UP}/tenant"), [f"{P}:4 # tenant stands there twice"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("component-path", case)


def test_the_known_components_are_there() -> None:
    folder = Path(validators.__file__).parents[1] / "components"
    there = {str(file.parent.relative_to(folder)) for file in folder.rglob("kustomization.yaml")}
    assert set(ORDER) <= there
