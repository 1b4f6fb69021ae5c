import pytest

from tests.zones import OURS
from validators.sources import rings

from ..cases import Case, check

COMMIT = "1f0c5b8e3a9d47266c1e0b7f5d2a9c8e4b6f7a01"
RINGS = f"""\
apiVersion: hosting.ungleich.ch/v1
kind: Rings
metadata: {{name: rings}}
spec:
  versions:
    - {{name: v1.4.0, commit: "{COMMIT}", taken: "2026-11-01T09:00:00Z"}}
    - {{name: v1.3.0, commit: "{COMMIT[::-1]}", taken: "2026-10-01T09:00:00Z"}}
  rings:
    - {{name: first, version: v1.4.0, since: "2026-11-01T09:00:00Z", soak: 3d, maximumAge: 60d}}
    - {{name: all, version: v1.3.0, since: "2026-10-05T09:00:00Z", soak: 12h, maximumAge: 90d, silent: [acme/shop]}}
"""
APP = "platform/app.yaml"


def app(ring: str) -> str:
    local = "{name: app, annotations: {config.kubernetes.io/local-config: 'true'}}"
    return f"apiVersion: hosting.ungleich.ch/v1\nkind: App\nmetadata: {local}\nspec:\n  ring: {ring}\n"


def changed(old: str, new: str) -> dict[str, str]:
    assert old in RINGS
    return {"rings.yaml": RINGS.replace(old, new), APP: app("all")}


CASES = [
    Case("no rings", {APP: app("all")}),
    Case("no rings, no app.yaml", {}),
    Case("the first", {"rings.yaml": RINGS, APP: app("first")}),
    Case("another", {"rings.yaml": RINGS, APP: app("all")}),
    Case("unknown", {"rings.yaml": RINGS, APP: app("al")}, [f"{APP}:5 # there is no ring 'al' in rings.yaml"]),
    Case("no ring: another rule says so", {"rings.yaml": RINGS, APP: app("all").replace("ring:", "rings:")}),
    Case("no app.yaml: another rule says so", {"rings.yaml": RINGS}),
    Case("no YAML", {"rings.yaml": "a: [\n", APP: app("all")}, [f"{OURS.rings_file}:2 # "]),
    Case("two documents", changed("kind:", "---\nkind:"), [f"{OURS.rings_file}:1 # holds 2 documents"]),
    Case("empty", {"rings.yaml": "", APP: app("all")}, [f"{OURS.rings_file}:1 # holds 0 documents"]),
    Case("an unknown key", changed("soak: 3d", "soak: 3d, wait: 1d"), [f"{OURS.rings_file}:9 # 'wait' was unexpected"]),
    Case("no soak", changed("soak: 3d, ", ""), [f'{OURS.rings_file}:9 # "soak" is a required property']),
    Case("a length of time", changed("soak: 3d", "soak: 3 days"), [f"{OURS.rings_file}:9 # spec.rings.0.soak"]),
    Case("a branch for a commit", changed(COMMIT, "main"), [f"{OURS.rings_file}:6 # spec.versions.0.commit"]),
    Case(
        "a time",
        changed('"2026-11-01T09:00:00Z"}', "2026-11-01}"),
        [f"{OURS.rings_file}:6 # which parsers read differently"],
    ),
    Case("no time", changed("2026-10-05", "2026-13-05"), [f"{OURS.rings_file}:10 # 2026-13-05T09:00:00Z is no time"]),
    Case(
        "another version",
        changed("version: v1.3.0", "version: v1.2.0"),
        [f"{OURS.rings_file}:10 # ring all has v1.2.0"],
    ),
    Case("twice", changed("name: first", "name: all"), [f"{OURS.rings_file}:10 # all is in rings twice"]),
    Case("no rings in it", {"rings.yaml": RINGS[: RINGS.index("    - {name: first")]}, [f"{OURS.rings_file}:8 # "]),
    Case("another kind", changed("kind: Rings", "kind: Ring"), [f"{OURS.rings_file}:2 # "]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("rings", case)


def test_what_is_wrong_has_a_remedy() -> None:
    for case in CASES:
        _, problems = rings.read(case.given.get("rings.yaml", RINGS).encode())
        assert all(problem.hint and problem.line for problem in problems), case


@pytest.mark.parametrize(
    ("now", "behind"),
    [("2027-01-30T08:00:00Z", []), ("2027-01-30T10:00:00Z", ["all"]), ("2036-01-01T00:00:00Z", ["all"])],
    ids=["on its last day", "a day too long", "the newest is never too old"],
)
def test_how_long_a_ring_may_stay_behind(now: str, behind: list[str]) -> None:
    known, problems = rings.read(RINGS.encode())
    assert not problems and known is not None
    assert [ring.name for ring, _ in known.too_old(rings.moment(now))] == behind
