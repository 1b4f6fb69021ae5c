import pytest

from validators.policy.clock import minute

from ..cases import Case, check


def job(schedule: str, zone: str = "timeZone: Etc/UTC", name: str = "backup") -> str:
    """Return a CronJob's text."""
    return f'kind: CronJob\nmetadata: {{name: {name}}}\nspec:\n  schedule: "{schedule}"\n  {zone}\n'


OWN = minute("example-app")
OTHER = (OWN + 1) % 60
AT = "CronJob/backup /spec"
CASES = [
    Case("its own", job(f"{OWN} 2 * * *")),
    Case("another hour", job(f"{OWN} 23 * * *")),
    Case("another CronJob", job(f"{OTHER} 2 1 * *", name="report")),
    Case("copied", job(f"{OTHER} 2 * * *"), [f"{AT}/schedule # minute {OTHER}, and that of example-app is {OWN}"]),
    Case("no such hour", job(f"{OWN} 24 * * *"), [f"{AT}/schedule # isn't one hour of every day"]),
    Case("weekly", job(f"{OWN} 2 * * 0"), [f"{AT}/schedule # isn't one hour of every day"]),
    Case("too short", job(str(OWN)), [f"{AT}/schedule # isn't one hour of every day"]),
    Case("a name for it", job("@daily"), [f"{AT}/schedule # isn't one hour of every day"]),
    Case("summer time", job(f"{OWN} 2 * * *", "timeZone: Europe/Zurich"), [f"{AT}/timeZone # read in Europe/Zurich"]),
    Case("no zone", job(f"{OWN} 2 * * *", "suspend: false"), [f"{AT}/timeZone # the cluster's time zone"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("backup-clock", case)


def test_a_thousand_apps_are_spread_over_the_hour() -> None:
    minutes = [minute(f"customer{number % 100}-app{number}") for number in range(1000)]
    assert max(map(minutes.count, range(60))) <= 3 * 1000 / 60
