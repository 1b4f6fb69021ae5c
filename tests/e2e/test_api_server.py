"""What the API server says, by dry runs: it takes every render without a warning, and judges tests/api_server's manifests."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from tests.api_server import manifests
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.processes import CommandError
from tests.conftest import PLATFORM_FOLDERS, ROOT
from tests.e2e.figures import Figures
from validators.generators import component_changes
from validators.objects import Object
from validators.tree import PLATFORM

APPS = [folder.relative_to(PLATFORM).as_posix() for folder in PLATFORM_FOLDERS]
ARGOCD = sorted((ROOT / "tests/golden/argocd").glob("*.yaml"))
BEDS = yaml.safe_load((ROOT / component_changes.BEDS).read_text())
GROUPS = manifests.groups()
LEVEL = "pod-security.kubernetes.io/enforce"
ADDRESSES = "fd00:10:96::"
"""Where the examples' NFS servers have fixed addresses: the Services of the platform's cluster."""


def refusal(kubernetes: Kubernetes, objects: list[dict], names: dict[str, str] | None = None) -> str:
    """Return what the API server has against objects, warnings too; "" if nothing. `names` are replaced in all texts.

    As ArgoCD sends them: applied on the server's side, unknown fields refused.
    """
    text = "\n".join(map(json.dumps, objects))
    for old, new in (names or {}).items():
        text = text.replace(old, new)
    options = ("--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "--warnings-as-errors")
    try:
        kubernetes.kubectl("apply", *options, "--filename=-", stdin=text)
    except CommandError as error:
        return error.stderr.strip().replace("\n", " ")
    return ""


def enforce(kubernetes: Kubernetes, namespace: str, objects: list[Object]) -> None:
    """Have the namespace warn of pods as that of a render would refuse them: a dry run makes no pods."""
    for item in objects:
        if item.kind == "Namespace":
            level = item.labels[LEVEL]
            kubernetes.kubectl("label", "namespace", namespace, f"pod-security.kubernetes.io/warn={level}")


@pytest.mark.parametrize("app", APPS)
def test_an_app_is_taken_without_a_warning(
    kubernetes: Kubernetes,
    namespace: str,
    figures: Figures,
    app: str,
) -> None:
    objects = list(manifests.render(app))
    enforce(kubernetes, namespace, objects)
    start = time.monotonic()
    services = kubernetes.settings.data["network"]["services"].partition("::")[0]
    names = {app.replace("/", "-"): namespace, ADDRESSES: f"{services}::"}
    assert refusal(kubernetes, [item.data for item in objects], names) == ""
    figures.seconds(app.replace("/", "-"), f"dry run of {len(objects)} objects", time.monotonic() - start)


@pytest.mark.parametrize("bed", BEDS)
def test_a_component_is_taken_without_a_warning(
    kubernetes: Kubernetes,
    namespace: str,
    tmp_path: Path,
    bed: str,
) -> None:
    _, rendered = component_changes.render_pair(ROOT, tmp_path, bed, BEDS[bed])
    enforce(kubernetes, namespace, [Object(data) for data in rendered.values()])
    for data in rendered.values():
        if data["kind"] == "SealedSecret":  # a database's password is sealed in the platform's folder: a bed has none
            data["spec"].setdefault("encryptedData", {"password": "sealed"})
    assert refusal(kubernetes, list(rendered.values()), {'"bed"': f'"{namespace}"'}) == ""


@pytest.mark.parametrize("path", ARGOCD, ids=lambda path: path.stem)
def test_argocds_own_objects_are_taken_without_a_warning(kubernetes: Kubernetes, path: Path) -> None:
    assert refusal(kubernetes, list(yaml.safe_load_all(path.read_text()))) == ""


def test_a_planted_fault_is_refused(kubernetes: Kubernetes, namespace: str) -> None:
    objects = [item.data for item in manifests.render("example/minimal")]
    for planted, words in (
        ({"spec": {"podSelektor": {}}}, "field not declared in schema"),
        ({"spec": {"podSelector": {}, "egress": [{"to": [{"ipBlock": {"cidr": "fd00::1/64"}}]}]}}, "is ambiguous"),
    ):
        fault = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "planted"}}
        assert words in refusal(kubernetes, [*objects, fault | planted], {"example-minimal": namespace})


@pytest.mark.parametrize("group", GROUPS)
def test_manifests_are_judged_as_the_table_says(
    kubernetes: Kubernetes,
    namespace: str,
    figures: Figures,
    group: str,
) -> None:
    def ask(case: manifests.Case) -> str:
        _, item = manifests.broken(case)
        return refusal(kubernetes, [item.data], {case.app.replace("/", "-"): namespace})

    cases = GROUPS[group].cases
    start = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, cases))
    figures.seconds("manifests", f"{len(cases)} {group} asked about", time.monotonic() - start)
    pairs = zip(cases, answers, strict=True)
    assert {case.name: answer for case, answer in pairs if not agrees(case.server, answer)} == {}


def agrees(expected: str, answer: str) -> bool:
    """Whether an answer is the one that the table has: its words, or nothing where it has none."""
    return expected in answer if expected else answer == ""
