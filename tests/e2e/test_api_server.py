"""What the API server says, by dry runs: it takes every render without a warning, and judges tests/api_server's manifests."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.api_server import manifests
from tests.cluster.kubernetes import Kubernetes
from tests.conftest import PLATFORM_FOLDERS, ROOT
from tests.e2e.dry_run import DryRun, proxy
from tests.e2e.figures import Figures
from tests.generators import component_changes
from tests.zones import PLATFORM
from validators.render.objects import Object

APPS = [folder.relative_to(PLATFORM).as_posix() for folder in PLATFORM_FOLDERS]
ARGOCD = sorted((ROOT / "tests/golden/argocd").glob("*.yaml"))
BEDS = component_changes.beds(ROOT)
GROUPS = manifests.groups()
LEVEL = "pod-security.kubernetes.io/enforce"
ADDRESSES = "fd00:10:96::"
"""Where the examples' NFS servers have fixed addresses: the Services of the platform's cluster."""


@pytest.fixture(scope="module")
def dry_run(kubernetes: Kubernetes) -> Iterator[DryRun]:
    """What answers without doing it."""
    with proxy(kubernetes.settings) as url:
        yield DryRun(url)


def refusals(dry_run: DryRun, objects: list[dict], names: dict[str, str] | None = None) -> list[str]:
    """Return what the API server has against each of the objects, "" if nothing. `names` are replaced in all texts."""
    text = json.dumps(objects)
    for old, new in (names or {}).items():
        text = text.replace(old, new)
    return [dry_run.refusal(data) for data in json.loads(text)]


def enforce(kubernetes: Kubernetes, namespace: str, objects: list[Object]) -> None:
    """Have the namespace warn of pods as that of a render would refuse them: a dry run makes no pods."""
    for item in objects:
        if item.kind == "Namespace":
            level = item.labels[LEVEL]
            kubernetes.kubectl("label", "namespace", namespace, f"pod-security.kubernetes.io/warn={level}")


@pytest.mark.parametrize("app", APPS)
def test_an_app_is_taken_without_a_warning(
    kubernetes: Kubernetes,
    dry_run: DryRun,
    namespace: str,
    figures: Figures,
    app: str,
) -> None:
    objects = list(manifests.render(app))
    enforce(kubernetes, namespace, objects)
    start = time.monotonic()
    services = kubernetes.settings.data["network"]["services"].partition("::")[0]
    names = {app.replace("/", "-"): namespace, ADDRESSES: f"{services}::"}
    assert refusals(dry_run, [item.data for item in objects], names) == [""] * len(objects)
    figures.seconds(app.replace("/", "-"), f"dry run of {len(objects)} objects", time.monotonic() - start)


@pytest.mark.parametrize("bed", BEDS)
def test_a_component_is_taken_without_a_warning(
    kubernetes: Kubernetes,
    dry_run: DryRun,
    namespace: str,
    tmp_path: Path,
    bed: str,
) -> None:
    _, rendered = component_changes.render_pair(ROOT, tmp_path, bed, BEDS[bed])
    enforce(kubernetes, namespace, [Object(data) for data in rendered.values()])
    for data in rendered.values():
        if data["kind"] == "SealedSecret":  # a database's password is sealed in the platform's folder: a bed has none
            data["spec"].setdefault("encryptedData", {"password": "sealed"})
    names = {'"bed"': f'"{namespace}"'}
    assert refusals(dry_run, list(rendered.values()), names) == [""] * len(rendered)


@pytest.mark.parametrize("path", ARGOCD, ids=lambda path: path.stem)
def test_argocds_own_objects_are_taken_without_a_warning(dry_run: DryRun, path: Path) -> None:
    objects = list(yaml.safe_load_all(path.read_text()))
    assert refusals(dry_run, objects) == [""] * len(objects)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"podSelektor": {}}, "field not declared in schema"),
        ({"podSelector": {}, "egress": [{"to": [{"ipBlock": {"cidr": "fd00::1/64"}}]}]}, "is ambiguous"),
    ],
)
def test_a_planted_fault_is_refused(dry_run: DryRun, namespace: str, spec: dict, words: str) -> None:
    metadata = {"name": "planted", "namespace": namespace}
    fault = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
    assert words in refusals(dry_run, [fault])[0]


@pytest.mark.parametrize("group", GROUPS)
def test_manifests_are_judged_as_the_table_says(
    dry_run: DryRun,
    namespace: str,
    figures: Figures,
    group: str,
) -> None:
    cases = GROUPS[group].cases
    start = time.monotonic()
    answers = [
        refusals(dry_run, [manifests.broken(case)[1].data], {case.app.replace("/", "-"): namespace})[0]
        for case in cases
    ]
    figures.seconds("manifests", f"{len(cases)} {group} asked about", time.monotonic() - start)
    pairs = zip(cases, answers, strict=True)
    assert {case.name: answer for case, answer in pairs if not agrees(case.server, answer)} == {}


def agrees(expected: str, answer: str) -> bool:
    """Whether an answer is the one that the table has: its words, or nothing where it has none."""
    return expected in answer if expected else answer == ""
