"""Trace a value of a rendered object back to the line that says so.

The customer's files come first, then the platform's, then the library's; the longest match wins, the first of equals.
What components copy out of sizing.yaml is traced to its line there.
"""

from functools import cached_property

from ..finding import Place
from ..render.objects import Object
from ..sources import writes
from ..sources.folder import SIZING
from ..sources.loader import Pointer
from ..sources.writes import Named, Write
from . import extras
from .sources import Sources

_NUMBERED = ("containers", "initContainers", "volumes")
"""The lists whose items a JSON patch names by their number, which stays the same to the end."""


class Origins:
    """An index of everything that an app's files write."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._into: dict[tuple[str, str], list[Write]] = {}

    @cached_property
    def writes(self) -> list[Write]:
        """Everything that is written, the customer's first."""
        sources = self._sources
        library = (sources.library.part(path) for path in sorted({"base", *sources.parts}))
        return [
            *writes.read(sources.customer),
            *sources.platform_writes,
            *(write for part in library for write in part.writes),
        ]

    def place(self, obj: Object, pointer: Pointer) -> Place:
        """Return the place of the value at `pointer` in `obj`; the app's kustomization where no file writes it."""
        wanted = writes.named(pointer, obj.data)
        if sized := self._sized(obj, pointer, wanted):
            return sized
        numbered = tuple(
            str(token) if i and pointer[i - 1] in _NUMBERED else wanted[i] for i, token in enumerate(pointer)
        )
        matches = [
            write
            for write in self._writes_into(obj.kind, obj.plain_name)
            if write.pointer in (wanted[: len(write.pointer)], numbered[: len(write.pointer)])
        ]
        for path in extras.table(self._sources, obj):
            if path == wanted[: len(path)]:
                matches = self._who_resized(matches, len(path))
        best = max(matches, key=lambda write: len(write.pointer), default=None)
        return best.place if best else self._sources.home

    def _writes_into(self, kind: str, name: str) -> list[Write]:
        if (kind, name) not in self._into:
            found = [write for write in self.writes if write.kind.fullmatch(kind) and write.name.fullmatch(name)]
            self._into[kind, name] = found
        return self._into[kind, name]

    def _who_resized(self, writes: list[Write], length: int) -> list[Write]:
        """Return who may have made a size other than the sizing's: who writes it, else the last who patch the object.

        The library has but placeholders for sizes.
        """
        platform, customer = (f"{folder.path}/" for folder in (self._sources.platform, self._sources.customer))
        own = [write for write in writes if write.place.path.startswith((platform, customer))]
        exact = [write for write in own if len(write.pointer) >= length]
        return exact or [write for write in own if write.place.path.startswith(platform)] or writes

    def _sized(self, obj: Object, pointer: Pointer, wanted: Named) -> Place | None:
        """Return the place in sizing.yaml of a value that is copied from there; None for any other value."""
        for path, size in extras.table(self._sources, obj).items():
            # A value that differs from the sizing's came from elsewhere: that is where it must be found.
            if path == wanted[: len(path)] and obj.get(*pointer[: len(path)]) == self._sources.size(size) is not None:
                return self._sources.place_in(
                    self._sources.platform, SIZING, ("spec", *size.split("."), *pointer[len(path) :])
                )
        return None
