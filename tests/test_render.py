"""Every platform folder and every component renders, the same with each kustomize supported."""

import pytest
import yaml

from tests.generators import component_changes, component_choices
from tests.generators.golden import render_text
from validators.kubernetes import versions
from validators.policy import components
from validators.render import kustomize, objects

from .conftest import PLATFORM_FOLDERS, ROOT

BEDS = component_changes.beds(ROOT)


@pytest.mark.parametrize("version", [versions.KUSTOMIZE_OLDEST, versions.KUSTOMIZE_NEWEST])
def test_versions(kustomizes: dict, version: str) -> None:
    assert kustomizes[version].version == version


@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=str)
def test_overlay_renders_alike(kustomizes: dict, folder) -> None:
    texts = {version: render_text(tool.build(ROOT / folder)) for version, tool in kustomizes.items()}
    texts["found"] = render_text(kustomize.find().build(ROOT / folder))
    assert "kind: " in texts["found"]
    assert len(set(texts.values())) == 1, f"{folder} renders differently with {', '.join(texts)}"


@pytest.mark.parametrize("name", BEDS)
def test_component_renders_alike(kustomizes: dict, monkeypatch, tmp_path, name: str) -> None:
    found = []
    for version, tool in kustomizes.items():
        monkeypatch.setattr(kustomize, "find", lambda tool=tool: tool)
        found.append(component_changes.render_pair(ROOT, tmp_path / version, name, BEDS[name]))
    assert found[0] == found[1]
    without, with_it = found[0]
    assert without != with_it, f"components/{name} changes nothing on its bed"


@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=str)
def test_local_configuration_is_not_deployed(folder) -> None:
    rendered = objects.parse(kustomize.find().build(ROOT / folder))
    assert [item for item in rendered if item.api_version == "hosting.ungleich.ch/v1"] == []


def exclusive_groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for members in components.CHOICES:
        for shared in set.intersection(*(set(component_choices.includes(ROOT, name)) for name in members)):
            path = ROOT / "components" / shared / "choose-one.yaml"
            if path.exists():
                groups[yaml.safe_load(path.read_text())["metadata"]["name"]] = list(members)
    return groups


def test_every_exclusive_choice_has_rivals() -> None:
    assert exclusive_groups()
    assert [name for name, members in exclusive_groups().items() if len(members) < 2] == []


@pytest.mark.parametrize("choice", exclusive_groups())
def test_rivals_say_so_together(tmp_path, choice: str) -> None:
    first, second = exclusive_groups()[choice][:2]
    with pytest.raises(kustomize.KustomizeError, match="choose one, " + choice.replace("-", " ")):
        component_changes.render(ROOT, tmp_path, [first, second], "one.example.com")


def pairs() -> list[tuple[str, str]]:
    """Any two components that don't exclude each other, and don't need a namespace of their own."""
    usable = [name for name in components.ORDER if name in BEDS and BEDS[name].get("app", True)]  # no grants
    rivals = [set(members) for members in exclusive_groups().values()]
    found = []
    for index, first in enumerate(usable):
        for second in usable[index + 1 :]:
            if not any({first, second} <= group for group in rivals):
                found.append((first, second))
    return found


@pytest.mark.parametrize("first", sorted({first for first, _ in pairs()}))
def test_any_two_render_together(tmp_path, first: str) -> None:
    rivals = [set(members) for members in exclusive_groups().values()]
    for second in (second for one, second in pairs() if one == first):
        beside = [name for part in (first, second) for name in BEDS[part].get("components", [])]
        picked = dict.fromkeys([first, second])
        for name in beside:  # what a bed adds gives way to what is tried
            if not any(name in group and group & picked.keys() for group in rivals):
                picked[name] = None
        assert component_changes.render(ROOT, tmp_path, list(picked), ",".join(component_changes.HOSTS))
