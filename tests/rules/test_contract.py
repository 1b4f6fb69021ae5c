"""Every rule keeps the contract: a page whose examples run, a hint, an id of its own, and a test of the same name."""

import re
from pathlib import Path

import pytest

from validators import rules
from validators.finding import SEVERITIES
from validators.rules import doc

from ..zones import OURS
from . import cases

IDS = Path(rules.__file__).parent / "ids.txt"


def ids() -> dict[str, str]:
    """Return the committed ids: id -> "rule", or "retired" for one that must not come back."""
    lines = [line for line in IDS.read_text().splitlines() if line and not line.startswith("#")]
    entries = [line.split() for line in lines]
    assert len({name for name, _ in entries}) == len(entries), "an id stands there twice"
    return dict(entries)


def test_ids_are_committed_and_never_reused() -> None:
    committed = ids()
    assert set(committed.values()) <= {"rule", "retired"}
    assert {name for name, state in committed.items() if state == "rule"} == set(rules.every())


def test_there_are_rules() -> None:
    assert len(rules.every()) == sum(len(list(rules.names(scope))) for scope in rules.SCOPES) > 10


@pytest.mark.parametrize("rule_id", rules.every())
def test_rule_is_complete(rule_id: str) -> None:
    rule = rules.every()[rule_id]
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.id)
    assert rule.module.__name__.rpartition(".")[2] == rule.id.replace("-", "_")
    assert rule.severity in SEVERITIES
    assert rule.scope in rules.SCOPES
    assert rule.hint and not rule.hint.endswith(".") and "\n" not in rule.hint
    assert (rule.facts is not None) is (rule.scope == rules.FLEET)
    parsed = doc.parse(rule.doc)
    missing = [name for name, text in parsed.sections.items() if not text.strip()]
    assert parsed.title and not missing, f"the page lacks {missing}"


@pytest.mark.parametrize("rule_id", rules.every())
def test_page_examples_run(rule_id: str) -> None:
    cases.check_page(rule_id)


@pytest.mark.parametrize("rule_id", rules.every())
def test_rule_has_good_and_bad_cases(rule_id: str) -> None:
    table = cases.table(rules.every()[rule_id])
    assert any(case.finds for case in table), "no bad case"
    assert any(not case.finds for case in table), "no good case"


SAID = ("rules", "ownership", "policy", "sources", "check", "app", "kubernetes", "render")


def named(root: Path) -> list[str]:
    """Return the lines below a folder that name this repository's hoster, as whom to ask or as the platform's folder.

    The one is a fact of the cluster, the other is asked of sources/zones.py. `hosting.ungleich.ch` is an API's name.
    """
    pattern = re.compile(rf"(?<!hosting\.)\b{re.escape(OURS.name)}\b")
    files = [path for path in sorted(root.rglob("*")) if path.suffix in (".py", ".yaml", ".json", ".sql")]
    return [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if pattern.search(line)
    ]


def test_no_hoster_is_named() -> None:
    assert named(Path(rules.__file__).parents[1]) == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('PLATFORM = "overlays/ungleich"', True),
        ('for zone in ("customers", "ungleich"):', True),
        ("Fix: delete it, or ask ungleich for more.", True),
        ('LABEL = "hosting.ungleich.ch/app"', False),
    ],
)
def test_a_named_hoster_is_found(tmp_path: Path, line: str, wrong: bool) -> None:
    (tmp_path / "commands").mkdir()
    (tmp_path / "commands/planted.py").write_text(f"{line}\n")
    assert named(tmp_path) == ([f"commands/planted.py: {line}"] if wrong else [])


def test_nobody_parses_a_message() -> None:
    """What to do is data, see Advice: no message is taken apart to find it."""
    root = Path(rules.__file__).parents[1]
    pattern = re.compile(r"""(message|hint|str\(problem\)|problem)\)?\.(partition|split|rpartition|removeprefix)\(""")
    files = [path for folder in SAID for path in (root / folder).rglob("*.py")]
    assert [path.name for path in files if pattern.search(path.read_text(encoding="utf-8"))] == []
    assert pattern.search('message, _, hint = refusal.message.partition("; ")')
