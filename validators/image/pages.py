"""What a page of HTML links to: style sheets, scripts and images; other pages; forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload"}
_TYPED = {"text", "email", ""}


@dataclass
class Form:
    """A form: where it goes, how, and its fields as name -> (type, value)."""

    action: str
    method: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def asks_for_password(self) -> bool:
        """Whether it is one to log in with."""
        return any(kind == "password" for kind, _ in self.fields.values())

    def filled(self, user: str, password: str) -> dict[str, str]:
        """The values to send: those it came with, the user in the first field to type in, the password in its own."""
        values, typed = {}, False
        for name, (kind, value) in self.fields.items():
            if kind == "password":
                values[name] = password
            elif kind in _TYPED and not typed:
                values[name], typed = user, True
            elif kind not in ("checkbox", "radio", "file"):
                values[name] = value
        return values


@dataclass
class Page:
    """What one page refers to, as written there."""

    assets: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    base: str = ""


def parse(text: str) -> Page:
    """Read a page. Never fails: browsers don't either."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return parser.page


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.page.base = given.get("href", "")
        elif tag == "a" and given.get("href"):
            self.page.links.append(given["href"])
        elif tag == "link" and set(given.get("rel", "").lower().split()) & _FETCHED_LINKS:
            self._asset(given.get("href", ""))
        elif tag in ("script", "img", "source"):
            self._asset(given.get("src", ""))
            for candidate in re.split(r",\s+", given.get("srcset", "")):
                self._asset(candidate.strip().split(" ")[0])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.page.forms.append(self._form)
        elif tag == "input" and self._form and given.get("name"):
            self._form.fields[given["name"]] = (given.get("type", "").lower(), given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _asset(self, address: str) -> None:
        if address and not address.startswith("data:"):
            self.page.assets.append(address)
