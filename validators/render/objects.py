"""Rendered Kubernetes objects, and reading them as the API server does."""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from ..policy.pods import POD_SPECS
from ..sources.loader import Pointer

IMAGE_LABEL = "hosting.ungleich.ch/image"
CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
_HASHED = re.compile(r"(.+)-[bcdfghkmt2456789]{10}\Z")
"""A generated name: kustomize appends a hash of the content, of ten of these characters."""


class Container(NamedTuple):
    """A container of a rendered object: its data, and the pointer to it from the object's root."""

    data: dict
    pointer: Pointer

    @property
    def name(self) -> str:
        """The container's name."""
        return str(self.data.get("name", ""))


class Object:
    """A rendered object: `data` as the API server would get it, and the parts of it that rules ask for."""

    __slots__ = ("_containers", "api_version", "data", "kind", "name", "namespace", "pod_pointer")

    def __init__(self, data: dict) -> None:
        self.data = data
        self._containers: list[Container] | None = None
        self.api_version = str(data.get("apiVersion", ""))
        self.kind = str(data.get("kind", ""))
        self.pod_pointer: Pointer | None = POD_SPECS.get(self.kind)
        """The pointer to the pod's spec, None where the kind has no pod."""
        metadata = data.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        self.name = str(metadata.get("name", ""))
        self.namespace = str(metadata.get("namespace", ""))

    def __repr__(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def plain_name(self) -> str:
        """The name without the hash that kustomize adds to a generated ConfigMap's or Secret's."""
        match = _HASHED.match(self.name) if self.kind in ("ConfigMap", "Secret") else None
        return match[1] if match else self.name

    def get(self, *pointer: str | int, default: Any = None) -> Any:
        """Return the value at `pointer`, or `default` where there is none: get("spec", "replicas")."""
        value: Any = self.data
        try:
            for token in pointer:
                value = value[token]
        except (KeyError, IndexError, TypeError):
            return default
        return value

    def mapping(self, *pointer: str | int) -> dict:
        """Return the mapping at `pointer`, an empty one where there is none."""
        value = self.get(*pointer)
        return value if isinstance(value, dict) else {}

    def sequence(self, *pointer: str | int) -> list:
        """Return the list at `pointer`, an empty one where there is none."""
        value = self.get(*pointer)
        return value if isinstance(value, list) else []

    @property
    def labels(self) -> dict:
        """The object's own labels."""
        return self.mapping("metadata", "labels")

    @property
    def annotations(self) -> dict:
        """The object's own annotations."""
        return self.mapping("metadata", "annotations")

    @property
    def pod(self) -> dict:
        """The pod's spec, empty where the kind has no pod."""
        return self.mapping(*self.pod_pointer) if self.pod_pointer else {}

    @property
    def runs_customer_image(self) -> bool:
        """Whether the pod runs the customer's image (web, migrate, async, scheduler)."""
        if not self.pod_pointer:
            return False
        labels = self.mapping(*self.pod_pointer[:-1], "metadata", "labels")
        return labels.get(IMAGE_LABEL) == "app"

    def containers(self) -> list[Container]:
        """Return the containers of every list, init containers first."""
        if self._containers is None:
            base = self.pod_pointer
            self._containers = [
                Container(data, (*base, key, index))
                for key in (CONTAINER_LISTS if base else ())
                for index, data in enumerate(self.sequence(*base, key))
                if isinstance(data, dict)
            ]
        return self._containers


# How go-yaml v2 reads plain scalars; every manifest goes through it to the API server.
_WORDS = {"true": True, "yes": True, "on": True, "y": True, "false": False, "no": False, "off": False, "n": False}
_PLAIN: dict[str, Any] = {v: value for word, value in _WORDS.items() for v in (word, word.capitalize(), word.upper())}
_PLAIN.update(dict.fromkeys(("", "~", "null", "Null", "NULL")))
_INT = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z"
)


@lru_cache(maxsize=1 << 14)
def _plain(text: str) -> Any:
    """Return the value of a scalar without quotes."""
    if text in _PLAIN:
        return _PLAIN[text]
    if _INT.match(text):
        return _integer(text)
    if _FLOAT.match(text):
        return _floating(text)
    return text


def _floating(text: str) -> float | str:
    # What is larger than any float is a text to go-yaml, not an infinity.
    value = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text if math.isinf(value) and "inf" not in text.lower() else value


def _integer(text: str) -> int:
    text = text.replace("_", "").lower()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-")
    for prefix, base in (("0b", 2), ("0x", 16), ("0o", 8), ("0", 8)):
        if text.startswith(prefix) and len(text) > len(prefix):
            return sign * int(text[len(prefix) :], base)
    return sign * int(text)


class Rendered(NamedTuple):
    """What a folder rendered to: its objects, or why it didn't."""

    objects: list[Object]
    error: str = ""


def parse(stream: bytes | str) -> list[Object]:
    """Return the objects of a YAML stream that kustomize printed.

    Raises yaml.YAMLError for anything else: also for aliases and for keys that stand twice, which it doesn't print.
    """
    return [Object(data) for data in _documents(stream) if isinstance(data, dict)]


def _documents(stream: bytes | str) -> Iterator[Any]:
    """Yield the documents: built from libyaml's events, three times as fast as by PyYAML's own constructor."""
    parser = yaml.parse(stream, Loader=yaml.CSafeLoader)
    for event in parser:
        if type(event) is yaml.DocumentStartEvent:
            yield _value(next(parser), parser)


def _value(event: yaml.Event, parser: Iterator[yaml.Event]) -> Any:
    """Return the value that begins with `event`."""
    kind = type(event)
    if kind is yaml.ScalarEvent:
        return _plain(event.value) if event.implicit[0] else event.value
    if kind is yaml.MappingStartEvent:
        mapping: dict = {}
        while type(event := next(parser)) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent or event.value in mapping:
                raise yaml.YAMLError("kustomize printed a key twice, or one that isn't a word")
            mapping[event.value] = _value(next(parser), parser)
        return mapping
    if kind is yaml.SequenceStartEvent:
        items = []
        while type(event := next(parser)) is not yaml.SequenceEndEvent:
            items.append(_value(event, parser))
        return items
    raise yaml.YAMLError("kustomize printed an alias")
