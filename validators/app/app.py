"""An app that was rendered: its sources, its objects, and where each value of these comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ..finding import Place
from ..render.hashes import hashed_names
from ..render.objects import Object, Rendered
from ..sources.loader import Pointer
from .origin import Origins
from .sources import Sources


@dataclass(frozen=True, eq=False)
class App(Sources):
    """What rules about objects get: made of an app's sources and what they rendered to."""

    objects: tuple[Object, ...] = ()
    """The rendered objects by kind and name: kustomize's order is another one where it builds several apps at once."""
    error: str = ""
    """Why kustomize doesn't build the app, empty where it does."""
    baseline: tuple[Object, ...] | None = None
    """The objects as they would be had the customer written nothing, see ownership/baseline.py; None without one."""

    @classmethod
    def of(cls, sources: Sources, rendered: Rendered) -> "App":
        """Return the app that `sources` rendered to."""
        objects = tuple(sorted(rendered.objects, key=lambda obj: (obj.kind, obj.name, obj.namespace, obj.api_version)))
        folders = (sources.customer, sources.platform, sources.library)
        return cls(sources.name, *folders, objects, rendered.error, zones=sources.zones)

    def held_against(self, baseline: Rendered) -> "App":
        """Return the same app with its baseline, or with the reason why that can't be built."""
        if baseline.error:
            return replace(self, error=f"without the customer's files: {baseline.error}")
        return replace(self, baseline=tuple(baseline.objects))

    def of_kind(self, *kinds: str) -> Iterator[Object]:
        """Yield the rendered objects of these kinds, in the order of all."""
        if kinds not in self._of_kinds:
            self._of_kinds[kinds] = [obj for obj in self.objects if obj.kind in kinds]
        return iter(self._of_kinds[kinds])

    @cached_property
    def _of_kinds(self) -> dict[tuple[str, ...], list[Object]]:
        return {}

    def find(self, kind: str, name: str) -> Object | None:
        """Return the rendered object of this kind and name (a generated ConfigMap's without its hash), or None."""
        return next((obj for obj in self.of_kind(kind) if name in (obj.name, obj.plain_name)), None)

    @cached_property
    def hashed_names(self) -> dict[str, str]:
        """The names of the rendered, generated ConfigMaps and Secrets, hash and all, to the names in the sources."""
        return hashed_names(self.objects)

    def place(self, obj: Object, pointer: Pointer = ()) -> Place:
        """Return where a value of a rendered object is written: in the customer's, the platform's or our files."""
        return self.origins.place(obj, pointer)

    def written_by_app(self, obj: Object, pointers: list[Pointer]) -> Pointer:
        """Return the first of `pointers` whose value the app's own files write, the customer's before the platform's;
        else the first: of things that don't fit together the library's were there before."""
        places = {pointer: self.place(obj, pointer).path for pointer in pointers}
        for folder in (self.customer, self.platform):
            for pointer, path in places.items():
                if path.startswith(f"{folder.path}/"):
                    return pointer
        return pointers[0]

    @cached_property
    def origins(self) -> Origins:
        """The index behind place()."""
        return Origins(self)
