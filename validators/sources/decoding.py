"""From a file's bytes to text, and what is wrong with it, said in words for who writes YAML."""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that isn't plain, unambiguous YAML."""

    line: int
    column: int
    message: str
    hint: str = ""
    """What to write instead."""
    fatal: bool = False
    """Whether the file can't be read at all, so that nothing else is known of it."""


# Characters that end a line for some parsers, or turn the text around for a reader.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONE_CR = re.compile("\r(?!\n)")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:[ \r].*)?$", re.MULTILINE)
"""The lines that git writes where two changes don't fit together."""


_MARK = b"\xef\xbb\xbf"


def decode(data: bytes) -> tuple[str, list[Problem]]:
    """Return `data` as text and what is wrong with its encoding: only UTF-8 without a byte order mark is right."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00")):
        return "", [Problem(1, 1, "starts with a byte order mark", "save it as plain UTF-8", fatal=True)]
    marked = data.startswith(_MARK)
    try:
        text = data.removeprefix(_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [Problem(line, 1, "isn't UTF-8", "save it as plain UTF-8", fatal=True)]
    if marked:
        return text, [Problem(1, 1, "starts with a byte order mark", "save it as UTF-8 without BOM")]
    for pattern in (_CONTROL, *(() if text.isascii() else _beyond_ascii()), _LONE_CR):
        if match := pattern.search(text):
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            return text, [Problem(line, column, f"holds the invisible character U+{ord(match[0]):04X}", "delete it")]
    return text, []


@cache
def _beyond_ascii() -> tuple[re.Pattern, ...]:
    """Return what hides in a text that isn't ASCII; it takes 5 ms to compile, and hardly any text needs it."""
    control = re.compile(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\U000e0000-\U000e01ef]"
    )
    # Joiners are part of Persian words and of some emoji; between other letters they only hide.
    joiner = re.compile("(?<![\u0080-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0080-\U0010ffff])")
    return control, joiner


def conflict(text: str) -> Problem | None:
    """Return the first place where a merge has left both sides of a conflict, or None."""
    match = _CONFLICT.search(text)
    if match is None:
        return None
    hint = "keep one side, and delete the lines with <<<<<<<, ======= and >>>>>>>"
    return Problem(text.count("\n", 0, match.start()) + 1, 1, "holds a merge conflict", hint, fatal=True)


_INDENT = "indent the line like its neighbours, by spaces"
_QUOTE = "put the value into quotes"
_MEANT = {
    "could not find expected ':'": ("a line is no KEY: VALUE", "write KEY: VALUE, with a space after the colon"),
    "did not find expected key": ("a line isn't indented as the lines before it", _INDENT),
    "did not find expected '-' indicator": ("a line of a list doesn't begin with - where the others do", _INDENT),
    "mapping values are not allowed in this context": (
        "a colon stands where none is expected",
        f"{_INDENT}, or {_QUOTE}",
    ),
    "block sequence entries are not allowed in this context": ("a - stands where none is expected", _INDENT),
    "found unexpected end of stream": ("a quote or bracket isn't closed", "close it"),
    "found unexpected document indicator": ("a quote or bracket isn't closed", "close it"),
    "did not find expected ',' or ']'": (
        "a list in brackets isn't closed",
        "close it, and write commas between its items",
    ),
    "did not find expected ',' or '}'": (
        "a mapping in braces isn't closed",
        "close it, and write commas between its keys",
    ),
    "found unknown escape character": ("a backslash in double quotes means something else", "use single quotes"),
    "found character that cannot start any token": (
        "a value begins with a character that means something else",
        _QUOTE,
    ),
    "did not find expected alphabetic or numeric character": ("a value begins with * or &", _QUOTE),
}
"""What libyaml says, what it mostly means, and what to write."""


def unreadable(text: str, line: int, column: int, problem: str) -> Problem:
    """Return libyaml's problem with a text, at a line and column that count from 1, in words of ours."""
    lines = text.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        return Problem(
            line, column, "isn't YAML: a tab stands before the text", "write spaces in its place", fatal=True
        )
    meant, hint = _MEANT.get(problem, (problem, f"{_INDENT}, and put values with odd characters into quotes"))
    return Problem(line, column, f"isn't YAML: {meant}", hint, fatal=True)
