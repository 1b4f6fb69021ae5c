"""What docs/promotion.md says that git prints at a push, and what it prints."""

import re

from ..conftest import ROOT
from ..e2e import snippets

PAGE = ROOT / "docs/promotion.md"
REFUSED, TAKEN = "[remote rejected]", "What it changes, rendered"
"""Words by which the two transcripts are found."""


def block(word: str) -> str:
    """Return the one code block of the page that has a word."""
    [found] = [one for one in snippets.blocks(PAGE.read_text(encoding="utf-8")) if word in one]
    return f"{found}\n"


def missing(word: str, printed: str) -> list[str]:
    """Return the lines of the page's transcript with that word which git hasn't printed; commits have other ids, and
    the line depends on what else the file has."""
    there = _lines(printed)
    return [line for line in _lines(block(word)) if line not in there and not line.startswith("$")]


def _lines(text: str) -> list[str]:
    return [re.sub(r"\b[0-9a-f]{7,}\b|(?<=yaml:)\d+", "...", line.rstrip()) for line in text.splitlines()]
