"""docs/rules.md, an index, and docs/rules/<id>.md: what stands in the rules' own files."""

from pathlib import Path

from validators import rules
from validators.rules import doc

OWNS = ("docs/rules/*.md",)
_HEAD = """\
# Rules

What `django-hosting check` finds. Each rule has a page: why it matters, an example, and what to write instead;
`django-hosting explain RULE` prints it. Generated from `validators/rules/` by
`make generate` in the library's repository."""
_SCOPES = {
    rules.SOURCE: "The files of an app, before anything is rendered",
    rules.OBJECT: "Each rendered object",
    rules.APP: "All rendered objects of an app together",
    rules.FLEET: "All apps together",
}


def files(_root: Path) -> dict[str, str]:
    """Return the index and the pages."""
    parts = [_HEAD]
    for scope, heading in _SCOPES.items():
        parts += ["", f"## {heading}", "", "| Rule | What it finds |", "|---|---|"]
        parts += [f"| [`{rule.id}`](rules/{rule.id}.md) | {rule.title} |" for rule in rules.of_scope(scope)]
    pages = {f"docs/rules/{rule.id}.md": _page(rule) for rule in rules.every().values()}
    return {"docs/rules.md": "\n".join(parts) + "\n", **pages}


def _page(rule: rules.Rule) -> str:
    parsed = doc.parse(rule.doc)
    lines = [f"# {rule.id}", "", f"{rule.title}. *{rule.severity}*", ""]
    lines += ["## What", "", parsed.sections["What"], "", "## Why", "", parsed.sections["Why"]]
    for name in ("Bad", "Good"):
        lines += ["", f"## {name}", "", "```yaml", parsed.example(name).rstrip("\n"), "```"]
    lines += ["", "## Instead", "", parsed.sections["Fix"], "", "[All rules](../rules.md)"]
    return "\n".join(lines) + "\n"
