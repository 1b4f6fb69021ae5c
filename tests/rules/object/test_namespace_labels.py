import pytest

from ..cases import Case, check
from ..workloads import manifest

LABELS = "Namespace/example-app /metadata/labels"
CUSTOMER, APP = "hosting.ungleich.ch/customer", "hosting.ungleich.ch/app"


def given(**labels: str) -> str:
    return manifest(
        "Namespace", "example-app", metadata={"labels": {f"hosting.ungleich.ch/{key}": labels[key] for key in labels}}
    )


CASES = [
    Case("the names of its folder", given(customer="example", app="app")),
    Case("with others", given(customer="example", app="app", role="ingress")),
    Case("what isn't a namespace", manifest("ConfigMap", "a")),
    Case("neither", given(), [f"{LABELS} # the labels {CUSTOMER} and {APP} are missing"]),
    Case("one alone", given(customer="example"), [f"{LABELS} # the label {APP} is missing"]),
    Case(
        "another customer's", given(customer="other", app="app"), [f"{LABELS}/hosting.ungleich.ch~1customer # is other"]
    ),
    Case("another app's", given(customer="example", app="other"), [f"{LABELS}/hosting.ungleich.ch~1app # is other"]),
    Case(
        "one wrong, one missing", given(app="other"), [f"{LABELS} # {CUSTOMER}", f"{LABELS}/hosting.ungleich.ch~1app"]
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("namespace-labels", case)
