"""Every check of the scanners that applies is covered by a rule, or has a reason; nothing is said of checks that aren't."""

import pytest
import yaml

from validators.generators import scanner_coverage as coverage

from .. import scanners

CHECKS = [f"{scanner}:{check}" for scanner, items in coverage.checks().items() for check in items]


def problems(known: dict, covered: dict[str, list[str]]) -> set[str]:
    """Return the checks that are covered and unknown, uncovered without a reason, or excused though covered."""
    listed = {f"{scanner}:{check}": entry for scanner, items in known.items() for check, entry in items.items()}
    unknown = covered.keys() - listed.keys()
    return unknown | {check for check, entry in listed.items() if (check in covered) is ("reason" in entry)}


def test_all_are_covered_or_have_a_reason() -> None:
    assert problems(coverage.checks(), coverage.covering()) == set()


@pytest.mark.parametrize("check", ["checkov:CKV_K8S_16", "kubesec:HostPID"])
def test_a_lost_rule_is_found(check: str) -> None:
    covered = coverage.covering()
    del covered[check]
    assert problems(coverage.checks(), covered) == {check}


def test_an_invented_check_is_found() -> None:
    invented = {"checkov:CKV_K8S_1600": ["privileged"]}
    assert problems(coverage.checks(), coverage.covering() | invented) == set(invented)


def test_a_needless_reason_is_found() -> None:
    known = coverage.checks()
    known["checkov"]["CKV_K8S_16"]["reason"] = "not needed"
    assert problems(known, coverage.covering()) == {"checkov:CKV_K8S_16"}


@pytest.mark.parametrize("check", CHECKS)
def test_entry_is_complete(check: str) -> None:
    scanner, _, name = check.partition(":")
    entry = coverage.checks()[scanner][name]
    assert {"title"} <= entry.keys() <= {"title", "reason", "note"}
    assert not {"reason", "note"} <= entry.keys()
    assert all(isinstance(text, str) and text.strip() and "|" not in text for text in entry.values())


def test_each_scanner_is_there() -> None:
    assert {*coverage.checks()} == {"checkov", "kube-linter", "kube-score", "polaris", "kubescape", "kubesec"}


def test_what_the_scans_except_is_listed_here() -> None:
    excepted = yaml.safe_load(scanners.EXCEPTIONS.read_text())
    assert {f"{scanner}:{entry['check']}" for scanner, items in excepted.items() for entry in items} <= {*CHECKS}
