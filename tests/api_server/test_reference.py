"""Each verdict of rule `schema` is kubernetes-validate's, or stricter by what schemas/kubernetes.yaml says; a planted
difference of each kind is caught."""

import copy
import importlib.util
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from validators import cli
from validators.kubernetes import reference, schema

from . import manifests
from .test_validators import CASES

Change = Callable[[dict[str, Any]], None]
SPEC = "io.k8s.api.apps.v1.DeploymentSpec"


def deployment(**spec: Any) -> dict[str, Any]:
    found = next(item for item in manifests.render("example/shop") if item.kind == "Deployment")
    changed = copy.deepcopy(found.data)
    changed["spec"].update(spec)
    return changed


def clear() -> None:
    for cached in (schema.validator, schema.served, schema._bundle):
        cached.cache_clear()


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Change], None]]:
    """Change the definitions that the rule reads, until the test's end."""

    def change(how: Change) -> None:
        bundle = copy.deepcopy(schema._bundle())
        how(bundle["$defs"])
        clear()
        monkeypatch.setattr(schema, "_bundle", lambda: bundle)

    yield change
    monkeypatch.undo()
    clear()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_verdicts_are_the_reference_s(case: manifests.Case) -> None:
    _, changed = manifests.broken(case)
    try:
        assert reference.differences(changed.data) == []
    except reference.Unknown:
        custom = f"{changed.api_version} {changed.kind}" in schema._custom()
        assert custom or schema.validator(changed.api_version, changed.kind) is None


def test_too_lax_is_caught(plant) -> None:
    broken = deployment(replica=1)
    assert reference.differences(broken) == []
    plant(lambda definitions: definitions[SPEC].pop("additionalProperties"))
    (difference,) = reference.differences(broken)
    assert "rule `schema` takes it" in difference.message
    assert "'replica' was unexpected" in difference.message
    assert difference.pointer == ("spec",)


def test_too_strict_is_caught(plant) -> None:
    good = deployment(replicas=3)
    assert reference.differences(good) == []
    plant(lambda definitions: definitions[SPEC]["properties"]["replicas"].update(maximum=2))
    (difference,) = reference.differences(good)
    assert "kubernetes-validate takes it" in difference.message
    assert difference.pointer == ("spec", "replicas")


def test_stricter_on_purpose_is_no_difference() -> None:
    broken = deployment(strategy={"type": "Sometimes"})
    assert list(schema.validator("apps/v1", "Deployment").iter_errors(broken))
    assert reference.differences(broken) == []


def test_what_the_reference_does_not_know_is_told() -> None:
    with pytest.raises(reference.Unknown):
        reference.differences({"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster"})


def test_check_reference_tells_where(plant, capsys) -> None:
    command = ["check", "--reference", "--no-cache", f"--root={manifests.ROOT}"]
    path = "overlays/customers/example/minimal/kustomization.yaml"
    assert cli.main([*command, path]) == 0
    assert "0 differences" in capsys.readouterr().err
    plant(lambda definitions: definitions[SPEC]["properties"]["replicas"].update(maximum=0))
    assert cli.main([*command, path]) == 1
    output = capsys.readouterr()
    assert re.search(r"sizing.yaml:\d+:\d+: schema: .*kubernetes-validate takes it", output.out)
    assert "1 difference;" in output.err


def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cli.main(["check", "--reference", f"--root={manifests.ROOT}"]) == 2
    assert "pip install kubernetes-validate" in capsys.readouterr().err
