"""The table of app.yaml's fields in docs/platform-guide.md, from validators/policy/app-file.yaml."""

from pathlib import Path

from validators.policy import app_file

from . import filled_in

OWNS = ()
PAGE = "docs/platform-guide.md"


def files(root: Path) -> dict[str, str]:
    """Return the page with its table renewed."""
    rows = "".join(
        f"| `{path}` | {entry.field.what}{' (may be left out)' if entry.optional else ''} | {entry.field.write} |\n"
        for path, entry in app_file.fields().items()
        if path.startswith("spec.")
    )
    return {PAGE: filled_in(root, PAGE, {"fields": f"| Field | What for | What to write |\n|---|---|---|\n{rows}"})}
