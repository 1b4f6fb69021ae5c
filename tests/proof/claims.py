"""Whether claims.yaml and the documentation agree, and each claim has a test."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests import generators
from tests.generators import proof
from validators.finding import count

from . import files
from .results import under

_SOME = 6
"""So many file names are printed."""
_FIELDS = {"sections", "claims", "unproven", "nothing"}
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\[*/])")
_HEADING = re.compile(r"^#+ (.+)$", re.M)


def problems(root: Path) -> list[str]:
    """Return a line for each disagreement of claims.yaml with the pages, without asking for the tests."""
    document = proof.read(root)
    pages = document.value["pages"]
    found = [
        f"{proof.CLAIMS}: no entry for {page}: list its claims, or say why there are none"
        for page in written(root) - pages.keys()
    ]
    for page, entry in pages.items():
        where = f"{proof.CLAIMS}:{document.mark(('pages', page)).line}: {page}"
        if not (root / page).is_file():
            found.append(f"{where} isn't there: remove it")
        elif unknown := entry.keys() - _FIELDS:
            found.append(f"{where}: {min(unknown)!r} isn't known: write {', '.join(sorted(_FIELDS))}")
        elif ("nothing" in entry) == bool(entry.keys() - {"nothing"}):
            found.append(f"{where}: either `nothing`, with the reason, or sections, claims and unproven")
    entries = proof.claims(root)
    found += [problem for claim in entries for problem in _of_claim(root, claim)]
    for page, entry in pages.items():
        said = [claim.says for claim in entries if claim.page == page]
        if (root / page).is_file():
            found += _of_sections(root, page, entry.get("sections", []), said, document.value["advice"])
    found += [
        f"{proof.CLAIMS}: {line}" for line in files.problems(proof.depends(root), proof.tests(root), files.now(root))
    ]
    return found


def written(root: Path) -> set[str]:
    """Return the pages that people write: README.md, and those in docs/ that no generator owns."""
    made = {pattern for name in generators.names() for pattern in generators.load(name).OWNS}
    return {"README.md", *(path.relative_to(root).as_posix() for path in (root / "docs").glob("*.md"))} - made


def _of_claim(root: Path, claim: proof.Claim) -> Iterator[str]:
    where = f"{proof.CLAIMS}:{claim.line}: {claim.says!r}"
    if not claim.tests and not claim.why:
        yield f"{where} has no test: name one, or put it under `unproven` with the reason"
    if claim.tests and claim.why:
        yield f"{where} has tests and a reason why it is unproven: remove one"
    if (root / claim.page).is_file() and claim.says not in _joined((root / claim.page).read_text(encoding="utf-8")):
        yield f"{where}: {claim.page} doesn't say this: change one of them"


def _of_sections(root: Path, page: str, sections: list[str], said: list[str], advice: list[str]) -> Iterator[str]:
    parts = _HEADING.split((root / page).read_text(encoding="utf-8"))
    bodies = dict(zip(parts[1::2], parts[2::2], strict=True))
    for heading in sections:
        if heading not in bodies:
            yield f"{proof.CLAIMS}: {page} has no section {heading!r}: name one that it has"
        for unit in units(bodies.get(heading, ""), advice):
            if not any(text in unit or unit in text for text in said):
                yield f"{page}: {heading}: {unit!r} has no claim in {proof.CLAIMS}: add one with its test, or under `unproven`"


def units(body: str, advice: Iterable[str]) -> list[str]:
    """Return what a section says: each sentence of its paragraphs and lists, each row of its tables.

    Not: code, sentences that only lead to what follows (with a colon at the end), and the tables whose first heading is
    in `advice`.
    """
    found: list[str] = []
    for block in re.split(r"\n\s*\n", body):
        lines = [line for line in block.strip("\n").splitlines() if not line.startswith(("    ", "<!--"))]
        if lines and lines[0].startswith("|"):
            if lines[0].strip("| ").split("|")[0].strip() not in advice:
                found += [_joined(line) for line in lines[2:]]
        else:
            for item in re.split(r"^(?:- |\d+\. )", "\n".join(lines), flags=re.M):
                found += [sentence for sentence in _SENTENCE.split(_joined(item)) if not sentence.endswith(":")]
    return [unit for unit in found if unit]


def _joined(text: str) -> str:
    return " ".join(text.split())


def collect(root: Path, tests: Iterable[str]) -> list[str]:
    """Return the ids of all tests in the files and folders that `tests` are in. Raises RuntimeError if one can't be read."""
    paths = sorted({path for test in tests if (root / (path := test.partition("::")[0])).exists()})
    if not paths:
        return []
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", "-p", "no:cacheprovider", *paths]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"pytest can't collect: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return [line for line in done.stdout.splitlines() if "::" in line]


def missing(root: Path, collected: list[str]) -> list[str]:
    """Return a line for each test that a claim names and pytest doesn't have."""
    return [
        f"{proof.CLAIMS}:{claim.line}: no test {test}: pytest doesn't know it"
        for claim in proof.claims(root)
        for test in claim.tests
        if not any(under(one, test) for one in collected)
    ]


def unproven(root: Path, results: proof.Results) -> list[str]:
    """Return a line for each claim of which a test failed or never ran. `results`: judged."""
    return [
        f"{proof.CLAIMS}:{claim.line}: {claim.says!r}: {verdict}: run its tests on committed files, then `make proof`"
        for claim in proof.claims(root)
        if not claim.why and (verdict := proof.verdict(claim, results)) in (proof.FAILED, proof.NOT_RUN)
    ]


def stale(root: Path, results: proof.Results) -> list[str]:
    """Return a line for each run whose tests depend on files that have changed since. `results`: judged."""
    now = files.now(root)
    runs: dict[tuple[str, str], list[set[str]]] = {}
    for result in results.values():
        if result["changed"]:
            run = (result["by"], result["versions"].get("revision", files.UNKNOWN))
            runs.setdefault(run, []).append(set(result["changed"]))
    return [
        f"{count(len(paths), 'test')} of claims: as of {commit}, by `make {by}`; "
        f"{_changed(files.at(root, commit), commit, now, set().union(*paths))}"
        for (by, commit), paths in sorted(runs.items())
    ]


def _changed(before: files.Blobs | None, commit: str, now: files.Blobs, paths: set[str]) -> str:
    """Return the first of the files that changed; the folders, where git doesn't know the commit any more."""
    if commit.endswith(files.DIRTY):
        return "its files are in no commit"
    found = sorted(paths) if before is None else files.changed(before, now, paths)
    more = f" and {len(found) - _SOME} more" if len(found) > _SOME else ""
    return f"changed since: {', '.join(found[:_SOME])}{more}"
