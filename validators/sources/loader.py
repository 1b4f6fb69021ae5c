"""Read YAML the way every parser on the way to the cluster reads it, or say where they would differ.

A file passes through kustomize (go-yaml v3), ArgoCD (go-yaml v2) and this package (libyaml). What one of them could
read otherwise than the others is a Problem: the values are still returned, for messages, but mustn't be relied on.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from ..policy import limits
from .decoding import Problem, conflict, decode, unreadable

Pointer = tuple[str | int, ...]


class Mark(NamedTuple):
    """Where a value is: line and column count from 1. `block` is the indent of a literal block scalar's text, or 0."""

    line: int
    column: int
    block: int = 0


@dataclass(slots=True)
class Document:
    """One YAML document: its value as plain data, and where each key and list item stands."""

    value: Any = None
    marks: dict[Pointer, Mark] = field(default_factory=dict)
    written: dict[Pointer, str] = field(default_factory=dict)
    """How values that are no texts are written: 1.10 is 1.1."""

    def mark(self, pointer: Pointer) -> Mark:
        """Return the mark of `pointer`, or of the nearest of its parents that exists."""
        while pointer not in self.marks and pointer:
            pointer = pointer[:-1]
        return self.marks.get(pointer, Mark(1, 1))


class Stop(Exception):
    """Reading any further is of no use, or not safe."""


_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,15})\.[0-9]{1,15}\Z")
# What YAML 1.1, YAML 1.2 and Go's parsers read differently from each other.
_AMBIGUOUS = re.compile(
    r"""(?ix)(?: y|n|yes|no|on|off            # booleans in YAML 1.1
      | [-+]?0[0-9_]+ | [-+]?0[xob][0-9a-f_]+ # octal or decimal
      | \+[0-9][0-9_]* | -?[0-9]{19,} | [-+]?[0-9]+_[0-9_]*
      | [-+]?[0-9_]+(?::[0-5]?[0-9])+(?:\.[0-9_]*)? # sexagesimal
      | [-+]?(?:[0-9_]+(?:\.[0-9_]*)?|\.[0-9_]+)\.?e[-+]?[0-9]+ | [-+]?[0-9][0-9_]*\. | [-+]?\.[0-9_]+
      | [-+]?[0-9][0-9_]*\.[0-9_]+
      | [-+]?\.inf | \.nan | = | <<
      | \d{4}-\d\d?-\d\d?(?:[Tt\ ].*)?        # dates
    )\Z"""
)


def load(data: bytes) -> tuple[list[Document], list[Problem]]:
    """Return the documents in `data` and its problems, in the order of the file.

    Small files of the same bytes share the documents: nobody may change them. Never raises, whatever `data` is. After a
    problem that stops reading the documents are those before it.
    """
    return load_shared(data) if len(data) <= limits.SHARED_BYTES else _load(data)


@lru_cache(maxsize=256)
def load_shared(data: bytes) -> tuple[list[Document], list[Problem]]:
    """As load, for small files."""
    return _load(data)


def _load(data: bytes) -> tuple[list[Document], list[Problem]]:
    text, problems = decode(data)
    if problems and not text:
        return [], problems
    if found := conflict(text):
        return [], [found]
    return load_text(text, problems)


def load_text(text: str, problems: list[Problem] | None = None) -> tuple[list[Document], list[Problem]]:
    """As load, for text that is decoded already: such as a patch inside another file."""
    reader = _Reader(problems if problems is not None else [])
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            reader.take(event)
    except Stop:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reader.problems.append(unreadable(text, line, column, error.problem or "unreadable"))
    except (yaml.YAMLError, UnicodeEncodeError):
        reader.problems.append(Problem(1, 1, "isn't YAML: holds characters that YAML doesn't allow"))
    return reader.documents, sorted(reader.problems, key=lambda problem: (problem.line, problem.column))


_MISSING = object()
_NO_TEXTS = (bool, int, float)


class _Frame:
    """A mapping or list that is being read."""

    __slots__ = ("container", "folded", "key", "pointer")

    def __init__(self, container: dict | list, pointer: Pointer) -> None:
        self.container = container
        self.pointer = pointer
        self.key: Any = _MISSING
        self.folded: dict[str, str] = {}


class _Reader:
    """Builds documents from libyaml's events, one at a time, so that a limit stops the reading where it is met."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.documents: list[Document] = []
        self.stack: list[_Frame] = []
        self.nodes = 0

    def problem(self, event: yaml.Event, message: str, hint: str) -> None:
        if len(self.problems) < 20:
            self.problems.append(Problem(event.start_mark.line + 1, event.start_mark.column + 1, message, hint))

    def stop(self, event: yaml.Event, message: str, hint: str) -> None:
        self.problem(event, message, hint)
        raise Stop

    def take(self, event: yaml.Event) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._node(event)
            self._place(event, self._scalar(event))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._node(event)
            self._open(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.stack.pop()
        elif kind is yaml.AliasEvent:
            self.stop(event, f"uses the alias *{event.anchor}", "write the value out")
        elif kind is yaml.DocumentStartEvent:
            if event.version or event.tags:
                self.problem(event, "has a %YAML or %TAG directive", "delete it")
            self.documents.append(Document())

    def _node(self, event: yaml.Event) -> None:
        self.nodes += 1
        if self.nodes > limits.YAML_NODES:
            self.stop(event, f"holds more than {limits.YAML_NODES} values", "split it into several files")
        if event.anchor is not None:
            self.problem(event, f"has the anchor &{event.anchor}", "delete it and write the value out")
        if event.tag is not None:
            self.problem(event, f"has the tag {event.tag}", "delete it")

    def _open(self, event: yaml.Event, container: dict | list) -> None:
        if len(self.stack) >= limits.YAML_DEPTH:
            self.stop(
                event, f"is nested deeper than {limits.YAML_DEPTH} levels", "write it flatter: nothing here needs that"
            )
        if self.stack and isinstance(self.stack[-1].container, dict) and self.stack[-1].key is _MISSING:
            self.stop(event, "has a mapping or list as a key", "write a plain word")
        if not self.stack and event.flow_style:
            self.problem(event, "is JSON", "write it as YAML, a line for each key")
        self.stack.append(_Frame(container, self._place(event, container)))

    def _place(self, event: yaml.Event, value: Any) -> Pointer:
        """Put a value where it belongs and return its pointer; a mapping's key is only remembered."""
        document = self.documents[-1]
        if not self.stack:
            document.value = value
            self._mark(document, (), event)
            return ()
        frame = self.stack[-1]
        if isinstance(frame.container, list):
            pointer = (*frame.pointer, len(frame.container))
            frame.container.append(value)
            self._mark(document, pointer, event)
            if type(value) in _NO_TEXTS:
                document.written[pointer] = event.value
            return pointer
        if frame.key is _MISSING:
            frame.key = self._key(event, frame, value)
            self._mark(document, (*frame.pointer, frame.key), event)
            return frame.pointer
        pointer = (*frame.pointer, frame.key)
        frame.container[frame.key] = value
        if type(value) in _NO_TEXTS:
            document.written[pointer] = event.value
        if getattr(event, "style", None) == "|":
            mark = document.marks[pointer]
            document.marks[pointer] = Mark(mark.line, mark.column, event.start_mark.line + 2)
        frame.key = _MISSING
        return pointer

    @staticmethod
    def _mark(document: Document, pointer: Pointer, event: yaml.Event) -> None:
        document.marks[pointer] = Mark(event.start_mark.line + 1, event.start_mark.column + 1)

    def _key(self, event: yaml.ScalarEvent, frame: _Frame, value: Any) -> str:
        key = event.value
        if not isinstance(value, str) or (event.implicit[0] and _AMBIGUOUS.match(key)):
            self.problem(event, f"has the key {key[:40]!r}, which isn't a word", "quote it or delete it")
        if len(key) > limits.KEY_LENGTH:
            self.stop(event, f"has a key longer than {limits.KEY_LENGTH} characters", "take a shorter one")
        folded = unicodedata.normalize("NFKC", key).casefold()
        if key in frame.container:
            self.problem(event, f"has the key {key[:40]!r} twice", "delete one: parsers differ in which one counts")
        elif folded in frame.folded and "encryptedData" not in frame.pointer:
            other = frame.folded[folded]
            self.problem(event, f"has the keys {other[:40]!r} and {key[:40]!r}, the same to kustomize", "delete one")
        frame.folded[folded] = key
        return key

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text = event.value
        if len(text) > limits.SCALAR_LENGTH:
            self.stop(
                event, f"holds a text longer than {limits.SCALAR_LENGTH >> 10} KiB", "put it into a file, under files"
            )
        if not event.implicit[0]:
            return text
        if _INT.match(text):
            return int(text)
        if _TRUE.match(text):
            return True
        if _FALSE.match(text):
            return False
        if _NULL.match(text):
            return None
        if _FLOAT.match(text):
            return float(text)
        if _AMBIGUOUS.match(text):
            is_value = (
                not self.stack or isinstance(self.stack[-1].container, list) or self.stack[-1].key is not _MISSING
            )
            if is_value:
                self.problem(
                    event, f"has the value {text[:40]}, which parsers read differently", f"quote it: {text[:40]!r}"
                )
        return text
