"""A customer's own repository: one app's folder and nothing else, held against the library that came with this package.

The platform's folder is the template's, with every feature granted: what an app really gets, only ungleich knows. All
else is as on the platform, and so is the verdict.
"""

from pathlib import Path

import yaml

from .app import SIZING, zone_paths
from .tree import KUSTOMIZATION, NAME, Folder, Refusal, Tree, TreeError, _Walk

_TEMPLATE = "overlays/template/ungleich"
_PACKAGE = Path(__file__).resolve().parent
_GRANTED_REPLICAS = 1


def library_root() -> Path:
    """Return where the library is: in the installed package, or around it in a checkout."""
    packaged = _PACKAGE / "library"
    return packaged if packaged.is_dir() else _PACKAGE.parent


class CustomerTree(Tree):
    """A tree with one app: its customer's files are those of `folder`, its platform's are stand-ins."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(library_root())
        parts = name.split("/")
        if len(parts) != 2 or not all(NAME.match(part) for part in parts):
            raise TreeError(f"--customer {name}: write CUSTOMER/APP, as ungleich named them")
        if not folder.is_dir():
            raise TreeError(f"{folder}: is no folder")
        self.name = name
        self.folder = folder

    def app_names(self) -> list[str]:
        """Return the one app's name."""
        return [self.name]

    def stray(self) -> list[Refusal]:
        """Return nothing: there are no other folders."""
        return []

    def read(self, path: str, *, unlimited: bool = False) -> Folder:
        """Return the customer's folder, the platform's stand-in, or a folder of the library."""
        customer, platform = zone_paths(self.name)
        if path == platform:
            return self._stand_in(path)
        if path != customer:
            return super().read(path, unlimited=unlimited)
        folder = Folder(path)
        _Walk(self.folder, folder, unlimited=False).run()
        return folder

    def shown(self, path: str) -> str:
        """Return a finding's path as the customer knows it."""
        customer, _ = zone_paths(self.name)
        inside = path.removeprefix(customer).lstrip("/")
        return (self.folder / inside).as_posix() if path.startswith(customer) else path

    def _stand_in(self, path: str) -> Folder:
        template = super().read(_TEMPLATE, unlimited=True)
        customer, app = self.name.split("/")
        files = dict(template.files)
        text = files[KUSTOMIZATION].decode().replace("customers/customer/app", f"customers/{self.name}")
        kustomization = yaml.safe_load(text)
        kustomization["namespace"] = f"{customer}-{app}"
        sizing = yaml.safe_load(files[SIZING])
        sizing["spec"]["async"]["replicas"] = _GRANTED_REPLICAS
        secret = files["database-secret.yaml"].replace(b"EDIT", b"AgBz" + b"A" * 700)
        return Folder(
            path,
            {
                KUSTOMIZATION: yaml.safe_dump(kustomization).encode(),
                SIZING: yaml.safe_dump(sizing).encode(),
                "database-secret.yaml": secret,
            },
        )
