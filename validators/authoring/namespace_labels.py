"""Let every namespace say whose it is: a patch in each platform folder."""

import re
from pathlib import Path

from ..policy.names import LABELS
from . import scaffold

_LISTED = re.compile(r"^patches:[ \t]*(?:#.*)?\n(?=(?:[ \t]*(?:#.*)?\n)*([ \t]*)- )", re.M)
_ANY = re.compile(r"^patches:", re.M)


def write(root: Path) -> list[Path]:
    """Add the patch to each platform folder that names neither label, and return the files that changed.

    Raises TemplateProblem where a list isn't written in a way that lines can be put into, TreeError or OSError; then
    nothing has changed.
    """
    wanted = {
        path: _with(path, name)
        for name, folder, path in scaffold.platform_folders(root)
        if not _named(folder.files.values())
    }
    scaffold.write_together(wanted)
    return list(wanted)


def _named(contents) -> bool:
    spellings = [one for label in LABELS for one in (label.encode(), label.replace("/", "~1").encode())]
    return any(spelling in data for data in contents for spelling in spellings)


def _with(path: Path, name: str) -> str:
    text = path.read_text(encoding="utf-8")
    listed = _LISTED.search(text)
    if not listed and _ANY.search(text):
        raise scaffold.TemplateProblem(f"{path}: patches isn't a list of lines: write it as one, an entry a line")
    indent = listed[1] if listed else "  "
    operations = (scaffold.label_operation(*one) for one in zip(LABELS, name.split("/"), strict=True))
    lines = ["- target: {kind: Namespace}", "  patch: |", *(f"    {operation}" for operation in operations)]
    patch = "".join(f"{indent}{line}\n" for line in lines)
    if not listed:
        return f"{text.rstrip()}\npatches:\n{patch}"
    return f"{text[: listed.end()]}{patch}{text[listed.end() :]}"
