"""docs/customer-fields.md: everything a customer may set, from validators/policy/customer-fields.yaml."""

from pathlib import Path

from validators.policy import customer_fields

from .readme import readme

OWNS = ()
_HEAD = """\
# What may stand in your folder

Everything a customer may set. What isn't here is refused, in the files and a second time in what they render to.
Generated from `validators/policy/customer-fields.yaml` and the components' `component.yaml` by `make generate` in the library's repository.
"""
_SECTIONS = {
    "kustomization": "kustomization.yaml",
    "config": "app.env: keys that do something beyond your containers",
    "objects": "Objects of your own",
    "pod": "Patches: your pods, below spec.template.spec",
    "container": "Patches: your containers, below spec.template.spec.containers",
}

_REFUSED = {"kustomization": "In kustomization.yaml", "pod": "In a patch of your pods", "kinds": "A patch of"}


def files(root: Path) -> dict[str, str]:
    """Return docs/customer-fields.md."""
    data = customer_fields.data()
    lines = [_HEAD]
    for key, heading in _SECTIONS.items():
        lines += [f"## {heading}", "", "| Field | What for | What to write |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {_cell(entry['what'])} | {_cell(entry['write'])} |" for name, entry in data[key].items()
        ]
        lines.append("")
    for target, fields in data["fields"].items():
        lines += [f"## Patches: {target}", "", "| Field | What for | What to write |", "|---|---|---|"]
        lines += [f"| `{name}` | {_cell(entry['what'])} | {_cell(entry['write'])} |" for name, entry in fields.items()]
        lines.append("")
    lines += ["## components", "", "| Component | What it does |", "|---|---|"]
    lines += [
        f"| [`{name}`](../{readme(root, name).relative_to(root)}) | {_cell(text)} |"
        for name, text in data["features"].items()
    ]
    lines += ["", "## Refused, and what to do instead"]
    for key, heading in _REFUSED.items():
        lines += ["", f"| {heading} | Write | Ask for |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {_cell(entry.get('write', ''))} | {_cell(entry.get('ask', ''))} |"
            for name, entry in data["refused"][key].items()
        ]
    return {"docs/customer-fields.md": "\n".join(lines) + "\n"}


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
