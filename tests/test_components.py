"""What every component folder has, and that its README names what it changes."""

import re

import pytest
import yaml

from tests.generators import component_changes, readme
from validators.policy import components

from .conftest import ROOT

FOLDERS = sorted(
    path.parent.relative_to(ROOT / "components").as_posix() for path in ROOT.glob("components/**/kustomization.yaml")
)
BEDS = yaml.safe_load((ROOT / component_changes.BEDS).read_text())
HEADINGS = ["Who picks it", "What it adds", "What the cluster must have", "How to set it"]
EXCLUSIVE = "Not together with"


def included_by_components() -> set[str]:
    """Components that others list, and apps don't."""
    found = set()
    for name in FOLDERS:
        kustomization = yaml.safe_load((ROOT / "components" / name / "kustomization.yaml").read_text())
        folder = ROOT / "components" / name
        found |= {(folder / path).resolve().relative_to(ROOT / "components").as_posix()
                  for path in kustomization.get("components", [])}  # fmt: skip
    return found


def test_every_component_is_in_the_order() -> None:
    assert sorted({*components.ORDER, *included_by_components()}) == FOLDERS
    assert len(set(components.ORDER)) == len(components.ORDER)


def test_the_documented_order_is_the_order() -> None:
    table = (ROOT / "docs" / "components-order.md").read_text().split("## Where order")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| ")][1:]
    customer, platform = (re.findall(r"`([^`]+)`", " ".join(row[column] for row in rows)) for column in (0, 1))
    assert (tuple(customer), tuple(platform)) == (components.CUSTOMER_ORDER, components.PLATFORM_ORDER)


@pytest.mark.parametrize("name", components.ORDER)
def test_has_what_every_component_has(name: str) -> None:
    text = readme.readme(ROOT, name).read_text()
    headings = re.findall(r"^## (.*)$", text, re.M)
    exclusive = (ROOT / "components" / name / "exclusive.yaml").exists()
    assert headings == HEADINGS + [EXCLUSIVE] * exclusive
    sections = re.split(r"^## .*$", text, flags=re.M)[1:]
    assert all(section.strip() for section in sections), "an empty section"
    assert name in BEDS, "tests/component-beds.yaml says what it is shown on"
    kustomization = yaml.safe_load((ROOT / "components" / name / "kustomization.yaml").read_text())
    assert kustomization["kind"] == "Component"


@pytest.mark.parametrize("name", components.ORDER)
def test_two_examples_use_it(name: str) -> None:
    assert len(set(readme.users(ROOT)[name])) >= 2


@pytest.mark.parametrize("name", components.ORDER)
def test_readme_names_what_it_changes(tmp_path, name: str) -> None:
    without, with_it = component_changes.render_pair(ROOT, tmp_path, name, BEDS[name])
    text = readme.readme(ROOT, name).read_text()
    touched = [key for key in without.keys() | with_it.keys() if without.get(key) != with_it.get(key)]
    assert touched
    unnamed = [key for key in touched if not named(text, key, without.get(key), with_it.get(key))]
    assert sorted(unnamed) == [], "the README doesn't name them"


def named(text: str, key: str, before: dict | None, after: dict | None) -> bool:
    """Whether a README names an object, by name or kind, or the variables that change in a ConfigMap."""
    kind, _, called = key.partition("/")
    if kind == "ConfigMap" and before and after:
        before, after = before["data"], after["data"]
        changed = [variable for variable in after if before.get(variable) != after[variable]]
        return all(re.search(rf"\b{variable}\b", text) for variable in changed)
    plural = re.sub(r"y$", "(?:y|ies)", kind)
    return bool(re.search(rf"\b(?:{re.escape(called)}|{plural}s?)\b", text, re.IGNORECASE))


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("components/**/*.yaml")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_file_is_used(path) -> None:
    if path.name in ("kustomization.yaml", "suppressions.yaml"):  # the checks read the second
        return
    listed = (path.parent / "kustomization.yaml").read_text()
    assert re.search(rf"(^|[\s:\[,-]){re.escape(path.name)}\b", listed, re.M), "no kustomization.yaml lists it"
