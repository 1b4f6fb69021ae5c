"""Whom a customer asks for what only the platform can do."""

from typing import NamedTuple


class Contact(NamedTuple):
    """A name, and an address under which it can be reached: a mail address or a page; empty where none is known."""

    name: str
    address: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.address else self.name


UNKNOWN = Contact("the platform")
"""For trees whose platform hasn't said who it is."""
