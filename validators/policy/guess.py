"""What somebody who mistyped a word is likely to have meant."""

from collections.abc import Iterable

from . import limits


def near(word: str, known: Iterable[str], *, alike: float = 0.6) -> str:
    """Return the one of the `known` words that a mistyped one is likely to mean, "" where there is none.

    `alike`: how much of the two must be the same, 0 to 1, as difflib counts.
    """
    import difflib  # where nothing is mistyped, not needed

    if len(word) > limits.GUESSED_LENGTH:
        return ""
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=alike)), "")
