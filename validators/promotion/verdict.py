"""What became of a customer's commit."""

from typing import NamedTuple

PROMOTED, REVIEW, REFUSED, UNCHANGED, PINNED = "promoted", "waits for review", "refused", "changes nothing", "pinned"


class Verdict(NamedTuple):
    """`state` is one of the above; `text` is for the customer, `commit` theirs, `landed` the platform's, if any."""

    app: str
    state: str
    commit: str
    text: str
    landed: str = ""
