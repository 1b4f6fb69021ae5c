"""What pytest's JUnit files of the last runs say of the tests that claims name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as Xml

from tests.generators import proof
from tests.generators.proof import FAILED, PASSED, Results

from . import files

# Where make leaves them: <target>.xml of its last whole run, <target>.<second>.xml of a part (ARGS=).
FOLDER = Path(".cache") / "results"


class Case(NamedTuple):
    """One test's part of a run."""

    test: str
    outcome: str
    seconds: float
    figures: dict[str, str]


def update(root: Path, known: Results, collected: list[str]) -> Results:
    """Return the results of the tests that claims name: those of the runs in FOLDER, for others what was known.

    A run counts for a test, or a file or folder of tests, if all that pytest collects there ran, or if one failed; the
    last one that does. One of a tree with uncommitted changes never does: nobody could repeat it.
    """
    wanted = proof.tests(root)
    depends = proof.depends(root)
    found = {test: known[test] for test in wanted if test in known}
    for path, suite in _oldest_first(root / FOLDER):
        versions = _properties(suite)
        blobs = files.at(root, versions.get("revision", files.UNKNOWN + files.DIRTY))
        if blobs is None:
            print(
                f"{FOLDER / path.name} doesn't count: of uncommitted files, or of a commit that isn't there",
                file=sys.stderr,
            )
            continue
        cases = _cases(suite)
        run = {"by": path.name.split(".")[0], "date": suite.attrib["timestamp"][:10], "versions": versions}
        for test in wanted:
            if result := _result([case for case in cases if under(case.test, test)], _count(collected, test)):
                of = files.ids(blobs, files.relevant(depends, test))
                found[test] = result | run | {"files": of}
    return dict(sorted(found.items()))


def _oldest_first(folder: Path) -> list[tuple[Path, Xml.Element]]:
    suites = [
        (path, Xml.parse(path).getroot().find("testsuite"))  # noqa: S314 - made by our own pytest
        for path in folder.glob("*.xml")
    ]
    return sorted(suites, key=lambda one: one[1].attrib["timestamp"])


def under(test: str, name: str) -> bool:
    """Whether a test is the one that is named, a case of it, or in the file or folder that is named."""
    return test == name or test.startswith((f"{name}[", f"{name}::", f"{name}/"))


def _count(collected: list[str], name: str) -> int:
    return sum(under(test, name) for test in collected)


def _result(cases: list[Case], count: int) -> dict[str, Any] | None:
    failed = len({case.test for case in cases if case.outcome == FAILED})
    passed = len({case.test for case in cases if case.outcome == PASSED})
    if not failed and (not passed or passed < count):
        return None
    return {
        "outcome": FAILED if failed else PASSED,
        "tests": len({case.test for case in cases}),
        "failed": failed,
        "seconds": round(sum(case.seconds for case in cases), 1),
        "figures": {what: value for case in cases for what, value in case.figures.items()},
    }


def _cases(suite: Xml.Element) -> list[Case]:
    """Return a case for each element; a test that fails in its clean-up, too, has two of them."""
    found = []
    for element in suite.iter("testcase"):
        if "name" not in element.attrib:  # the last of a run that was interrupted
            continue
        children = {child.tag for child in element}
        outcome = FAILED if children & {"failure", "error"} else "skipped" if "skipped" in children else PASSED
        found.append(Case(_node_id(element), outcome, float(element.attrib["time"]), _properties(element)))
    return found


def _node_id(element: Xml.Element) -> str:
    """Return the test's id; a file that couldn't be read has its own name."""
    path, classname = element.attrib.get("file", ""), element.attrib["classname"]
    module = path.removesuffix(".py").replace("/", ".")
    classes = [part for part in classname.removeprefix(module).split(".") if part]
    return "::".join([path, *classes, element.attrib["name"]])


def _properties(element: Xml.Element) -> dict[str, str]:
    return {entry.attrib["name"]: entry.attrib["value"] for entry in element.iterfind("properties/property")}
