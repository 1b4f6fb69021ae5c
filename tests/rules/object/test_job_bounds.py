import pytest

from ..cases import Case, check
from ..workloads import manifest, workload

BOUNDS = {"activeDeadlineSeconds": 1800, "backoffLimit": 2}
CRON = {"concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 60}


def cron(job: dict, **spec: object) -> str:
    return manifest("CronJob", "nightly", spec={**CRON, **spec, "jobTemplate": {"spec": job}})


CASES = [
    Case("bounded", workload("Job", "migrate", spec=BOUNDS)),
    Case("no second try", workload("Job", "migrate", spec={**BOUNDS, "backoffLimit": 0})),
    Case("as long as allowed", workload("Job", "migrate", spec={"activeDeadlineSeconds": 21600, "backoffLimit": 6})),
    Case("bounded, each night", cron(BOUNDS)),
    Case(
        "unbounded",
        workload("Job", "migrate"),
        ["Job/migrate /spec/activeDeadlineSeconds # has no activeDeadlineSeconds", "Job/migrate /spec/backoffLimit"],
    ),
    Case(
        "too long",
        workload("Job", "migrate", spec={"activeDeadlineSeconds": 21601, "backoffLimit": 7}),
        ["Job/migrate /spec/activeDeadlineSeconds # above 21600", "Job/migrate /spec/backoffLimit # above 6"],
    ),
    Case(
        "unbounded, each night",
        cron({"backoffLimit": 2}),
        ["CronJob/nightly /spec/jobTemplate/spec/activeDeadlineSeconds"],
    ),
    Case("twice at a time", cron(BOUNDS, concurrencyPolicy="Allow"), ["CronJob/nightly /spec/concurrencyPolicy"]),
    Case("no deadline", cron(BOUNDS, startingDeadlineSeconds=None), ["CronJob/nightly /spec/startingDeadlineSeconds"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("job-bounds", case)
