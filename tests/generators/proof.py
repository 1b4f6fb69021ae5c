"""docs/proof.md: each claim of the documentation, the tests behind it, and what their last real run said.

tests/proof/claims.yaml lists the claims, tests/proof/results.json what `make proof` took from the runs.
"""

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.proof import files as content
from validators.sources import loader

OWNS = ("docs/proof.md",)
CLAIMS = Path("tests") / "proof" / "claims.yaml"
RESULTS = Path("tests") / "proof" / "results.json"
_MARK = re.compile(r"^([-+*#>]|\d+[.)])(?=\s|$)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
PASSED, FAILED = "passed", "failed"
"""Of a test."""
SHOWN, STALE, NOT_RUN = "shown by runs of these files", "as of earlier commits", "not run"
"""Of a claim, beside FAILED."""
Results = dict[str, dict[str, Any]]
"""What is known of each test: outcome, tests, failed, seconds, figures, by, date, versions, and the ids of the files that
it depends on."""
_WIDTH = 150
_HEAD = """\
# What is proven, by which test

Each claim of the documentation, in its own words, and the result of the tests behind it. Written by `make proof` from real
runs: don't edit. A claim is an entry in `tests/proof/claims.yaml`; `make verify` fails for one without a test, for one
that the documentation no longer makes, and for one whose tests failed or never ran.

A run shows something of the files that it ran with. Where a file that a test depends on has changed since, the claim
is shown *as of* that run's commit, and the run below says what has changed. Runs of uncommitted files don't count.
"""


class Claim(NamedTuple):
    """A sentence or part of one on a page; the tests behind it, or why it is not proven. `line`: in claims.yaml."""

    page: str
    says: str
    tests: tuple[str, ...]
    why: str
    line: int


class Run(NamedTuple):
    """One run of a target: its name, the day, and the versions, the commit first."""

    by: str
    date: str
    versions: str


def files(root: Path) -> dict[str, str]:
    """Return the page."""
    entries, results = claims(root), judged(root, read_results(root))
    runs = list({run_of(results[test]): None for claim in entries for test in claim.tests if test in results})
    proven = [claim for claim in entries if not claim.why]
    text = f"{_HEAD}\n**{counts(root, results)}.**\n\n## Runs\n\n" + ("".join(_runs(runs, results)) or "None.\n")
    for page in dict.fromkeys(claim.page for claim in proven):
        rows = [_claim(claim, results, runs) for claim in proven if claim.page == page]
        text += f"\n## [{page}]({_link(page)})\n\n{''.join(rows)}"
    text += "\n## Not proven\n\n"
    for claim in entries:
        if claim.why:
            text += _item(f"[{claim.page}]({_link(claim.page)}): {shown(claim.says)} *{shown(claim.why)}*")
    return {OWNS[0]: text}


def counts(root: Path, results: Results) -> str:
    """Return how many claims there are, by what is known of them. `results`: judged."""
    entries = claims(root)
    verdicts = [verdict(claim, results) for claim in entries if not claim.why]
    told = ", ".join(f"{verdicts.count(one)} {one}" for one in (SHOWN, STALE, FAILED, NOT_RUN))
    return f"{len(verdicts)} claims: {told}; {len(entries) - len(verdicts)} more are not proven"


def judged(root: Path, results: Results) -> Results:
    """Return the results with what has changed since in the files that each depends on, under "changed"."""
    now, groups = content.now(root), depends(root)
    told = {}
    for test, result in results.items():
        paths = content.relevant(groups, test)
        before, after = result.get("files", {}), content.ids(now, paths)
        told[test] = result | {"changed": [path for path in paths if before.get(path) != after[path]]}
    return told


def depends(root: Path) -> list[dict[str, Any]]:
    """Return the groups of tests that depend on the same files."""
    return read(root).value["depends"]


def tests(root: Path) -> list[str]:
    """Return the tests that claims name."""
    return sorted({test for claim in claims(root) for test in claim.tests})


def claims(root: Path) -> list[Claim]:
    """Return the claims in the order of the file, also those that are said to be unproven."""
    document = read(root)
    found = []
    for page, entry in document.value["pages"].items():
        for kind in ("claims", "unproven"):
            for number, claim in enumerate(entry.get(kind, [])):
                line = document.mark(("pages", page, kind, number)).line
                says = " ".join(claim["says"].split())
                found.append(Claim(page, says, tuple(claim.get("tests", ())), claim.get("why", ""), line))
    return found


def read(root: Path) -> loader.Document:
    """Return claims.yaml, with its lines. Raises ValueError."""
    documents, problems = loader.load((root / CLAIMS).read_bytes())
    if problems:
        raise ValueError(f"{CLAIMS}:{problems[0].line}: {problems[0].message}")
    return documents[0]


def read_results(root: Path) -> Results:
    """Return the results that are committed."""
    return json.loads((root / RESULTS).read_text(encoding="utf-8"))


def run_of(result: dict[str, Any]) -> Run:
    """Return which run a result is of."""
    versions = {**result["versions"]}
    told = [f"of {versions.pop('revision', content.UNKNOWN)}", *(f"{name} {value}" for name, value in versions.items())]
    return Run(f"`make {result['by']}`", result["date"], ", ".join(told))


def verdict(claim: Claim, results: Results) -> str:
    """Return the worst that is known of a claim's tests. `results`: judged."""
    outcomes = {_outcome(results.get(test)) for test in claim.tests} or {NOT_RUN}
    return next(one for one in (FAILED, NOT_RUN, STALE, SHOWN) if one in outcomes)


def _outcome(result: dict[str, Any] | None) -> str:
    if result is None:
        return NOT_RUN
    if result["outcome"] != PASSED:
        return FAILED
    return STALE if result["changed"] else SHOWN


def _runs(runs: list[Run], results: Results) -> Iterator[str]:
    """Yield an item for each run, with what has changed since of what its tests depend on."""
    for number, run in enumerate(runs, 1):
        of_run = [one for one in results.values() if run_of(one) == run]
        yield _item(f"{run.by}, {run.date}, {run.versions}; {_since(of_run)}", f"{number}. ")


def _since(results: list[dict[str, Any]]) -> str:
    if any("files" not in one for one in results):
        return "its files are in no commit"
    changed = {path for one in results for path in one["changed"]}
    folders = sorted(path for path in changed if not path.startswith("tests/") or not path.endswith(".py"))
    told = [f"`{path}`" for path in folders]
    if own := len(changed) - len(folders):
        told.append("1 file of tests" if own == 1 else f"{own} files of tests")
    return f"changed since: {', '.join(told)}" if told else "nothing has changed since"


def _claim(claim: Claim, results: Results, runs: list[Run]) -> str:
    known = [results[test] for test in claim.tests if test in results]
    said = verdict(claim, results)
    if said in (SHOWN, STALE):
        commits = dict.fromkeys(one["versions"].get("revision", content.UNKNOWN) for one in known if one["changed"])
        number, seconds = (sum(result[key] for result in known) for key in ("tests", "seconds"))
        said = f"as of {', '.join(commits)}: " if commits else ""
        said += f"passed, {number} {'test' if number == 1 else 'tests'}, {seconds:.0f} s"
    elif said == FAILED:
        said = f"**failed**: {sum(result['failed'] for result in known)} of {sum(result['tests'] for result in known)}"
    else:
        said = f"**{said}**"
    numbers = sorted({runs.index(run_of(result)) + 1 for result in known})
    said += f", run {', '.join(map(str, numbers))}" if numbers else ""
    figures = {f"{what}: {value}": None for result in known for what, value in result["figures"].items()}
    told = _item(f"{shown(claim.says)}") + _item(
        f"{said}: {', '.join(map(_test, claim.tests)) or '**no test**'}", "  - "
    )
    return told + (_item(shown("; ".join(figures)), "  - ") if figures else "")


def _item(text: str, mark: str = "- ") -> str:
    lines = textwrap.wrap(text, _WIDTH - len(mark), break_long_words=False, break_on_hyphens=False)
    # A line that begins with one of Markdown's marks would be an item of its own.
    lines = [_MARK.sub(r"\\\g<0>", line) for line in lines]
    return mark + ("\n" + " " * len(mark)).join(lines) + "\n"


def _test(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name or path.removeprefix('tests/')}]({_link(path)})"


def _link(path: str) -> str:
    return path.removeprefix("docs/") if path.startswith("docs/") else f"../{path}"


def shown(text: str) -> str:
    """Return a claim as it stands on the page: links, which lead from another folder, as their text; a row's cells in one."""
    return _LINK.sub(r"\1", text).strip("| ").replace(" | ", " — ").replace("|", "\\|")
