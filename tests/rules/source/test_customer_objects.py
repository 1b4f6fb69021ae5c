import pytest

from ..cases import Case, check

K = {"kustomization.yaml": "resources: [../../../../base, a.yaml]\n"}
GOOD = """apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: mine
  namespace: example-app
spec:
  encryptedData:
    A: AgBx
"""
CRON_JOB = """apiVersion: batch/v1
kind: CronJob
metadata:
  name: cron-clear
spec:
  schedule: "5 3 * * *"
  timeZone: Etc/UTC
  jobTemplate: {spec: {template: {spec: {containers: [{name: cron, command: [python, manage.py, clearsessions]}]}}}}
"""
CASES = [
    Case("sealed", {**K, "a.yaml": GOOD}),
    Case("a type", {**K, "a.yaml": GOOD + "  template:\n    type: kubernetes.io/tls\n"}),
    Case("no namespace", {**K, "a.yaml": GOOD.replace("  namespace: example-app\n", "")}),
    Case("a job", {**K, "a.yaml": "kind: Job\n"}, ["a.yaml:1 # Job isn't"]),
    Case("no object", {**K, "a.yaml": "- a\n"}, ["a.yaml:1 # this isn't"]),
    Case("the platform's name", {**K, "a.yaml": GOOD.replace("mine", "database-app")}, ["a.yaml:4 # belongs"]),
    Case("elsewhere", {**K, "a.yaml": GOOD.replace("example-app", "other")}, ["a.yaml:5 # namespace"]),
    Case("a template", {**K, "a.yaml": GOOD + "  template:\n    data: {}\n"}, ["a.yaml:9 # data isn't"]),
    Case(
        "an annotation",
        {**K, "a.yaml": GOOD.replace("  name:", "  annotations: {x: z}\n  name:")},
        ["a.yaml:4 # x isn't"],
    ),
    Case("not sealed", {**K, "a.yaml": GOOD.replace("AgBx", "a b")}, ["a.yaml:8 # isn't allowed"]),
    Case(
        "another ending",
        {"kustomization.yaml": "resources: [../../../../base, a.txt]\n", "a.txt": GOOD},
        ["a.txt:1 # isn't a YAML file"],
    ),
    Case(
        "twice",
        {"kustomization.yaml": "resources: [../../../../base, a.yaml, b.yaml]\n", "a.yaml": GOOD, "b.yaml": GOOD},
        ["b.yaml:4 # mine is in a.yaml already"],
    ),
    Case(
        "another name in the template",
        {**K, "a.yaml": GOOD + "  template:\n    metadata: {name: other}\n"},
        ["a.yaml:10 # template's name differs"],
    ),
    Case("a CronJob without its component", {**K, "a.yaml": CRON_JOB}, ["a.yaml:2 # needs the component cron"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-objects", case)
