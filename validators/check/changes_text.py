"""What differs between two renders of an app, for people."""

from tabulate import tabulate

from ..finding import printable
from ..policy import pods
from .compare import short
from .diff import Difference


def table(difference: Difference) -> str:
    """Return a table of an app's changes, or why it can't be compared, indented, as printable text."""
    if difference.error:
        return f"  {printable(difference.error)}\n"
    rows = [
        [printable(text) for text in (c.what, c.object, pods.short(c.field), short(c.before), short(c.after))]
        for c in difference.changes
    ]
    lines = tabulate(rows, ["", "object", "field", "before", "after"], tablefmt="simple", disable_numparse=True)
    return "".join(f"  {line.rstrip()}\n" for line in lines.splitlines())
