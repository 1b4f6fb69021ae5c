"""The figures in pages about what was run: what `make proof` took from the last runs of the tests that measured them."""

import textwrap
from pathlib import Path
from typing import NamedTuple

from tabulate import tabulate

from . import filled_in, proof

OWNS = ()
NONE = "Not measured yet.\n"


class Tables(NamedTuple):
    """Where figures stand: a page, the name of its marks, and the tests: a folder, which makes a table for each file, or a
    file. `what`: what the rows of apps are, empty where each app is a column."""

    page: str
    mark: str
    tests: str
    what: str = ""


TABLES = (
    Tables("docs/resilience.md", "figures", "tests/resilience/"),
    Tables("docs/e2e.md", "connections", "tests/e2e/test_network_policies.py", "Example"),
    Tables("docs/images-tried.md", "images", "tests/image/test_", "Image"),
    Tables("docs/images-tried.md", "projects", "tests/e2e/test_third_party.py"),
    Tables("docs/images-tried.md", "repairs", "tests/e2e/test_repairs.py", "What is bad"),
    Tables("docs/promotion.md", "seconds", "tests/e2e/test_promotion.py", "What is waited for"),
)
CELL = 110
"""Characters: in an editor a row of a table is one line."""
Cells = dict[tuple[str, str], str]
"""Values by what was measured, and of which app."""


def files(root: Path) -> dict[str, str]:
    """Return the pages with their tables renewed."""
    results = proof.read_results(root)
    pages: dict[str, dict[str, str]] = {}
    for tables in TABLES:
        pages.setdefault(tables.page, {})[tables.mark] = _text(tables, results)
    return {page: filled_in(root, page, texts) for page, texts in pages.items()}


def _text(tables: Tables, results: proof.Results) -> str:
    found: dict[str, Cells] = {}
    for test, result in results.items():
        if test.startswith(tables.tests) and result["figures"]:
            cells = found.setdefault(test.partition("::")[0], {})
            for key, value in result["figures"].items():
                app, _, what = key.partition(", ")
                cells[what, app] = value
    if not tables.tests.endswith("/"):
        return "\n".join(_table(cells, tables.what) for cells in found.values()) or NONE
    return "\n".join(f"[{Path(file).name}](../{file}):\n\n{_table(cells, '')}" for file, cells in found.items()) or NONE


def _table(cells: Cells, what: str) -> str:
    """One table; `what` names the apps, if each is a row."""
    columns = list(dict.fromkeys(app for _, app in cells))
    rows = list(dict.fromkeys(measured for measured, _ in cells))
    if what:
        columns, rows = rows, columns
    values = {key: textwrap.shorten(value, CELL, placeholder=" …") for key, value in cells.items()}
    lines = [(row, *(values.get((one, row) if what else (row, one), "") for one in columns)) for row in rows]
    return tabulate(lines, headers=[what, *columns], tablefmt="github", disable_numparse=True) + "\n"
