"""The components, in the order in which a kustomization.yaml lists them.

kustomize applies them in list order, so what adds a workload comes before what patches workloads.
"""

# overlays/customers/<customer>/<app>: what runs.
CUSTOMER_ORDER = (
    "sealed-secrets",
    "restart-on-change",
    "private-registry",
    "init-container",
    "async",
    "async-container",
    "scheduler",
    "ingress",
    "gateway",
    "hosts/2",
    "hosts/3",
    "hosts/4",
    "egress",
)

# overlays/ungleich/<customer>/<app>: on what, and how big.
PLATFORM_ORDER = (
    "tenant",
    "nfs-server",
    "postgres/standalone",
    "postgres/cnpg",
    "postgres/external",
    "valkey",
    "storage/rwo",
    "storage/nfs",
    "storage/cephfs",
    "monitoring",
    "sizing",
)

ORDER = CUSTOMER_ORDER + PLATFORM_ORDER
