"""The variables of a customer's app-config as kustomize reads them, and as the containers see them."""

from collections.abc import Iterator
from typing import NamedTuple

from ..app.sources import Sources
from ..finding import Place
from ..sources import loader, values
from ..sources.folder import KUSTOMIZATION, resolve

CONFIG = "app-config"
LONGEST = 65_535
"""Bytes of a line of an env file: kustomize stops reading at a longer one, and says nothing."""


class Line(NamedTuple):
    """A line of an env file that is neither blank nor a comment; `number` counts from 1."""

    number: int
    text: str


class Variable(NamedTuple):
    """A variable: `written` as in the file, `seen` as the container gets it."""

    name: str
    written: str
    seen: str
    place: Place
    literal: bool
    """Whether it stands in kustomization.yaml, not in an env file."""


def lines(data: bytes) -> Iterator[Line]:
    """Yield the lines of an env file: kustomize drops what is blank before the name, and nothing of the value."""
    text, _ = loader.decode(data)
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r").lstrip()
        if line and not line.startswith("#"):
            yield Line(number, line)


def file(app: Sources, name: str) -> tuple[str, bytes | None]:
    """Return the path in the customer's folder that kustomize takes `name` for, and what is in the file."""
    path = (resolve(app.customer.path, name) or "").removeprefix(f"{app.customer.path}/")
    return path, app.customer.files.get(path)


def variables(app: Sources) -> Iterator[Variable]:
    """Yield the variables of app-config."""
    entries = values.items(app.customer.kustomization.value, "configMapGenerator")
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or entry.get("name") != CONFIG:
            continue
        for name in values.texts(entry, "envs"):
            path, data = file(app, name)
            for line in lines(data or b""):
                key, equals, value = line.text.partition("=")
                if equals:
                    yield Variable(key, value, value, Place(f"{app.customer.path}/{path}", line.number), False)
        for position, text in enumerate(values.items(entry, "literals")):
            key, equals, value = str(text).partition("=")
            if equals:
                pointer = ("configMapGenerator", index, "literals", position)
                yield Variable(key, value, unquoted(value), app.place_in(app.customer, KUSTOMIZATION, pointer), True)


def unquoted(value: str) -> str:
    """Return a literal's value as kustomize takes it: without a pair of quotes around it."""
    paired = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if paired else value
