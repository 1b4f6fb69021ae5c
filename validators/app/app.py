"""One app: the files of its two zones, what they render to, and where each value comes from."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from ..finding import Place
from ..policy import sizes
from ..render.objects import Object
from ..sources.loader import Pointer
from ..sources.tree import CUSTOMERS, KUSTOMIZATION, PLATFORM, Folder

SIZING = "sizing.yaml"


class App:
    """What rules get: the sources of an app and, once rendered, its objects."""

    def __init__(self, name: str, customer: Folder, platform: Folder, library: Folder) -> None:
        self.name = name
        """`customer/app`."""
        self.customer = customer
        """The customer's folder, overlays/customers/<customer>/<app>."""
        self.platform = platform
        """The platform's folder, overlays/ungleich/<customer>/<app>."""
        self.library = library
        """base/ and components/."""
        self.objects: list[Object] = []
        """The rendered objects, in the order of kustomize; empty before rendering."""
        self.neutral: list[Object] | None = None
        """The same with a customer who wrote nothing, see ownership/baseline.py; None where there is none."""
        self.error = ""
        """Why kustomize doesn't build the app, empty where it does."""

    @property
    def namespace(self) -> str:
        """The namespace that the app must be in: <customer>-<app>."""
        return self.name.replace("/", "-")

    @cached_property
    def sizing(self) -> dict[str, Any]:
        """`spec` of the platform's sizing.yaml, empty where it can't be read."""
        value = self.platform.document(SIZING).value
        spec = value.get("spec") if isinstance(value, dict) else None
        return spec if isinstance(spec, dict) else {}

    def size(self, path: str) -> Any:
        """Return one value of the sizing, `async.replicas`, with the type that objects have it in, or None."""
        value: Any = self.sizing
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return sizes.typed(path, value)

    @cached_property
    def features(self) -> list[str]:
        """The components that the customer's kustomization names, `async` or `hosts/2`, in order."""
        return component_names(self.customer)

    @cached_property
    def infrastructure(self) -> list[str]:
        """The components that the platform's kustomization names, `postgres/cnpg`, in order."""
        return component_names(self.platform)

    def of_kind(self, *kinds: str) -> Iterator[Object]:
        """Yield the rendered objects of these kinds."""
        return (obj for obj in self.objects if obj.kind in kinds)

    def find(self, kind: str, name: str) -> Object | None:
        """Return the rendered object of this kind and name (a generated ConfigMap's without its hash), or None."""
        for obj in self.objects:
            if obj.kind == kind and (obj.name == name or self.plain_name(obj) == name):
                return obj
        return None

    def plain_name(self, obj: Object) -> str:
        """Return an object's name without the hash that kustomize adds to a generated one."""
        return self.hashed_names.get(obj.name, obj.name) if obj.kind in ("ConfigMap", "Secret") else obj.name

    @cached_property
    def hashed_names(self) -> dict[str, str]:
        """The names of the rendered, generated ConfigMaps and Secrets, hash and all, to the names in the sources."""
        from .hashes import hashed_names  # what most rules don't need isn't imported for them

        return hashed_names(self)

    @cached_property
    def inventory(self) -> Any:
        """What the library's and the platform's files say that the app has, see app/inventory.py."""
        from .inventory import inventory

        return inventory(self)

    @cached_property
    def own_secrets(self) -> set[str]:
        """The names of the Secrets that the customer's containers may read, see app/secrets.py."""
        from .secrets import readable

        return readable(self)

    def place(self, obj: Object, pointer: Pointer = ()) -> Place:
        """Return where a value of a rendered object is written: in the customer's, the platform's or our files."""
        return self.origins.place(obj, pointer)

    @cached_property
    def origins(self) -> Any:
        """The index behind place()."""
        from .origin import Origins

        return Origins(self)

    def place_in(self, folder: Folder, name: str, pointer: Pointer = ()) -> Place:
        """Return the place of `pointer` in a YAML file of one of the app's folders."""
        mark = folder.document(name).mark(pointer)
        return Place(f"{folder.path}/{name}".lstrip("/"), mark.line, mark.column)

    @property
    def home(self) -> Place:
        """Where to report what has no place of its own: the kustomization of the zone that exists."""
        folder = self.customer if self.customer.files else self.platform
        return Place(f"{folder.path}/{KUSTOMIZATION}")


def component_names(folder: Folder) -> list[str]:
    """Return what a folder lists under `components:` as names below components/, whatever else it names left out."""
    names = []
    for item in folder.listed("components"):
        path = resolve(folder.path, item)
        if path and path.startswith("components/"):
            names.append(path.removeprefix("components/"))
    return names


@lru_cache(4096)
def resolve(folder: str, path: str) -> str | None:
    """Return a relative path in a file of `folder` as a path from the root, None where it leaves the tree."""
    parts = [part for part in folder.split("/") if part]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def zone_paths(name: str) -> tuple[str, str]:
    """Return the paths of an app's two folders: the customer's and the platform's."""
    return f"{CUSTOMERS}/{name}", f"{PLATFORM}/{name}"
