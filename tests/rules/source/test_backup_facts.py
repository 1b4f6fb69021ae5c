import pytest

from validators.policy.retention import days

from ..cases import Case, check

K, F, FILE = "platform/kustomization.yaml", "cluster/facts.yaml", "overlays/cluster/facts.yaml"
LISTED = {K: "components:\n  - ../../../cluster\n  - ../../../../components/backup\n"}
GOOD = """\
spec:
  s3:
    endpoint: https://s3.example.com
    region: us-east-1
    egress: {to: [{ipBlock: {cidr: "2001:db8:53::/48"}}]}
  backups:
    keep: {all: 3d, daily: 14d, weekly: 2m, monthly: 1y}
    drilledWithin: 30
"""


def changed(old: str, new: str) -> dict[str, str]:
    assert old in GOOD
    return {**LISTED, F: GOOD.replace(old, new)}


CASES = [
    Case("whole", {**LISTED, F: GOOD}),
    Case("no backup", {K: "components:\n  - ../../../cluster\n"}),
    Case("no server", {**LISTED, F: GOOD[: GOOD.index("  s3")] + GOOD[GOOD.index("  backups") :]}, [f"{FILE}:1 # spec.s3.endpoint", f"{FILE}:1 # spec.s3.region", f"{FILE}:1 # spec.s3.egress"]),
    Case("a number", changed("us-east-1", "7"), [f"{FILE}:4 # spec.s3.region is missing, or is no text"]),
    Case("no addresses", changed("to: [{ipBlock", "ports: [{ipBlock"), [f"{FILE}:5 # spec.s3.egress doesn't say where S3 is"]),
    Case("nothing of backups", {**LISTED, F: GOOD[: GOOD.index("  backups")]}, [f"{FILE}:1 # spec.backups is missing"]),
    Case("too short", {**LISTED, F: GOOD.replace("monthly: 1y", "monthly: 1m").replace("2m", "4d")}, [f"{FILE}:8 # is 30 days, and no point is kept longer than 30"]),
    Case("no length", changed("14d", "14"), [f"{FILE}:7 # spec.backups.keep.daily is no length of time"]),
    Case("one is missing", changed("daily: 14d, ", ""), [f"{FILE}:7 # spec.backups.keep.daily is no length of time"]),
    Case("another name", changed("all: 3d", "all: 3d, yearly: 9y"), [f"{FILE}:7 # spec.backups.keep.yearly is nothing that points are kept by"]),
    Case("no cycle", changed("    drilledWithin: 30\n", ""), [f"{FILE}:6 # spec.backups.drilledWithin is no number of days"]),
    Case("true for a cycle", changed("30", "true"), [f"{FILE}:8 # spec.backups.drilledWithin is no number of days"]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("backup-facts", case)


def test_lengths_of_time() -> None:
    assert [days(text) for text in ("3d", "2m", "1y", "1y2m3d4h", "30h")] == [3, 60, 365, 428, 0]
    for text in ("", "d", "3", "3w", "-3d", "3d ", "3d2m"):
        with pytest.raises(ValueError, match="no length of time"):
            days(text)
