import pytest

from ..cases import Case, check
from .test_app_file import GOOD

K = "platform/kustomization.yaml"

CASES = [
    Case("there", {"platform/app.yaml": GOOD}),
    Case("malformed is another rule's", {"platform/app.yaml": "spec: {}\n"}),
    Case("no kustomization either", {"absent": (K,)}),
    Case("no platform folder", {"absent": ("platform",)}),
    Case("missing", {}, [f"{K}:1 # there is no app.yaml"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("app-file-missing", case)
