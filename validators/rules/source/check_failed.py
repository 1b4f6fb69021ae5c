"""A part of the check that fails itself, so that this app isn't judged to the end.

What: a rule, or a step before the rules, ends with an error of ours instead of a verdict. All other apps are judged.
Why: what wasn't judged isn't known to be right, and must not pass. It is never right to fail at what a file says.

Bad:

    # file: failure
    the rule customer-patches ended with TypeError: unhashable type: 'list' (ownership/patches.py:148)

Good:

    # file: failure

Fix: ask the platform, with this line and the commit. Taking back the last change of the file may help meanwhile.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Advice
from .. import Problem

ID = "check-failed"
HINT = Advice("leave your files as they are: this is a fault of the check", "a fix, with this line")


def check(app: Sources) -> Iterator[Problem]:
    """Yield what failed: the engine asks when something did."""
    for failure in app.failures:
        yield Problem(failure.message, place=failure.place or app.home)
