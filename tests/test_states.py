"""Every example passes the check behind the page of maintenance, and suspended, with the sizes and the quota that it has."""

import shutil
from pathlib import Path

import pytest

from tests.zones import LIBRARY
from validators.check.run import check
from validators.check.selection import Options

from .conftest import ROOT
from .generators import _component_files as component_files
from .generators import component_changes

SIZING = "  - ../../../../components/sizing\n"
STATES = {
    "maintenance": ["maintenance"],
    "quiet": ["maintenance", "maintenance/quiet"],
    "stopped": ["maintenance", "maintenance/quiet", "maintenance/stopped"],
    "suspended": ["suspended"],
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The library and the examples."""
    for part in (*LIBRARY, "overlays/customers", "overlays/ungleich"):
        shutil.copytree(ROOT / part, tmp_path / part, dirs_exist_ok=True)
    return tmp_path


@pytest.mark.parametrize("state", STATES)
def test_passes_in_each_state(tree: Path, state: str) -> None:
    lines = SIZING + "".join(f"  - ../../../../components/{name}\n" for name in STATES[state])
    changed = 0
    for path in tree.glob("overlays/ungleich/example/*/kustomization.yaml"):
        text = path.read_text()
        path.write_text(text.replace(SIZING, lines))
        changed += text.count(SIZING)
    assert changed >= 7
    found = check(Options(root=tree, cached=False)).findings
    assert [f"{finding.place}: {finding.rule}: {finding.message}" for finding in found] == []


SHOWN = [(one.name, app) for one in component_files.read(ROOT).values() for app in one.shown]


@pytest.mark.parametrize(("name", "app"), SHOWN)
def test_an_example_passes_with_what_it_is_shown_with(tree: Path, name: str, app: str) -> None:
    component_changes.list_in(ROOT, tree, name, app)
    folder = tree / "overlays/ungleich" / app
    assert f"components/{name}\n" in (folder / "kustomization.yaml").read_text()
    found = check(Options([folder], tree, cached=False, workers=1)).findings
    assert [f"{finding.place}: {finding.rule}: {finding.message}" for finding in found] == []


def test_what_goes_on_running_is_found(tree: Path) -> None:
    """The planted one: above sizing the sizes are copied again over what is stopped."""
    path = tree / "overlays/ungleich/example/shop/kustomization.yaml"
    path.write_text(path.read_text().replace(SIZING, f"  - ../../../../components/suspended\n{SIZING}"))
    found = {finding.rule for finding in check(Options(root=tree, cached=False)).findings}
    assert "size-differs" in found
