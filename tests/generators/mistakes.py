"""docs/mistakes.md: ordinary mistakes of customers and of the platform, with the messages as the check prints them."""

import difflib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.zones import LIBRARY, PLATFORM
from validators.check import run
from validators.check.selection import Options
from validators.finding import Finding
from validators.formats import text
from validators.sources.tree import CUSTOMERS

OWNS = ("docs/mistakes.md",)
MISTAKES = Path("tests") / "mistakes.yaml"
_HEAD = """\
# Ordinary mistakes, and what the check says

Each is a change to the folders of an example, what would happen if nobody found it, and what `django-hosting check` prints:
`file:line:column: rule: what is wrong; what to write instead`, and who can help. The last of them are the platform's own.
[rules.md](rules.md) and `django-hosting explain RULE` tell more. Recorded by `make generate`
from `tests/mistakes.yaml` in the library's repository; the folders of the example are there, too.
"""


def files(root: Path) -> dict[str, str]:
    """Return the page. Raises KustomizeError where there is no kustomize."""
    parts = [_HEAD]
    for number, mistake in enumerate(mistakes(root), 1):
        with tempfile.TemporaryDirectory() as scratch:
            changes = commit(root, Path(scratch), mistake)
            findings = check(Path(scratch), mistake["app"])
        printed = "\n".join(text.line(finding) for finding in findings)
        parts.append(
            f"## {number}. {mistake['title']}\n\n"
            f"{mistake['happens']}\n\n```diff\n{changes}```\n\nThe check says:\n\n```text\n{printed}\n```\n"
        )
    return {OWNS[0]: "\n".join(parts)}


def mistakes(root: Path) -> list[dict[str, Any]]:
    """Return the mistakes, as the file has them."""
    return yaml.safe_load((root / MISTAKES).read_text(encoding="utf-8"))


def commit(root: Path, scratch: Path, mistake: dict[str, Any]) -> str:
    """Make a tree at `scratch` in which the mistake's app has it, and return the change as a diff.

    Raises ValueError where a text that is to be replaced isn't in its file once.
    """
    for part in (*LIBRARY, *(f"{zone}/{mistake['app']}" for zone in (CUSTOMERS, PLATFORM))):
        shutil.copytree(root / part, scratch / part)
    changes = _change(scratch / CUSTOMERS / mistake["app"], "", mistake)
    return changes + _change(
        scratch / PLATFORM / mistake["app"], f"{PLATFORM}/{mistake['app']}/", mistake.get("platform", {})
    )


def _change(folder: Path, shown: str, mistake: dict[str, Any]) -> str:
    changes = ""
    for name, (old, new) in mistake.get("replace", {}).items():
        before = (folder / name).read_text(encoding="utf-8")
        if before.count(old) != 1:
            raise ValueError(f"{MISTAKES}: {folder / name} has not once {old!r}")
        changes += _write(folder, name, shown, before, before.replace(old, new))
    for name, content in mistake.get("files", {}).items():
        changes += _write(folder, name, shown, "", content)
    return changes


def _write(folder: Path, name: str, shown: str, before: str, after: str) -> str:
    (folder / name).write_text(after, encoding="utf-8")
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), name if before else "", name, n=1, lineterm=""
    )
    changed = [line for line in lines if not line.startswith(("--- ", "+++ ", "@@"))]
    return f"# {shown}{name}\n" + "".join(f"{line}\n" for line in changed)


def check(root: Path, app: str) -> list[Finding]:
    """Return what the check says of an app in the tree at `root`, in the order in which it prints it."""
    options = Options([root / CUSTOMERS / app], root, cached=False, workers=1)
    return run.check(options).findings
