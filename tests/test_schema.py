"""Every object is valid for the oldest and the newest Kubernetes, custom resources for their own definitions."""

import copy
import functools
import json
from pathlib import Path

import jsonschema_rs
import kubernetes_validate
import pytest

from tests.generators import kubernetes_schemas
from validators.kubernetes import versions
from validators.render import kustomize, objects
from validators.rules.object import schema

from .conftest import PLATFORM_FOLDERS, ROOT

SCHEMAS = ROOT / "validators" / "kubernetes" / "schemas" / "crds"


@functools.cache
def rendered(folder: Path) -> list[objects.Object]:
    return objects.parse(kustomize.find().build(ROOT / folder))


def definition(item: objects.Object) -> Path:
    group, _, version = item.api_version.rpartition("/")
    return SCHEMAS / f"{item.kind}-{group}-{version}.json".lower()


@functools.cache
def validator(path: Path) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(path.read_text()))


def problems(item: objects.Object, version: str) -> list[str]:
    """Return what is wrong with an object for one Kubernetes version."""
    if definition(item).exists():
        found = validator(definition(item)).iter_errors(item.data)
        return [f"{item!r} {'/'.join(map(str, error.instance_path))}: {error.message}" for error in found]
    try:
        kubernetes_validate.validate(item.data, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{item!r} {'/'.join(map(str, error.path))}: {error.message}"]
    return []


@pytest.mark.parametrize("version", versions.KUBERNETES_SUPPORTED)
@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=str)
def test_objects_are_valid(folder: Path, version: str) -> None:
    found = rendered(folder)
    assert found
    assert [problem for item in found for problem in problems(item, version)] == []


def mutated(item: objects.Object, *path: str | int, value: object) -> objects.Object:
    data = copy.deepcopy(item.data)
    place = data
    for token in path[:-1]:
        place = place[token]
    place[path[-1]] = value
    return objects.Object(data)


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", ("spec", "replica"), 1),
        ("Deployment", ("spec", "template", "spec", "containers", 0, "port"), []),
        ("Service", ("spec", "ports", 0, "port"), "http"),
        ("SealedSecret", ("spec", "encryptedDatas"), {}),
        ("SealedSecret", ("spec", "encryptedData"), {"KEY": 1}),
        ("Cluster", ("spec", "instance"), 1),
        ("Cluster", ("spec", "storage", "resize"), True),
        ("HTTPRoute", ("spec", "hostnames", 0), "not a host"),
        ("PodMonitor", ("spec", "podMetricsEndpoint"), []),
        ("PrometheusRule", ("spec", "groups", 0, "rules", 0, "alerts"), "x"),
    ],
)
@pytest.mark.parametrize("version", versions.KUBERNETES_SUPPORTED)
def test_planted_fault_is_found(kind: str, path: tuple, value: object, version: str) -> None:
    item = next(item for folder in PLATFORM_FOLDERS for item in rendered(folder) if item.kind == kind)
    broken = mutated(item, *path, value=value)
    assert problems(item, version) == []
    assert problems(broken, version)
    # The rule's schemas are extracts: they must judge as the whole ones do.
    assert list(schema.check(item, None)) == []
    assert list(schema.check(broken, None))


CLOSED = {"additionalProperties": False}
TEXT, NUMBER, NULL = {"type": "string"}, {"type": "integer"}, {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (TEXT, TEXT, TEXT),
        (TEXT, NULL, TEXT),
        (NULL, {"type": ["null", "string", "integer"]}, NULL),
        ({"required": ["a"]}, {"required": ["b"]}, {"required": ["a", "b"]}),
        ({"required": ["a"]}, {}, {"required": ["a"]}),
        (
            {**CLOSED, "properties": {"a": TEXT, "b": TEXT}},
            {**CLOSED, "properties": {"a": NULL, "c": TEXT}},
            {**CLOSED, "properties": {"a": TEXT}},
        ),
        ({"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}, {"properties": {"a": TEXT, "b": TEXT}}),
        ({"properties": {"a": False}}, {"properties": {"a": TEXT}}, {"properties": {"a": False}}),
        ({"items": NULL}, {"items": TEXT}, {"items": TEXT}),
        ({"x-kubernetes-list-type": "set"}, {"x-kubernetes-list-type": "map"}, {"x-kubernetes-list-type": "map"}),
    ],
)
def test_one_schema_takes_what_two_take(one, other, expected) -> None:
    assert kubernetes_schemas.both(one, other) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TEXT, NUMBER),
        ({"enum": ["a"]}, {"enum": ["b"]}),
        ({"pattern": "a"}, {"pattern": "b"}),
        ({**CLOSED, "properties": {"a": TEXT}}, {"properties": {"a": TEXT}}),
        ({"items": {"format": "int32"}}, {"items": {"format": "int64"}}),
    ],
)
def test_what_one_schema_cannot_tell_is_an_error(one, other) -> None:
    with pytest.raises(ValueError):
        kubernetes_schemas.both(one, other)


def test_what_one_version_refuses_is_refused() -> None:
    """One field is of the newest Kubernetes only; the other must be there for the newest only."""
    item = next(item for folder in PLATFORM_FOLDERS for item in rendered(folder) if item.kind == "Deployment")
    oldest, newest = versions.KUBERNETES_SUPPORTED
    new_field = mutated(item, "spec", "template", "spec", "hostnameOverride", value="web")
    assert (bool(problems(new_field, oldest)), bool(problems(new_field, newest))) == (True, False)
    without = objects.Object({key: value for key, value in item.data.items() if key != "spec"})
    assert (bool(problems(without, oldest)), bool(problems(without, newest))) == (False, True)
    for broken in (new_field, without):
        assert list(schema.check(broken, None))


def test_every_custom_resource_has_a_schema() -> None:
    custom = {item.api_version for folder in PLATFORM_FOLDERS for item in rendered(folder)}
    custom = {version for version in custom if "." in version and not version.partition("/")[0].endswith(".k8s.io")}
    known = {json.loads(path.read_text())["properties"]["apiVersion"]["const"] for path in SCHEMAS.glob("*.json")}
    assert custom <= known
