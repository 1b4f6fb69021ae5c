"""docs/scanner-coverage.md: which rule covers each check of six scanners, or why none does.

Made of rules/scanner-checks.yaml and of the rules' COVERS.
"""

from pathlib import Path

import yaml
from tabulate import tabulate

from validators import rules

OWNS = ("docs/scanner-coverage.md",)
CHECKS = Path(rules.__file__).parent / "scanner-checks.yaml"
_HEAD = """\
# What scanners check, and which rule does

Made by `make generate` in the library's repository, from the rules and [scanner-checks.yaml](../validators/rules/scanner-checks.yaml): don't edit.
What each rule says is in `django-hosting explain RULE`.

A passing app passes these checks, except where a reason stands instead of a rule, or a note says where a rule differs
on purpose.
"""


def checks() -> dict[str, dict[str, dict[str, str]]]:
    """Return scanner -> check -> {title, reason or note where there is one}, as scanner-checks.yaml has them."""
    return yaml.load(CHECKS.read_bytes(), Loader=yaml.CSafeLoader)


def covering() -> dict[str, list[str]]:
    """Return `scanner:check` -> the ids of the rules that cover it."""
    found: dict[str, list[str]] = {}
    for rule in rules.every().values():
        for check in rule.covers:
            found.setdefault(check, []).append(rule.id)
    return found


def files(root: Path) -> dict[str, str]:
    """Return the page."""
    covered, known = covering(), checks()
    counts = [
        [scanner, len(items), sum(f"{scanner}:{check}" in covered for check in items)]
        for scanner, items in known.items()
    ]
    rows = [[name, total, ours, total - ours] for name, total, ours in counts]
    parts = [_HEAD, _table(rows, ["Scanner", "Checks that apply", "Covered by a rule", "Not, for a reason"])]
    for scanner, items in known.items():
        lines = [_row(scanner, check, entry, covered) for check, entry in items.items()]
        parts += [f"## {scanner}\n", _table(lines, ["Check", "About", "Rules", "Note, or the reason why not"])]
    return {OWNS[0]: "\n".join(parts)}


def _row(scanner: str, check: str, entry: dict[str, str], covered: dict[str, list[str]]) -> list[str]:
    names = ", ".join(f"`{rule}`" for rule in covered.get(f"{scanner}:{check}", []))
    return [f"`{check}`", entry["title"], names, entry.get("reason", entry.get("note", ""))]


def _table(rows: list[list], headers: list[str]) -> str:
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True) + "\n"
