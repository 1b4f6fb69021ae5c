"""What the rules about a customer's files share."""

from ..finding import Advice
from ..policy.customer_fields import Refused, Violation
from ..sources.loader import Document, Pointer


def quoted(document: Document, pointer: Pointer, wrong: Violation | Refused) -> Advice | None:
    """Return the value at `pointer` in quotes, where these are all that is wrong; else what is known to be right.

    It is as it stands in the file: 1.10 without quotes is 1.1.
    """
    text = document.written.get(pointer) if wrong.text else None
    return Advice(f'write "{text}", in quotes') if text else wrong.hint
