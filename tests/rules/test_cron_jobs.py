"""A CronJob's pod is a pod like any other: what a rule finds in a Deployment's, it finds in a CronJob's."""

from collections.abc import Collection
from typing import Any

import pytest
import yaml

from validators import rules
from validators.policy.pods import POD_SPECS

from . import cases
from .cases import Case

TEMPLATE = "/spec/template/"
OTHERWISE = {
    "ipv4-bind": "nobody connects to it",
    "server-address": "nobody connects to it",
    "probe-host": "nobody waits for it to be ready",
    "spread": "it has no replicas",
    "startup-deadline": "nobody waits for it to be ready",
    "rwo-writers": "migrate-media says so of what runs to an end",
    "schema": "a kind has a schema when a component makes it",
    "size-differs": "component.yaml says which objects have a size",
}
"""Rules that don't look at a CronJob's pod, or not at one that no component makes, and why."""


def pods(but: Collection[str] = OTHERWISE.keys()) -> list[tuple[str, Case]]:
    """Return the cases in which all that is found is in the pods of Deployments."""
    found = []
    for rule_id, rule in rules.every().items():
        if rule_id in but:
            continue
        for case in cases.table(rule) if rule.scope in (rules.OBJECT, rules.APP) else []:
            inside = [TEMPLATE in where and where.startswith("Deployment/") for where in case.finds]
            # Whether a pod starts again is another matter for what runs to an end.
            if isinstance(case.given, str) and inside and all(inside) and "restartPolicy" not in case.given:
                found.append((rule_id, case))
    return found


def as_cron_job(obj: Any) -> Any:
    if not isinstance(obj, dict) or obj.get("kind") != "Deployment":
        return obj
    spec = {key: value for key, value in obj["spec"].items() if key != "template"}
    if "template" in obj["spec"]:
        template = obj["spec"]["template"]
        if "spec" in template:
            template = {**template, "spec": {"restartPolicy": "Never", **template["spec"]}}
        spec["jobTemplate"] = {"spec": {"template": template}}
    version = {"apiVersion": "batch/v1"} if "apiVersion" in obj else {}
    return {**obj, **version, "kind": "CronJob", "spec": spec}


@pytest.mark.parametrize("rule_id, case", [pytest.param(*one, id=f"{one[0]}-{one[1]}") for one in pods()])
def test_found_there_too(rule_id: str, case: Case) -> None:
    assert found_in(rule_id, cron_jobs(case), case.sizing) == wanted(case)


def cron_jobs(case: Case) -> str:
    return yaml.safe_dump_all([as_cron_job(obj) for obj in yaml.safe_load_all(case.given)], sort_keys=False)


def wanted(case: Case) -> list[str]:
    places = [where.partition(" # ")[0] for where in case.finds]
    return [
        place.replace("Deployment/", "CronJob/", 1).replace(TEMPLATE, "/spec/jobTemplate/spec/template/")
        for place in places
    ]


@pytest.mark.parametrize("rule_id", OTHERWISE)
def test_each_exception_is_one(rule_id: str) -> None:
    """It would fail in the table above."""
    tried = [case for one, case in pods(but=()) if one == rule_id]
    assert any(found_in(rule_id, cron_jobs(case), case.sizing) != wanted(case) for case in tried)


def found_in(rule_id: str, given: str, sizing: str) -> list[str]:
    return [cases._where(problem) for problem in cases.problems(rule_id, given, sizing)]


def test_there_are_many() -> None:
    assert len({rule_id for rule_id, _ in pods()}) > 25
    assert POD_SPECS["CronJob"] == ("spec", "jobTemplate", "spec", "template", "spec")
