"""docs/attacks.md: the attacks that the tests make, by technique, and which layer refuses each."""

from pathlib import Path
from typing import Any

import yaml
from tabulate import tabulate

OWNS = ("docs/attacks.md",)
CORPUS = Path("tests") / "attacks"
LAYERS = ("limits", "source", "render", "absolute")
_HEAD = """\
# Attacks
What a hostile customer can commit, and which layer refuses it with the others switched off. Written from
`tests/attacks` by `make generate` in the library's repository; the tests make each of them, and fail where this page is wrong.
Of each technique: how many attacks, and how many of them each layer refuses alone.

- **limits**: refused while the files are read: links, devices, sizes, depths, counts, ambiguous YAML
- **source**: refused by what the files say, before anything is rendered
- **render**: refused because the render differs from that without the customer's files, or because kustomize doesn't
  build it
- **absolute**: refused because an object, a container or a volume is there that no component makes, or a size isn't the
  platform's

An attack that a later layer doesn't see is one that changes nothing in the render: a file that nothing uses, or a value
that the platform's components overwrite.

"""


def files(root: Path) -> dict[str, str]:
    """Return the page."""
    groups = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((root / CORPUS).glob("*.yaml"))]
    rows = [_row(group["title"], group) for group in groups]
    rows.append(["**all**", *(sum(row[column] for row in rows) for column in range(1, len(LAYERS) + 3))])
    table = tabulate(rows, headers=["technique", "attacks", *LAYERS, "not refused yet"], tablefmt="github")
    return {OWNS[0]: _HEAD + table + "\n" + "".join(_section(group) for group in groups)}


def _row(title: str, group: dict) -> list[Any]:
    cases = group["cases"]
    shares = [sum(layer in _refused(group, case) for case in cases if "open" not in case) for layer in LAYERS]
    return [title, len(cases), *shares, sum("open" in case for case in cases)]


def _section(group: dict) -> str:
    rows = [[case["name"], case["tries"], _verdict(group, case)] for case in group["cases"]]
    return f"\n## {group['title']}\n{tabulate(rows, headers=['attack', 'tries to', 'refused by'], tablefmt='github')}\n"


def _verdict(group: dict, case: dict) -> str:
    verdict = "; ".join(f"{layer}: {', '.join(rules)}" for layer, rules in _refused(group, case).items())
    return f"not yet: {case['open']}" if "open" in case else verdict


def _refused(group: dict, case: dict) -> dict[str, list[str]]:
    return case.get("refused", group.get("refused", {}))
