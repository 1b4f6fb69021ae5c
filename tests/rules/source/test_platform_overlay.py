import pytest

from ..cases import Case, check

GOOD = "namespace: example-app\nresources:\n  - ../../../customers/example/app\n  - sizing.yaml\n"
K = "platform/kustomization.yaml"
CASES = [
    Case("right", {K: GOOD}),
    Case("another namespace", {K: GOOD.replace("example-app", "example-ap")}, [f"{K}:1 # namespace"]),
    Case("no namespace", {K: GOOD.replace("namespace: example-app\n", "")}, [f"{K}:1 # namespace"]),
    Case("another's folder", {K: GOOD.replace("example/app", "example/other")}, [f"{K}:2 # another app's"]),
    Case(
        "not the customer's", {K: GOOD.replace("  - ../../../customers/example/app\n", "")}, [f"{K}:2 # isn't listed"]
    ),
    Case("no sizes", {K: GOOD.replace("  - sizing.yaml\n", "")}, [f"{K}:2 # sizing.yaml"]),
    Case("an anchor", {K: GOOD, "platform/a.yaml": "a: &b c\n"}, ["platform/a.yaml:1 # anchor"]),
    Case("no platform folder", {"absent": ["platform"]}, ["kustomization.yaml:1 # no platform folder"]),
    Case("no kustomization", {K: "- a\n"}, [f"{K}:1 # no kustomization"]),
    Case("no customer's folder", {K: GOOD, "absent": ["customer"]}, [f"{K}:2 # there is no overlays"]),
    Case("a link", {K: GOOD, "refused": {"platform": {"x": "is a symbolic link; no"}}}, ["platform/x:1 # link"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("platform-overlay", case)
