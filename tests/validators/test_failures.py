"""Whatever part of the check fails at one app: one finding for it, and all other apps are judged."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from validators import rules
from validators.app import suppress
from validators.check import run
from validators.check.selection import Options
from validators.finding import Finding
from validators.ownership import baseline

from .repository import with_examples

OTHER, FAILING = "example/minimal", "example/blog"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    top = with_examples(tmp_path, OTHER, FAILING).root
    path = top / "overlays/ungleich" / OTHER / "sizing.yaml"  # seen in the render of the other app
    path.write_text(path.read_text().replace('requests.cpu: "2"', "requests.cpu: 1m"))
    return top


def check(root: Path, *, cached: bool = False) -> list[Finding]:
    return run.check(Options(root=root, cached=cached, workers=1)).findings


def failing(function: Any) -> Any:
    """Return a function that fails where it gets the one app, and does as before for all others."""

    def fails(*given: Any) -> Any:
        if any(getattr(item, "name", item) == FAILING for item in given):
            raise KeyError("planted\n")
        return function(*given)

    return fails


def only_the_failure(found: list[Finding], what: str) -> None:
    assert any(finding.rule == "quota" and finding.app == OTHER for finding in found)
    (failed,) = [finding for finding in found if finding.app == FAILING]
    assert (failed.rule, failed.severity) == ("check-failed", "error")
    assert f"{what} ended with KeyError: 'planted\\n'" in failed.message
    assert failed.place.path == f"overlays/customers/{FAILING}/kustomization.yaml"
    assert "ask ungleich (support@example.com) for a fix, with this line" in failed.hint


@pytest.mark.parametrize("rule_id", ["customer-patches", "object-set", "host-duplicate"])
def test_a_rule(root: Path, monkeypatch: pytest.MonkeyPatch, rule_id: str) -> None:
    rule = rules.every()[rule_id]
    facts = rule.facts and failing(rule.facts)
    planted = replace(rule, check=rule.check if facts else failing(rule.check), facts=facts)
    chosen = [planted if other.id == rule_id else other for other in rules.of_scope(rule.scope)]
    of_scope = rules.of_scope
    monkeypatch.setattr(rules, "of_scope", lambda scope: chosen if scope == rule.scope else of_scope(scope))
    only_the_failure(check(root), f"the rule {rule_id}")


@pytest.mark.parametrize(("module", "name"), [(suppress, "of"), (baseline, "of"), (baseline, "fill")])
def test_a_step(root: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    monkeypatch.setattr(module, name, failing(getattr(module, name)))
    only_the_failure(check(root), "")


def test_a_rule_at_an_object_names_its_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = rules.every()["disruption-budget"]
    planted = replace(rule, check=lambda obj, app: 1 / 0)
    of_scope = rules.of_scope
    monkeypatch.setattr(rules, "of_scope", lambda scope: [planted] if scope == rules.OBJECT else of_scope(scope))
    failed = {finding.place.path for finding in check(root) if finding.rule == "check-failed"}
    assert failed
    assert not any(path.endswith("kustomization.yaml") for path in failed), failed


def test_a_rule_of_the_fleet_takes_nothing_from_the_apps(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = replace(rules.every()["host-duplicate"], check=lambda facts: 1 / 0)
    of_scope = rules.of_scope
    monkeypatch.setattr(rules, "of_scope", lambda scope: [rule] if scope == rules.FLEET else of_scope(scope))
    found = check(root)
    assert {finding.rule for finding in found if not finding.app} == {"check-failed"}
    assert {finding.app for finding in found if finding.rule == "quota"} == {OTHER}


def test_a_failure_is_not_kept_for_the_next_run(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with monkeypatch.context() as planted:
        planted.setattr(suppress, "of", failing(suppress.of))
        assert any(finding.rule == "check-failed" for finding in check(root, cached=True))
    assert not any(finding.app == FAILING for finding in check(root, cached=True))
