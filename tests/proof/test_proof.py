"""Claims and the documentation agree, and nothing is shown as proven that no run has proven; planted faults are seen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.generators import proof

from . import __main__, claims, results

PAGE = """\
# Title

The app starts in time. It ends
in time, too.

## Numbers

Some words that lead to:

| What | How many |
|---|---|
| pods | two |

    code is no claim

| What goes wrong | Fix |
|---|---|
| the network | repair it |

- It grows. It shrinks.
"""
CLAIMS = """\
advice: [What goes wrong]
pages:
  README.md:
    sections: [Numbers]
    claims:
      - {says: "It ends in time, too.", tests: ["tests/test_app.py::test_end"]}
      - {says: "| pods | two |", tests: [tests/test_app.py]}
      - {says: It grows., tests: ["tests/test_app.py::test_grow"]}
    unproven:
      - {says: It shrinks., why: nobody tried}
  docs/status.md:
    nothing: no claims
"""
TESTS = """\
import pytest

@pytest.mark.parametrize("number", [1, 2])
def test_grow(number, record_property):
    record_property("app, growth", f"{number} Gi")

def test_end(): pass
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with a page, its claims, their tests and no results."""
    for folder in ("docs", "tests/proof"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "README.md").write_text(PAGE)
    (tmp_path / "docs/status.md").write_text("# Status\n")
    (tmp_path / "tests/test_app.py").write_text(TESTS)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\njunit_family = "xunit1"\n')
    (tmp_path / proof.RESULTS).write_text("{}")
    (tmp_path / proof.CLAIMS).write_text(CLAIMS)
    return tmp_path


def run(tree: Path, *arguments: str, name: str = "test") -> None:
    """Make a real run, of which a JUnit file is left."""
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={results.FOLDER}/{name}.xml", *arguments]
    subprocess.run(command, cwd=tree, check=False, capture_output=True)


def update(tree: Path) -> str:
    """Take the last run, and return the page."""
    wanted = sorted({test for claim in proof.claims(tree) for test in claim.tests})
    known = proof.read_results(tree)
    taken = results.update(known, wanted, claims.collect(tree, wanted), tree / results.FOLDER)
    (tree / proof.RESULTS).write_text(json.dumps(taken))
    return proof.files(tree)["docs/proof.md"]


def test_claims_and_documentation_agree() -> None:
    assert claims.problems(ROOT) == []


def test_the_page_has_every_claim() -> None:
    page = (ROOT / "docs/proof.md").read_text()
    assert len(proof.claims(ROOT)) > 50
    assert [claim.says for claim in proof.claims(ROOT) if proof.shown(claim.says) not in page] == []


def test_a_good_tree_has_no_problem(tree: Path) -> None:
    assert claims.problems(tree) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("README.md", "in time, too", "in time, often", "README.md doesn't say this"),
        ("README.md", "| pods | two |", "| pods | two |\n| nodes | three |", "'| nodes | three |' has no claim"),
        ("README.md", "It shrinks.", "It shrinks. It flies.", "'It flies.' has no claim"),
        ("README.md", "- It grows", "- It sings\n- It grows", "'It sings' has no claim"),
        ("README.md", "## Numbers", "## Figures", "has no section 'Numbers'"),
        ("claims", '["tests/test_app.py::test_end"]', "[]", "has no test"),
        ("claims", 'tests: ["tests/test_app.py::test_end"]', "why: ''", "has no test"),
        ("claims", "why: nobody", "tests: [a], why: nobody", "remove one"),
        ("claims", "docs/status.md", "docs/gone.md", "isn't there"),
        ("claims", "docs/status.md", "docs/gone.md", "no entry for docs/status.md"),
        ("claims", "sections:", "section:", "'section' isn't known"),
        ("claims", "nothing: no", "claims: []\n    nothing: no", "either `nothing`"),
    ],
)
def test_planted_fault_is_a_problem(tree: Path, file: str, old: str, new: str, says: str) -> None:
    path = tree / (proof.CLAIMS if file == "claims" else file)
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    assert [problem for problem in claims.problems(tree) if says in problem]


def test_a_test_that_is_not_there_is_missing(tree: Path) -> None:
    tests = ["tests/test_app.py::test_gone", "tests/gone", "tests/test_app.py::test_grow[3]", "tests/test_app.py"]
    text = CLAIMS.replace('["tests/test_app.py::test_end"]', json.dumps(tests))
    (tree / proof.CLAIMS).write_text(text)
    found = claims.missing(tree, claims.collect(tree, tests))
    assert [line.split("no test ")[1].split(": ")[0] for line in found] == tests[:3]


def test_what_passed_is_proven_with_its_figures(tree: Path) -> None:
    run(tree)
    page = update(tree)
    assert "3 claims: 3 passed, 0 failed, 0 not run; 1 more are not proven" in page
    assert "passed: 2 tests, 0 s | app, growth: 2 Gi" in " ".join(page.split())
    assert "nobody tried" in page
    assert claims.unproven(tree, proof.read_results(tree)) == []


def test_without_a_run_nothing_is_proven(tree: Path) -> None:
    page = update(tree)
    assert "3 claims: 0 passed, 0 failed, 3 not run" in page
    assert len(claims.unproven(tree, {})) == 3


def change_nothing(tree: Path) -> None:
    pass


def break_a_test(tree: Path) -> None:
    path = tree / "tests/test_app.py"
    path.write_text(path.read_text().replace("def test_end(): pass", "def test_end(): assert False"))


def break_a_fixture(tree: Path) -> None:
    path = tree / "tests/test_app.py"
    path.write_text(path.read_text().replace("def test_end(): pass", "def test_end(nothing): pass"))


def skip_a_test(tree: Path) -> None:
    path = tree / "tests/test_app.py"
    path.write_text(path.read_text().replace("def test_end(): pass", "def test_end(): pytest.skip()"))


@pytest.mark.parametrize(
    ("change", "arguments", "counts"),
    [
        (break_a_test, [], "1 passed, 2 failed, 0 not run"),
        (break_a_fixture, [], "1 passed, 2 failed, 0 not run"),
        (skip_a_test, [], "1 passed, 0 failed, 2 not run"),
        (change_nothing, ["-k", "test_end"], "1 passed, 0 failed, 2 not run"),
        (change_nothing, ["-k", "test_grow and 1"], "0 passed, 0 failed, 3 not run"),
    ],
)
def test_what_did_not_pass_whole_is_not_proven(
    tree: Path, change: Callable[[Path], object], arguments: list[str], counts: str
) -> None:
    change(tree)
    run(tree, *arguments)
    assert counts in update(tree)
    assert claims.unproven(tree, proof.read_results(tree))


def test_a_later_run_of_a_part_keeps_the_rest(tree: Path) -> None:
    run(tree)
    update(tree)
    break_a_test(tree)
    run(tree, "-k", "test_end")
    assert "1 passed, 2 failed, 0 not run" in update(tree)
    (tree / "tests/test_app.py").write_text(TESTS)
    run(tree, "-k", "test_end")
    assert "2 passed, 1 failed, 0 not run" in update(tree), "the claim on the whole file needs a whole run"


def test_the_last_run_counts_whatever_its_file_is_called(tree: Path) -> None:
    break_a_test(tree)
    run(tree, name="test")
    (tree / "tests/test_app.py").write_text(TESTS)
    run(tree, name="test.1764170000")
    assert "3 passed, 0 failed, 0 not run" in update(tree)
    assert "`make test`" in update(tree)
    break_a_test(tree)
    run(tree, name="test")
    assert "1 passed, 2 failed, 0 not run" in update(tree)


def test_the_commands_of_make(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def call(what: str) -> int:
        monkeypatch.setattr(sys, "argv", ["proof", what])
        return __main__.main()

    monkeypatch.setattr(__main__, "ROOT", tree)
    monkeypatch.setattr(__main__, "PAGES", [proof])
    assert call("check") == 1
    assert "'It grows.': not run: run its tests, then `make proof`" in capsys.readouterr().err
    run(tree)
    assert (call("update"), call("check")) == (0, 0)
    assert "3 passed" in (tree / "docs/proof.md").read_text()
    (tree / "README.md").write_text(PAGE.replace("It grows", "It shines"))
    assert call("check") == 1
