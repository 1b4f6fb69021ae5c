"""A rule's page, taken apart: what `explain` prints, the docs are made of, and the examples that tests run."""

import re
from dataclasses import dataclass
from textwrap import dedent

from ..policy.contact import UNKNOWN, Contact

SECTIONS = ("What", "Why", "Bad", "Good", "Fix")
_HEADING = re.compile(rf"^({'|'.join(SECTIONS)}): *(.*)$", re.MULTILINE)
_FILE = re.compile(r"^# file: (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's docstring: a title, and the text of each of SECTIONS (empty where it is missing)."""

    title: str
    sections: dict[str, str]

    def example(self, section: str) -> str:
        """Return the example under `Bad` or `Good`, without its indent."""
        return dedent(self.sections[section]).strip("\n") + "\n"


def parse(text: str) -> Page:
    """Return the page of a rule's docstring."""
    title, _, rest = dedent(text).strip().partition("\n")
    parts = _HEADING.split(rest)
    sections = dict.fromkeys(SECTIONS, "")
    for name, first, following in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        body = following.rstrip()
        sections[name] = f"{first}{body}" if first else body.strip("\n")
    return Page(title, sections)


def addressed(text: str, contact: Contact) -> str:
    """Return a page's text with whom a customer asks in place of what stands for it in every page."""
    return re.sub(rf"\bask\s+{UNKNOWN.name}\b(?!')", lambda _: f"ask {contact}", text)


def files(example: str) -> dict[str, str]:
    """Return the files in an example that names them with lines such as `# file: app.env`; empty without any."""
    parts = _FILE.split(example)
    return {name: body.lstrip("\n") for name, body in zip(parts[1::2], parts[2::2], strict=True)}
