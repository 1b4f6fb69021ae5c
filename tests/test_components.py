"""What every component has, and that each part that is missing is named."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.generators import _component_files as component_files
from tests.generators import component_choices, component_tables
from tests.zones import LIBRARY
from validators.policy import components

from .component_contract import problems
from .conftest import ROOT

COMPONENTS = component_files.read(ROOT)
FOLDERS = [name for name in COMPONENTS if name != component_files.BASE]


def included_by_components() -> set[str]:
    """Components that others list, and apps don't."""
    return {included for name in FOLDERS for included in component_choices.includes(ROOT, name)}


def test_every_component_is_in_the_order() -> None:
    grants = set(components.data()["grants"].values())
    parts = {name for name, one in COMPONENTS.items() if one.zone == "part"}
    assert {*components.ORDER, *parts} - grants == set(FOLDERS)
    assert parts - {"facts"} <= included_by_components()
    assert len(set(components.ORDER)) == len(components.ORDER)


def test_the_documented_order_is_the_order() -> None:
    table = component_tables.files(ROOT)["docs/components-order.md"].split("## Where order")[0]
    assert table == (ROOT / "docs" / "components-order.md").read_text().split("## Where order")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| ")][1:]
    customer, platform = (re.findall(r"`([^`]+)`", " ".join(row[column] for row in rows)) for column in (0, 1))
    assert customer == [name for name in FOLDERS if COMPONENTS[name].zone == "customer"]
    assert platform == [name for name in FOLDERS if COMPONENTS[name].zone == "platform"]


@pytest.mark.parametrize("name", FOLDERS)
def test_has_what_every_component_has(name: str) -> None:
    assert problems(ROOT, name) == []


def write(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what replaces a text in a file, which must have it."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


FAULTS = [
    ("valkey", lambda folder: (folder / "component.yaml").unlink(), "component.yaml: is missing"),
    ("valkey", lambda folder: (folder / "README.md").unlink(), "README.md: is missing"),
    ("valkey", write("README.md", "## Who picks it", "## Why"), "README.md: has the headings Why, What it adds"),
    ("valkey", write("README.md", "Zone: platform", ""), "README.md: needs a first paragraph and a line"),
    ("valkey", write("README.md", "Zone: platform", "Zone: customer"), "README.md: says Zone: customer"),
    ("valkey", write("README.md", "BROKER_URL", "BROKER"), "README.md: doesn't name ConfigMap/app-defaults"),
    ("valkey", write("kustomization.yaml", "kind: Component", "kind: Kustomization"), "kind: write Component"),
    ("valkey", write("kustomization.yaml", "  - service.yaml\n", ""), "kustomization.yaml: doesn't list service.yaml"),
    ("valkey", write("component.yaml", "zone: platform", "zone: ours"), "component.yaml: zone: "),
    ("valkey", write("component.yaml", "after: [", "behind: ["), "component.yaml: the file: "),
    ("valkey", write("component.yaml", "postgres/external", "mysql"), "after: there is no component mysql"),
    ("valkey", write("component.yaml", "after: [", "after: [monitoring, "), "after: goes in a circle"),
    ("valkey", write("component.yaml", "  Service/valkey: -1\n", ""), "objects: lacks Service/valkey: -1"),
    ("valkey", write("component.yaml", "Service/valkey: -1", "Service/valkey: 1"), "rendered in wave -1, not 1"),
    ("valkey", write("component.yaml", "Service/valkey", "Service/redis"), "objects: has Service/redis, which isn't"),
    ("valkey", write("component.yaml", "valkey.resources", "database.resources"), "its copy is missing"),
    ("valkey", write("kustomization.yaml", "spec.valkey.storage", "spec.media.storage"), "its copy is missing"),
    ("valkey", write("component.yaml", ".[valkey].", ".[other]."), "every container has a size"),
    ("async", write("component.yaml", "feature: ", "zone: platform # "), "component.yaml: "),
    ("async", write("component.yaml", "containers: [{name: async}]", "containers: [{name: worker}]"), "pods: Deploy"),
    ("async", write("README.md", "## Not together with", "## Also"), "README.md: has the headings"),
    ("init-container", write("component.yaml", "removes: [Job.batch/migrate]", "removes: []"), "removes: lacks Job"),
]


@pytest.mark.parametrize("name, plant, said", FAULTS, ids=[said for _, _, said in FAULTS])
def test_names_what_is_missing(tmp_path: Path, name: str, plant: Callable[[Path], None], said: str) -> None:
    for part in LIBRARY:
        shutil.copytree(ROOT / part, tmp_path / part)
    plant(tmp_path / "components" / name)
    found = problems(tmp_path, name)
    assert any(said in line for line in found), found
    assert all(line.startswith("components/") for line in found)


def test_two_that_disagree_about_a_size_are_told() -> None:
    tables = [("one", {"Job/migrate": {"spec.a": "migrate.a"}}), ("other", {"Job/migrate": {"spec.a": "web.a"}})]
    with pytest.raises(ValueError, match=r"components/other/component\.yaml: Job/migrate spec\.a is web\.a"):
        component_files.merged(tables)


@pytest.mark.parametrize("file", sorted(ROOT.glob("components/*/*/choose-one.yaml")), ids=lambda file: file.parent.name)
def test_each_alternative_includes_its_choice(file: Path) -> None:
    assert yaml.safe_load(file.read_text())["kind"] == "ChooseOne"
    choice = file.parent.name
    members = component_files.choices(COMPONENTS)[choice]
    for member in members:
        assert f"choices/{choice}" in component_choices.includes(ROOT, member)
