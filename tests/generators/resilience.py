"""The figures in docs/resilience.md: what `make proof` took from the last run of the tests that break things."""

from pathlib import Path

from tabulate import tabulate

from . import filled_in, proof

OWNS = ()
PAGE = "docs/resilience.md"
TESTS = "tests/resilience/"


def files(root: Path) -> dict[str, str]:
    """Return the page with its tables renewed: one for each file of tests, with a column for each app."""
    figures: dict[str, dict[tuple[str, str], str]] = {}
    for test, result in proof.read_results(root).items():
        if test.startswith(TESTS) and result["figures"]:
            table = figures.setdefault(test.partition("::")[0], {})
            for key, value in result["figures"].items():
                app, _, what = key.partition(", ")
                table[what, app] = value
    return {PAGE: filled_in(root, PAGE, {"figures": "\n".join(map(_table, figures, figures.values()))})}


def _table(file: str, values: dict[tuple[str, str], str]) -> str:
    apps = list(dict.fromkeys(app for _, app in values))
    rows = [
        (what, *(values.get((what, app), "") for app in apps)) for what in dict.fromkeys(what for what, _ in values)
    ]
    table = tabulate(rows, headers=["", *apps], tablefmt="github", disable_numparse=True)
    return f"[{Path(file).name}](../{file}):\n\n{table}\n"
