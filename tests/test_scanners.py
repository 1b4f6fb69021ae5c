"""checkov and kube-score find nothing on any platform folder but what is excepted by name; planted faults are found."""

from pathlib import Path

import pytest
import yaml

from validators.render import kustomize

from . import scanners
from .conftest import ROOT, tool

pytestmark = [pytest.mark.scanners, pytest.mark.xdist_group("scanners")]

PRIVILEGED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "bad",
        "namespace": "bad",
        "annotations": {"checkov.io/skip1": "CKV_K8S_16=no", "kube-score/ignore": "container-image-tag"},
    },
    "spec": {
        "hostNetwork": True,
        "containers": [{"name": "bad", "image": "nginx", "securityContext": {"privileged": True}}],
    },
}


@pytest.fixture(scope="module")
def scan(tmp_path_factory) -> scanners.Scan:
    tool("kube-score")
    folder = tmp_path_factory.mktemp("rendered")
    scanners.render(ROOT, folder)
    return scanners.scan(folder)


def test_no_failed_check(scan: scanners.Scan) -> None:
    left, _ = scanners.judge(scan.failures, scanners.read_waivers())
    assert left == []
    assert scan.passed["checkov"] > 1000
    assert scan.passed["kube-score"] > 300


def test_no_exception_too_many(scan: scanners.Scan) -> None:
    _, unused = scanners.judge(scan.failures, scanners.read_waivers())
    assert unused == [], f"remove them from {scanners.EXCEPTIONS.name}"


def test_planted_fault_is_found(tmp_path: Path) -> None:
    """Also where the object asks to be skipped."""
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump(PRIVILEGED))
    left, _ = scanners.judge(scanners.scan(tmp_path).failures, scanners.read_waivers())
    found = {(failure.scanner, failure.check) for failure in left}
    assert {("checkov", "CKV_K8S_16"), ("checkov", "CKV_K8S_19"), ("kube-score", "container-image-tag")} <= found


def test_planted_fault_in_an_overlay_is_found(tmp_path: Path) -> None:
    rendered = kustomize.find().build(ROOT / "overlays/ungleich/example/minimal").decode()
    (tmp_path / "app.yaml").write_text(
        rendered.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
    )
    left, _ = scanners.judge(scanners.scan(tmp_path).failures, scanners.read_waivers())
    assert {failure.subject for failure in left if failure.check == "CKV_K8S_22"} >= {"Deployment/web:web"}


def test_planted_exception_is_found(scan: scanners.Scan) -> None:
    planted = scanners.Waiver("checkov", "CKV_K8S_16", ("Deployment/web*",), "nobody needs this one any more")
    _, unused = scanners.judge(scan.failures, [*scanners.read_waivers(), planted])
    assert unused == ["checkov CKV_K8S_16 Deployment/web*"]


@pytest.mark.parametrize("entry", [{"check": "X", "objects": [], "reason": "long enough to be a reason"},
                                   {"check": "X", "objects": ["*"], "reason": "because"}])  # fmt: skip
def test_an_exception_needs_objects_and_a_reason(tmp_path: Path, entry: dict) -> None:
    path = tmp_path / "exceptions.yaml"
    path.write_text(yaml.safe_dump({"checkov": [entry]}))
    with pytest.raises(ValueError, match="needs check, objects and a reason"):
        scanners.read_waivers(path)
