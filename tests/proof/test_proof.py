"""Claims and the documentation agree, and nothing is shown as proven that no run has proven; planted faults are seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.generators import proof

from . import __main__, claims, files, results

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
depends:
  - tests: [tests]
    files: [app.py]
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


def commit(tree: Path) -> None:
    """Commit whatever is there."""
    name = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        [*name, "commit", "--quiet", "--allow-empty", "--message=All"],
    ):
        subprocess.run(["git", *command], cwd=tree, check=True)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with a page, its claims, their tests, what they depend on, and no results."""
    for folder in ("docs", "tests/proof"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "README.md").write_text(PAGE)
    (tmp_path / "docs/status.md").write_text("# Status\n")
    (tmp_path / "tests/test_app.py").write_text(TESTS)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\njunit_family = "xunit1"\n')
    (tmp_path / proof.RESULTS).write_text("{}")
    (tmp_path / proof.CLAIMS).write_text(CLAIMS)
    (tmp_path / ".gitignore").write_text(".cache\n__pycache__\n.pytest_cache\n")
    (tmp_path / "app.py").write_text("VERSION = 1\n")
    commit(tmp_path)
    return tmp_path


def run(tree: Path, *arguments: str, name: str = "test", committed: bool = True) -> None:
    """Make a real run, of which a JUnit file is left."""
    if committed:
        commit(tree)
    plugin = ["-p", "tests.proof.plugin"]
    command = [sys.executable, "-m", "pytest", "-q", *plugin, f"--junitxml={results.FOLDER}/{name}.xml", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(command, cwd=tree, env=environment, check=False, capture_output=True)


def update(tree: Path) -> str:
    """Take the last run, and return the page."""
    taken = results.update(tree, proof.read_results(tree), claims.collect(tree, proof.tests(tree)))
    (tree / proof.RESULTS).write_text(json.dumps(taken))
    return " ".join(proof.files(tree)["docs/proof.md"].split())


def unproven(tree: Path) -> list[str]:
    """Return the claims that no run has shown, as printed."""
    return claims.unproven(tree, proof.judged(tree, proof.read_results(tree)))


def test_claims_and_documentation_agree() -> None:
    assert claims.problems(ROOT) == []


def test_the_page_has_every_claim() -> None:
    page = " ".join((ROOT / "docs/proof.md").read_text().split())
    assert len(proof.claims(ROOT)) > 50
    assert [claim.says for claim in proof.claims(ROOT) if " ".join(proof.shown(claim.says).split()) not in page] == []


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


def counts(shown: int, stale: int, failed: int, not_run: int) -> str:
    return f"{shown} shown by runs of these files, {stale} as of earlier commits, {failed} failed, {not_run} not run"


def test_what_passed_is_proven_with_its_figures(tree: Path) -> None:
    run(tree)
    page = update(tree)
    assert f"3 claims: {counts(3, 0, 0, 0)}; 1 more are not proven" in page
    assert "passed, 2 tests, 0 s, run 1: [test_grow](../tests/test_app.py) - app, growth: 2 Gi" in page
    assert "nothing has changed since" in page
    assert "nobody tried" in page
    assert unproven(tree) == []


def test_without_a_run_nothing_is_proven(tree: Path) -> None:
    page = update(tree)
    assert f"3 claims: {counts(0, 0, 0, 3)}" in page
    assert len(unproven(tree)) == 3


def test_what_ran_with_other_files_is_as_of_its_commit(tree: Path) -> None:
    run(tree)
    update(tree)
    first = files.revision(tree).removesuffix(files.DIRTY)
    (tree / "elsewhere.py").write_text("no test depends on this\n")
    assert counts(3, 0, 0, 0) in update(tree)
    (tree / "app.py").write_text("VERSION = 2\n")
    page = update(tree)
    assert counts(0, 3, 0, 0) in page
    assert f"as of {first}: passed, 2 tests" in page
    assert "changed since: `app.py`" in page
    run(tree)
    assert counts(3, 0, 0, 0) in update(tree)
    (tree / "app.py").write_text("VERSION = 1\n")
    run(tree, "-k", "test_end")
    assert counts(1, 2, 0, 0) in update(tree)


def test_a_run_of_uncommitted_files_does_not_count(tree: Path, capsys: pytest.CaptureFixture) -> None:
    (tree / "app.py").write_text("VERSION = 2\n")
    run(tree, committed=False)
    assert counts(0, 0, 0, 3) in update(tree)
    assert ".cache/results/test.xml doesn't count: of uncommitted files" in capsys.readouterr().err
    run(tree)
    assert counts(3, 0, 0, 0) in update(tree)


def test_a_tree_that_changes_meanwhile_is_uncommitted(tree: Path) -> None:
    path = tree / "tests/test_app.py"
    path.write_text(TESTS.replace("def test_end(): pass", "def test_end(): open('app.py', 'a').write('# more')"))
    run(tree)
    assert counts(0, 0, 0, 3) in update(tree)


def test_a_result_that_names_no_commit_shows_nothing(tree: Path) -> None:
    """As one that somebody wrote into the results, of a tree that nobody has."""
    run(tree)
    update(tree)
    known = proof.read_results(tree)
    for result in known.values():
        result["versions"]["revision"] += files.DIRTY
        del result["files"]
    (tree / proof.RESULTS).write_text(json.dumps(known))
    page = " ".join(proof.files(tree)["docs/proof.md"].split())
    assert counts(0, 3, 0, 0) in page
    assert "its files are in no commit" in page


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("files: [app.py]", "files: [gone.py]", "gone.py isn't there"),
        ("tests: [tests]", "tests: [tests/other]", "tests/other isn't there"),
        ("tests: [tests]", "tests: [docs]", "tests/test_app.py is in no group"),
    ],
)
def test_what_a_test_depends_on_is_there(tree: Path, old: str, new: str, says: str) -> None:
    (tree / proof.CLAIMS).write_text(CLAIMS.replace(old, new))
    assert [problem for problem in claims.problems(tree) if says in problem]


def test_the_nearest_group_counts() -> None:
    groups = [{"tests": ["tests"], "files": ["a"]}, {"tests": ["tests/e2e", "tests/x.py"], "files": ["b"]}]
    assert files.relevant(groups, "tests/e2e/test_a.py::test_b[c]") == ["tests/e2e/test_a.py", "b"]
    assert files.relevant(groups, "tests/e2e2/test_a.py") == ["tests/e2e2/test_a.py", "a"]
    assert files.relevant(groups, "tests/x.py::test_y") == ["tests/x.py", "b"]


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
    ("change", "arguments", "expected"),
    [
        (break_a_test, [], counts(1, 0, 2, 0)),
        (break_a_fixture, [], counts(1, 0, 2, 0)),
        (skip_a_test, [], counts(1, 0, 0, 2)),
        (change_nothing, ["-k", "test_end"], counts(1, 0, 0, 2)),
        (change_nothing, ["-k", "test_grow and 1"], counts(0, 0, 0, 3)),
    ],
)
def test_what_did_not_pass_whole_is_not_proven(
    tree: Path, change: Callable[[Path], object], arguments: list[str], expected: str
) -> None:
    change(tree)
    run(tree, *arguments)
    assert expected in update(tree)
    assert unproven(tree)


def test_a_later_run_of_a_part_keeps_the_rest(tree: Path) -> None:
    run(tree)
    update(tree)
    break_a_test(tree)
    run(tree, "-k", "test_end")
    assert counts(0, 1, 2, 0) in update(tree), "the other test's file has changed since it ran"
    (tree / "tests/test_app.py").write_text(TESTS)
    run(tree, "-k", "test_end")
    assert counts(2, 0, 1, 0) in update(tree), "the claim on the whole file needs a whole run"


def test_the_last_run_counts_whatever_its_file_is_called(tree: Path) -> None:
    break_a_test(tree)
    run(tree, name="test")
    (tree / "tests/test_app.py").write_text(TESTS)
    run(tree, name="test.1764170000")
    assert counts(3, 0, 0, 0) in update(tree)
    assert "`make test`" in update(tree)
    break_a_test(tree)
    run(tree, name="test")
    assert counts(1, 0, 2, 0) in update(tree)


def test_the_commands_of_make(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    def call(what: str) -> int:
        monkeypatch.setattr(sys, "argv", ["proof", what])
        return __main__.main()

    monkeypatch.setattr(__main__, "ROOT", tree)
    monkeypatch.setattr(__main__, "PAGES", [proof])
    assert call("check") == 1
    assert "'It grows.': not run: run its tests on committed files, then `make proof`" in capsys.readouterr().err
    run(tree)
    assert call("check") == 0, "runs that aren't in the committed results yet count for it, too"
    assert (call("update"), call("check")) == (0, 0)
    assert counts(3, 0, 0, 0) in (tree / "docs/proof.md").read_text()
    assert capsys.readouterr().out.endswith("1 more are not proven; 3 tests named, 0 mistakes in claims.yaml\n")
    (tree / "app.py").write_text("VERSION = 2\n")
    commit(tree)
    assert call("check") == 0, "it is said, and no fault"
    output = capsys.readouterr()
    assert counts(0, 3, 0, 0) in output.out
    assert output.err.startswith("3 tests of claims: as of ")
    assert output.err.endswith(", by `make test`; changed since: app.py\n")
    (tree / "README.md").write_text(PAGE.replace("It grows", "It shines"))
    assert call("check") == 1
