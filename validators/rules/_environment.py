"""The variables of a customer's app-config as kustomize reads them, and as the containers see them."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ..app.sources import Sources
from ..finding import Place
from ..policy import limits
from ..sources import decoding, references, values
from ..sources.folder import KUSTOMIZATION

CONFIG = "app-config"
LONGEST = 65_535
"""Bytes of a line of an env file: kustomize stops reading at a longer one, and says nothing."""


class Line(NamedTuple):
    """A line of an env file that is neither blank nor a comment; `number` counts from 1."""

    number: int
    text: str


class Variable(NamedTuple):
    """A variable, with its value as the container gets it."""

    name: str
    seen: str
    place: Place
    literal: bool
    """Whether it stands in kustomization.yaml, not in an env file."""


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of an env file: kustomize drops what is blank before the name, and nothing of the value."""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r").lstrip()
        if line and not line.startswith("#"):
            yield Line(number, line)


def variables(app: Sources) -> Iterator[Variable]:
    """Yield the variables of app-config, as many as may be there."""
    yield from islice(_variables(app), limits.ENVIRONMENT_LINES)


def _variables(app: Sources) -> Iterator[Variable]:
    read = set()
    for index, entry in enumerate(values.items(app.customer.kustomization.value, "configMapGenerator")):
        if not isinstance(entry, dict) or entry.get("name") != CONFIG:
            continue
        for name in values.texts(entry, "envs"):
            path = references.inside(app.customer, name)
            if path in app.customer.files and path not in read:
                read.add(path)
                yield from _in_file(app, path)
        for position, text in enumerate(values.texts(entry, "literals")):
            key, equals, value = text.partition("=")
            if equals:
                pointer = ("configMapGenerator", index, "literals", position)
                yield Variable(key, _unquoted(value), app.place_in(app.customer, KUSTOMIZATION, pointer), True)


def _in_file(app: Sources, path: str) -> Iterator[Variable]:
    text, _ = decoding.decode(app.customer.files[path])
    for line in lines(text):
        key, equals, value = line.text.partition("=")
        if equals:
            yield Variable(key, value, Place(f"{app.customer.path}/{path}", line.number), False)


def _unquoted(value: str) -> str:
    """Return a literal's value as kustomize takes it: without a pair of quotes around it."""
    paired = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if paired else value
