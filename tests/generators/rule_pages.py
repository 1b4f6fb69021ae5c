"""docs/rules.md: the pages of all rules, which stand in the rules' own files."""

import textwrap
from pathlib import Path

from validators import rules
from validators.rules import doc

OWNS = ()
_HEAD = """\
# Rules

What `django-hosting check` finds, why it matters and what to write instead. `django-hosting explain RULE` prints one
of these pages. Generated from `validators/rules/` by `make generate`."""
_LAYERS = {
    rules.SOURCE: "The files of an app, before anything is rendered",
    rules.OBJECT: "Each rendered object",
    rules.APP: "All rendered objects of an app together",
    rules.FLEET: "All apps together",
}


def files(_root: Path) -> dict[str, str]:
    """Return docs/rules.md."""
    parts = [_HEAD]
    for scope, heading in _LAYERS.items():
        found = rules.of_scope(scope)
        if found:
            parts += ["", f"## {heading}", "", "| Rule | What it finds |", "|---|---|"]
            parts += [f"| [`{rule.id}`](#{rule.id}) | {rule.title} |" for rule in found]
            parts += [_page(rule) for rule in found]
    return {"docs/rules.md": "\n".join(parts) + "\n"}


def _page(rule: rules.Rule) -> str:
    sections = doc.parse(rule.doc).sections
    lines = [
        "",
        f"### {rule.id}",
        "",
        f"{rule.title}. *{rule.severity}*",
        "",
        f"*What:* {sections['What']}",
        "",
        f"*Why:* {sections['Why']}",
    ]
    for name in ("Bad", "Good"):
        lines += ["", f"{name}:", "", "```yaml", doc.parse(rule.doc).example(name).rstrip("\n"), "```"]
    lines += ["", f"*Instead:* {sections['Fix']}"]
    if rule.covers:
        lines += ["", *textwrap.wrap(f"Also found by: {', '.join(rule.covers)}.", 120, break_on_hyphens=False)]
    return "\n".join(lines)
