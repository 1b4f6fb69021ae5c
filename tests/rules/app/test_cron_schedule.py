import pytest

from validators.kubernetes import schedule

from ..cases import Case, check

SIZING = "kind: Sizing\nspec:\n  cron: {jobs: 2, timesAnHour: 12}\n"


def job(name: str, when: str, zone: str = "Europe/Zurich") -> str:
    head = f"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\n"
    return f'{head}spec: {{schedule: "{when}", timeZone: {zone}}}\n'


def own(*jobs: str) -> dict:
    """The customer's CronJobs."""
    return {
        "kustomization.yaml": "resources: [../../../../base, cron.yaml]\n",
        "cron.yaml": "---\n".join(jobs),
        "rendered": "---\n".join(jobs),
    }


AT = "CronJob/a /spec/schedule"
GOOD = [
    "30 3 * * *",
    "*/5 * * * *",
    "0,15,30,45 8-18 * * mon-fri",
    "0 0 29 2 *",
    "0 0 31 jan,mar *",
    "0 4 31 2 sun",
    "5/20 * ? * *",
    "@daily",
    "0 0 1 */3 SUN",
]
BAD = {
    "0 6 * * 7": "'7' is no day of the week, which goes from 0 to 6; Sunday is 0",
    "60 3 * * *": "'60' is no minute",
    "0 24 * * *": "'24' is no hour",
    "0 0 0 * *": "'0' is no day of the month",
    "0 0 * foo *": "'foo' is no month",
    "0 0 31 2 *": "never comes",
    "0 0 31 4,6 *": "never comes",
    "* * * *": "has 4 fields",
    "@reboot": "has 1 field",
    "": "has 0 fields",
    "0 0 * * fri-mon": "goes backwards",
    "*/0 * * * *": "a step of 0",
    "0 0 * * * *": "has 6 fields",
    "0 0 L * *": "is no day of the month",
    "1;2 0 * * *": "is no minute",
    "\u0663 0 * * *": "is no minute",
}
CASES = [
    *(Case(when, job("a", when)) for when in GOOD),
    *(Case(when or "nothing", job("a", when), [f"{AT} # {why}"]) for when, why in BAD.items()),
    Case("no schedule", "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {}\n", [f"{AT} # has 0"]),
    Case("no such zone", job("a", "0 0 * * *", "Europe/Bern"), ["CronJob/a /spec/timeZone # no time zone"]),
    Case("a zone that leads out", job("a", "0 0 * * *", "../../etc"), ["CronJob/a /spec/timeZone # no time zone"]),
    Case("as many as granted", own(job("cron-a", "*/5 * * * *"), job("cron-b", "0 3 * * *")), sizing=SIZING),
    Case(
        "more than granted",
        own(*(job(f"cron-{name}", "0 3 * * *") for name in "abcd")),
        ["CronJob/cron-c /metadata/name # more than 2"],
        SIZING,
    ),
    Case(
        "each minute",
        own(job("cron-a", "* * * * *")),
        ["CronJob/cron-a /spec/schedule # runs 60 times an hour, and cron.timesAnHour grants 12"],
        SIZING,
    ),
    Case("each minute, by the platform", job("report", "* * * * *"), sizing=SIZING),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("cron-schedule", case)


def test_the_numbers() -> None:
    when = schedule.parse("5/20 8-10 * feb mon,SAT")
    assert when.minutes == {5, 25, 45}
    assert when.hours == {8, 9, 10}
    assert when.months == {2}
    assert when.weekdays == {1, 6}
