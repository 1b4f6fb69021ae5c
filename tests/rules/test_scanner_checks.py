"""Every check of the scanners that applies is covered by a rule, or has a reason why not."""

import yaml

from tests.generators import scanner_coverage as coverage

from .. import scanners

CHECKS = [f"{scanner}:{check}" for scanner, items in coverage.checks().items() for check in items]


def problems(known: dict, covered: dict[str, list[str]]) -> set[str]:
    """Return the checks that are covered and unknown, uncovered without a reason, or excused though covered."""
    listed = {f"{scanner}:{check}": entry for scanner, items in known.items() for check, entry in items.items()}
    unknown = covered.keys() - listed.keys()
    return unknown | {check for check, entry in listed.items() if (check in covered) is ("reason" in entry)}


def test_all_are_covered_or_have_a_reason() -> None:
    assert problems(coverage.checks(), coverage.covering()) == set()


def test_what_is_wrong_is_found() -> None:
    known, covered = coverage.checks(), coverage.covering()
    before = problems(known, covered)
    del covered["checkov:CKV_K8S_16"]
    covered["checkov:CKV_K8S_1600"] = ["privileged"]
    known["kubesec"]["HostPID"]["reason"] = "needless"
    found = {"checkov:CKV_K8S_16", "checkov:CKV_K8S_1600", "kubesec:HostPID"}
    assert problems(known, covered) - before == found


def test_entries_are_complete() -> None:
    for entry in (entry for items in coverage.checks().values() for entry in items.values()):
        assert {"title"} <= entry.keys() <= {"title", "reason", "note"}, entry
        assert not {"reason", "note"} <= entry.keys(), entry
        assert all(isinstance(text, str) and text.strip() and "|" not in text for text in entry.values()), entry


def test_each_scanner_is_there() -> None:
    assert {*coverage.checks()} == {"checkov", "kube-linter", "kube-score", "polaris", "kubescape", "kubesec"}


def test_what_the_scans_except_is_listed_here() -> None:
    excepted = yaml.safe_load(scanners.EXCEPTIONS.read_text())
    assert {f"{scanner}:{entry['check']}" for scanner, items in excepted.items() for entry in items} <= {*CHECKS}
