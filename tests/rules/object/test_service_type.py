import pytest

from ..cases import Case, check
from ..workloads import manifest

SPEC = "Service/web /spec"


def given(**spec: object) -> str:
    return manifest("Service", "web", spec=spec)


CASES = [
    Case("not said", given(ports=[{"port": 80}])),
    Case("inside", given(type="ClusterIP", clusterIP="None")),
    Case("a fixed address inside", given(clusterIP="fd00::1")),
    Case("LoadBalancer", given(type="LoadBalancer"), [f"{SPEC}/type # LoadBalancer"]),
    Case("NodePort", given(type="NodePort", ports=[{"nodePort": 30000}]), [f"{SPEC}/type", f"{SPEC}/ports/0/nodePort"]),
    Case(
        "ExternalName",
        given(type="ExternalName", externalName="example.com"),
        [f"{SPEC}/type", f"{SPEC}/externalName # sets externalName"],
    ),
    Case("an address of somebody", given(externalIPs=["2001:db8::1"]), [f"{SPEC}/externalIPs"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("service-type", case)
