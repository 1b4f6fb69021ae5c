"""Where a repository's zones lie: the customers' always in the same folder, the platform's in one that each hoster names.

Nothing says that name but the tree itself: the platform's is the folder of overlays/ that isn't another's.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .folder import CLUSTER

OVERLAYS = "overlays"
CUSTOMERS = f"{OVERLAYS}/customers"
TEMPLATE = f"{OVERLAYS}/template"
LEFT = f"{OVERLAYS}/left"
"""The records of apps that have left, <namespace>.yaml each."""
ARGOCD = "argocd"
"""The platform's folder that isn't a customer's: what makes ArgoCD deploy the others."""
LIBRARY = ("base", "components", CLUSTER)
OTHERS = frozenset(path.rpartition("/")[2] for path in (CUSTOMERS, TEMPLATE, LEFT, CLUSTER))
"""The folders of overlays/ that are never the platform's."""
_OF_THE_TEMPLATE = frozenset({"customer", "options"})
DEFAULT = "platform"
"""The platform's folder where a hoster says no other name, and where there is none yet."""


class TreeError(Exception):
    """The tree can't be read at all. The message is one line, for people."""


@dataclass(frozen=True)
class Zones:
    """The folders of a tree; `name`: of the platform's in overlays/. All paths are from the tree's root."""

    name: str = DEFAULT

    @property
    def platform(self) -> str:
        """The platform's folder."""
        return f"{OVERLAYS}/{self.name}"

    @property
    def argocd(self) -> str:
        """What makes ArgoCD deploy the apps."""
        return f"{self.platform}/{ARGOCD}"

    @property
    def project(self) -> str:
        """Where the AppProject of each customer is made from."""
        return f"{self.argocd}/customer"

    @property
    def project_file(self) -> str:
        """The AppProject."""
        return f"{self.project}/app-project.yaml"

    @property
    def rings_file(self) -> str:
        """Which version of the library renders which apps; a fleet without it has no rings."""
        return f"{self.platform}/rings.yaml"

    @property
    def template(self) -> str:
        """The template's folder of the platform."""
        return f"{TEMPLATE}/{self.name}"

    @property
    def library(self) -> tuple[str, ...]:
        """What all apps are made of, and held against."""
        return (*LIBRARY, self.project)

    @property
    def every_app(self) -> tuple[str, ...]:
        """What a change of concerns all apps: what they are made of, and checked by."""
        return (*self.library, "validators", self.rings_file)

    def of(self, app: str) -> tuple[str, str]:
        """Return the paths of an app's two folders, `customer/app`: the customer's and the platform's."""
        return f"{CUSTOMERS}/{app}", f"{self.platform}/{app}"


def on_disk(root: Path) -> Zones:
    """Return the zones of the tree at `root`. Raises TreeError."""
    return found(lambda path: _folders(f"{root}/{path}"))


def found(folders: Callable[[str], Iterable[str]]) -> Zones:
    """Return the zones of a tree; `folders` returns the names of a folder's folders, nothing where there is none.

    Of several that may be the platform's it is the one with argocd/; of none, the template tells how it will be called.
    Raises TreeError where more than one can be it.
    """
    names = [name for name in folders(OVERLAYS) if name not in OTHERS and not name.startswith(".")]
    if len(names) > 1:
        names = [name for name in names if ARGOCD in folders(f"{OVERLAYS}/{name}")] or names
    if len(names) > 1:
        shown = " and ".join(f"{OVERLAYS}/{name}" for name in sorted(names))
        raise TreeError(
            f"{shown} could each be the platform's folder: it is the one that holds {ARGOCD}/, and no other may"
        )
    names = names or [name for name in folders(TEMPLATE) if name not in _OF_THE_TEMPLATE]
    return Zones(names[0] if len(names) == 1 else DEFAULT)


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return []
