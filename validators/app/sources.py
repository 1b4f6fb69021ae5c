"""The sources of an app: the files of its two zones, and what can be told of them before anything is rendered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ..finding import Place
from ..policy import sizes
from ..sources import cluster, inventory, library, references, secrets, writes
from ..sources.folder import KUSTOMIZATION, SIZING, Folder, component_folder
from ..sources.inventory import Inventory
from ..sources.library import BASE, Library
from ..sources.loader import Pointer
from ..sources.tree import Tree
from ..sources.zones import Zones

_KUSTOMIZATIONS = frozenset({KUSTOMIZATION, "kustomization.yml", "Kustomization"})


class Failure(NamedTuple):
    """A part of the check that ended with an error of ours; `place`: the file it was at, as far as that is known."""

    message: str
    place: Place | None = None


@dataclass(frozen=True, eq=False)
class Sources:
    """What rules about sources get. Nothing in it changes."""

    name: str
    """`customer/app`."""
    customer: Folder
    """The customer's folder, overlays/customers/<customer>/<app>."""
    platform: Folder
    """The platform's folder of the app."""
    library: Library
    failures: tuple[Failure, ...] = field(default=(), kw_only=True)
    """What of the check itself failed at this app."""
    zones: Zones = field(default=Zones(), kw_only=True)
    """Where the tree has its zones."""

    @classmethod
    def read(cls, tree: Tree, name: str) -> "Sources":
        """Read one app's folders."""
        customer, platform = tree.zones.of(name)
        return cls(name, tree.read(customer), tree.read(platform), tree.library, zones=tree.zones)

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

    def fact(self, path: str) -> Any:
        """Return one fact of the cluster, `gateway.name`, or None."""
        return cluster.fact(self.library, path)

    @cached_property
    def features(self) -> list[str]:
        """The components that the customer's kustomization names, `async` or `hosts/2`, in order."""
        return self.customer.component_names()

    @cached_property
    def infrastructure(self) -> list[str]:
        """The components that the platform's kustomization names, `postgres/cnpg`, in order."""
        return self.platform.component_names()

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The library's folders that the app is made of: those of its components and of what these include, and base
        where there is a customer."""
        return self.parts_of(self.features)

    def parts_of(self, features: Iterable[str]) -> tuple[str, ...]:
        """Return the same had the customer listed these components."""
        closure = self.library.closure([*features, *self.infrastructure])
        return (*([BASE] if self.customer.files else []), *(component_folder(name) for name in closure))

    @cached_property
    def made_of(self) -> tuple[str, ...]:
        """The library's folders that kustomize reads for the app, sorted."""
        kustomizations = (
            (folder, name)
            for folder in (self.customer, self.platform)
            for name in folder.files
            if name.rpartition("/")[2] in _KUSTOMIZATIONS
        )
        paths = (path for folder, name in kustomizations for path in library.named(folder, name))
        return self.library.whole([*self.parts, *paths])

    @cached_property
    def inventory(self) -> Inventory:
        """What the library's and the platform's files say that the app has."""
        return Inventory.joined((self.library.inventory(self.parts), inventory.read(self.platform)))

    @cached_property
    def platform_writes(self) -> tuple[writes.Write, ...]:
        """What the platform's files write, and where."""
        return tuple(writes.read(self.platform))

    @cached_property
    def own_secrets(self) -> set[str]:
        """The names of the Secrets that the customer's containers may read: the customer's own, and the database's."""
        return secrets.readable(self.customer)

    @cached_property
    def cron_jobs(self) -> frozenset[str]:
        """The names of the CronJobs that the customer's files hold."""
        return references.objects(self.customer, "CronJob")

    def place_in(self, folder: Folder, name: str, pointer: Pointer = ()) -> Place:
        """Return the place of `pointer` in a YAML file of one of the app's folders."""
        mark = folder.document(name).mark(pointer)
        return Place(f"{folder.path}/{name}".lstrip("/"), mark.line, mark.column)

    @property
    def home(self) -> Place:
        """Where to report what has no place of its own: the kustomization of the zone that exists."""
        folder = self.customer if self.customer.files else self.platform
        return Place(f"{folder.path}/{KUSTOMIZATION}")
