import pytest

from ..cases import Case, check
from ..workloads import workload

APPARMOR = "container.apparmor.security.beta.kubernetes.io"
POD = "Deployment/web /spec/template/spec/securityContext"
CASES = [
    Case("nothing", workload()),
    Case("AppArmor's default", workload(pod={"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}})),
    Case("empty lists", workload(pod={"securityContext": {"sysctls": [], "seLinuxOptions": {}}})),
    Case(
        "an annotation like it",
        workload(annotations={f"{APPARMOR}/web": "runtime/default"}),
    ),
    Case("sysctl", workload(pod={"securityContext": {"sysctls": [{"name": "a"}]}}), [f"{POD}/sysctls # sets sysctls"]),
    Case("SELinux", workload(pod={"securityContext": {"seLinuxOptions": {"user": "a"}}}), [f"{POD}/seLinuxOptions"]),
    Case(
        "SELinux of a container",
        workload(container={"securityContext": {"seLinuxOptions": {"type": "spc_t"}}}),
        ["Deployment/web /spec/template/spec/containers/0/securityContext/seLinuxOptions"],
    ),
    Case(
        "AppArmor off",
        workload(pod={"securityContext": {"appArmorProfile": {"type": "Unconfined"}}}),
        [f"{POD}/appArmorProfile/type # Unconfined"],
    ),
    Case(
        "AppArmor off by annotation",
        workload(annotations={f"{APPARMOR}/web": "unconfined"}),
        [f"Deployment/web /spec/template/metadata/annotations/{APPARMOR}~1web # unconfined"],
    ),
    Case(
        "Windows",
        workload(pod={"securityContext": {"windowsOptions": {"hostProcess": True}}}),
        [f"{POD}/windowsOptions"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("kernel-options", case)
