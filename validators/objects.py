"""Rendered Kubernetes objects, and reading them as the API server does."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from .loader import Pointer

IMAGE_LABEL = "hosting.ungleich.ch/image"
_POD_SPECS: dict[str, Pointer] = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")


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

    __slots__ = ("api_version", "data", "kind", "name", "namespace")

    def __init__(self, data: dict) -> None:
        self.data = data
        self.api_version = str(data.get("apiVersion", ""))
        self.kind = str(data.get("kind", ""))
        metadata = data.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        self.name = str(metadata.get("name", ""))
        self.namespace = str(metadata.get("namespace", ""))

    def __repr__(self) -> str:
        return f"{self.kind}/{self.name}"

    def get(self, *pointer: str | int, default: Any = None) -> Any:
        """Return the value at `pointer`, or `default` where there is none: get("spec", "replicas")."""
        value: Any = self.data
        for token in pointer:
            try:
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
    def pod_pointer(self) -> Pointer | None:
        """The pointer to the pod's spec, None where the kind has no pod."""
        return _POD_SPECS.get(self.kind)

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

    def containers(self) -> Iterator[Container]:
        """Yield the containers of every list, init containers first."""
        base = self.pod_pointer
        for key in CONTAINER_LISTS if base else ():
            for index, data in enumerate(self.sequence(*base, key)):
                if isinstance(data, dict):
                    yield Container(data, (*base, key, index))


class _ApiServerLoader(yaml.CSafeLoader):
    """Resolves plain scalars as go-yaml v2 does, through which every manifest reaches the API server."""


_WORDS = {"true": True, "yes": True, "on": True, "y": True, "false": False, "no": False, "off": False, "n": False}
_CASES = {v: value for word, value in _WORDS.items() for v in (word, word.capitalize(), word.upper())}
_ApiServerLoader.yaml_implicit_resolvers = {}
_ApiServerLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(f"(?:{'|'.join(_CASES)})\\Z"), list("yYnNtTfFoO")
)
_ApiServerLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]
)
_ApiServerLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int",
    re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)\Z"),
    list("-+0123456789"),
)
_ApiServerLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z"
    ),
    list("-+0123456789."),
)


def _construct_int(self: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = node.value.replace("_", "").lower()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-")
    for prefix, base in (("0b", 2), ("0x", 16), ("0o", 8), ("0", 8)):
        if text.startswith(prefix) and len(text) > len(prefix):
            return sign * int(text[len(prefix) :], base)
    return sign * int(text)


_ApiServerLoader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_ApiServerLoader.add_constructor("tag:yaml.org,2002:bool", lambda _, node: _CASES[node.value])


def parse(stream: bytes | str) -> list[Object]:
    """Return the objects of a YAML stream that kustomize printed.

    Raises yaml.YAMLError for anything else.
    """
    return [Object(data) for data in yaml.load_all(stream, Loader=_ApiServerLoader) if isinstance(data, dict)]
