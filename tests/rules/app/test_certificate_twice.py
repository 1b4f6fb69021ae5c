import pytest

from ..cases import Case, check

LISTED = {"platform/kustomization.yaml": "components:\n  - ../../../../components/certificate\n"}
SEALED = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: web-tls}\n"
CASES = [
    Case("sealed alone", {"rendered": SEALED}),
    Case("issued alone", {**LISTED, "rendered": SEALED.replace("web-tls", "other")}),
    Case("both", {**LISTED, "rendered": SEALED}, ["SealedSecret/web-tls / # would overwrite it"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("certificate-twice", case)
