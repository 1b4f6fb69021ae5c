import pytest

from ..cases import Case, check
from ..workloads import manifest


def given(version: str, kind: str) -> str:
    return manifest(kind, "a", apiVersion=version)


def unknown(version: str, kind: str, field: str = "apiVersion") -> Case:
    found = f"{kind}/a /{field} # no kind {kind!r} in {version!r}"
    return Case(f"{version} {kind} isn't there", given(version, kind), [found])


def gone(version: str, kind: str) -> Case:
    return Case(f"{version} {kind}", given(version, kind), [f"{kind}/a /apiVersion # {version} of {kind}"])


CASES = [
    Case("core", given("v1", "Service")),
    Case("stable", given("apps/v1", "Deployment")),
    Case("a newer one", given("autoscaling/v2", "HorizontalPodAutoscaler")),
    Case("a custom one", given("bitnami.com/v1alpha1", "SealedSecret")),
    Case("a route", given("gateway.networking.k8s.io/v1", "HTTPRoute")),
    Case("a route that isn't stable yet", given("gateway.networking.k8s.io/v1alpha2", "TCPRoute")),
    Case("an operator's", given("cert-manager.io/v1", "Certificate")),
    Case("another operator's kind of that name", given("cluster.x-k8s.io/v1beta1", "Cluster")),
    unknown("app/v1", "Deployment"),
    unknown("apps/v3", "Deployment"),
    unknown("apps/v1", "Job"),
    unknown("", "Service"),
    unknown("postgresql.cnpg.io/v2", "Cluster"),
    unknown("apps/v1", "Deploymnet", "kind"),
    unknown("v1", "", "kind"),
    gone("extensions/v1beta1", "Deployment"),
    gone("apps/v1beta2", "StatefulSet"),
    gone("batch/v1beta1", "CronJob"),
    gone("policy/v1beta1", "PodDisruptionBudget"),
    gone("networking.k8s.io/v1beta1", "Ingress"),
    gone("autoscaling/v2beta2", "HorizontalPodAutoscaler"),
    gone("gateway.networking.k8s.io/v1beta1", "HTTPRoute"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("api-version", case)
