"""docs/proof.md: each claim of the documentation, the tests behind it, and what their last real run said.

tests/proof/claims.yaml lists the claims, tests/proof/results.json what `make proof` took from the runs.
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from tabulate import tabulate

from validators.sources import loader

OWNS = ("docs/proof.md",)
CLAIMS = Path("tests") / "proof" / "claims.yaml"
RESULTS = Path("tests") / "proof" / "results.json"
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"
_HEAD = """\
# What is proven, by which test

Each claim of the documentation, in its own words, and the result of the tests behind it. Written by `make proof` from real
runs: don't edit. A claim is an entry in `tests/proof/claims.yaml`; `make verify` fails for one without a test, for one
that the documentation no longer makes, and for one whose tests haven't passed.
"""


class Claim(NamedTuple):
    """A sentence or part of one on a page; the tests behind it, or why it is not proven. `line`: in claims.yaml."""

    page: str
    says: str
    tests: tuple[str, ...]
    why: str
    line: int


def files(root: Path) -> dict[str, str]:
    """Return the page."""
    entries, results = claims(root), read_results(root)
    runs = list({run_of(results[test]): None for claim in entries for test in claim.tests if test in results})
    proven = [claim for claim in entries if not claim.why]
    verdicts = [verdict(claim, results) for claim in proven]
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in (PASSED, FAILED, NOT_RUN))
    text = (
        f"{_HEAD}\n**{len(proven)} claims: {counts}; {len(entries) - len(proven)} more are not proven.**\n\n## Runs\n\n"
    )
    text += tabulate([(number, *run) for number, run in enumerate(runs, 1)] or [["", "none", "", ""]],
                     headers=["run", "by", "on", "of"], tablefmt="github") + "\n"  # fmt: skip
    for page in dict.fromkeys(claim.page for claim in proven):
        rows = [_row(claim, results, runs) for claim in proven if claim.page == page]
        table = tabulate(rows, headers=["claim", "shown by", "result", "figures", "run"], tablefmt="github")
        text += f"\n## [{page}]({_link(page)})\n\n{table}\n"
    unproven = [
        (f"[{claim.page}]({_link(claim.page)})", shown(claim.says), shown(claim.why)) for claim in entries if claim.why
    ]
    table = tabulate(unproven, headers=["page", "says", "why it is not proven"], tablefmt="github")
    return {OWNS[0]: f"{text}\n## Not proven\n\n{table}\n"}


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


def read_results(root: Path) -> dict[str, dict[str, Any]]:
    """Return what is known of each test: outcome, tests, failed, seconds, figures, by, date and versions."""
    return json.loads((root / RESULTS).read_text(encoding="utf-8"))


def run_of(result: dict[str, Any]) -> tuple[str, str, str]:
    """Return which run a result is of: the command, the day, and the versions."""
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return f"`make {result['by']}`", result["date"], versions


def verdict(claim: Claim, results: dict[str, dict[str, Any]]) -> str:
    """Return the worst that is known of a claim's tests."""
    outcomes = {results[test]["outcome"] if test in results else NOT_RUN for test in claim.tests} or {NOT_RUN}
    return next(one for one in (FAILED, NOT_RUN, PASSED) if one in outcomes)


def _row(claim: Claim, results: dict[str, dict[str, Any]], runs: list[tuple[str, str, str]]) -> tuple[str, ...]:
    known = [results[test] for test in claim.tests if test in results]
    figures = {f"{what}: {value}": None for result in known for what, value in result["figures"].items()}
    numbers = sorted({runs.index(run_of(result)) + 1 for result in known})
    said = verdict(claim, results)
    if said == PASSED:
        count, seconds = (sum(result[key] for result in known) for key in ("tests", "seconds"))
        said = f"passed: {count} {'test' if count == 1 else 'tests'}, {seconds:.0f} s"
    elif said == FAILED:
        said = f"**failed**: {sum(result['failed'] for result in known)} of {sum(result['tests'] for result in known)}"
    else:
        said = f"**{said}**"
    tests = ", ".join(_test(test) for test in claim.tests) or "**no test**"
    return shown(claim.says), tests, said, shown("; ".join(figures)), ", ".join(map(str, numbers))


def _test(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name or path.removeprefix('tests/')}]({_link(path)})"


def _link(path: str) -> str:
    return path.removeprefix("docs/") if path.startswith("docs/") else f"../{path}"


def shown(text: str) -> str:
    """Return a claim as it stands on the page: links, which lead from another folder, as their text; a row's cells in one."""
    return _LINK.sub(r"\1", text).strip("| ").replace(" | ", " — ").replace("|", "\\|")
