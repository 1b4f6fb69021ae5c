"""A suppression that isn't complete, isn't needed, or is out of date.

What: each entry of suppressions.yaml, in a platform folder or a component, must name a rule that can be suppressed, an
object as Kind/name, a reason, and a day until which it counts; and it must suppress something. What customers may do
can't be suppressed.
Why: an exception without an end or a reason outlives everybody who knew of it, and hides the next mistake.

Bad:

    # file: platform/suppressions.yaml
    - rule: capabilities
      object: StatefulSet/nfs-server

Good:

    # file: platform/suppressions.yaml
    - rule: capabilities
      object: StatefulSet/nfs-server
      reason: the server opens files as the app's user
      until: "2027-12-31"

Fix: write rule, object, reason and until, the day in quotes; delete what is no longer needed.
"""

from collections.abc import Iterator
from typing import Any

from ...app import suppress
from ...app.sources import Sources
from .. import SOURCE, Problem, every

ID = "suppression"
HINT = 'write rule, object: Kind/name, reason, and until: "yyyy-mm-dd"'

_LAYERS = ("render-difference", "object-set", "size-differs", "kustomize-build", "yaml-strict", ID)


def check(app: Sources) -> Iterator[Problem]:
    """Yield the entries that can't count."""
    for folder, name, index, entry in suppress.entries(app):
        if wrong := _wrong(entry):
            yield Problem(wrong, place=app.place_in(folder, name, (index,)))
    value = app.platform.document(suppress.FILE).value
    if suppress.FILE in app.platform.files and not isinstance(value, list):
        yield Problem("isn't a list of suppressions", place=app.place_in(app.platform, suppress.FILE))


def _wrong(entry: Any) -> str:
    if not suppress.valid(entry):
        missing = sorted(suppress.KEYS - set(entry)) if isinstance(entry, dict) else []
        return f"the suppression lacks {', '.join(missing)}" if missing else "the suppression isn't complete"
    rule = every().get(entry["rule"])
    if rule is None:
        return f"there is no rule {entry['rule']}"
    if rule.scope == SOURCE or rule.id in _LAYERS:
        return f"{rule.id} can't be suppressed: what customers may do has no exceptions"
    return ""
