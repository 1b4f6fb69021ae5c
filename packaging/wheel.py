"""Put the library into the wheel: a customer's own repository is checked against it, a hoster's begins with a copy of it."""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

PARTS = (
    "base",
    "components",
    "docs",
    "overlays/cluster",
    "overlays/template",
    *(str(path) for path in Path("overlays").glob("*/argocd")),
    "packaging/hoster",
)
FILES = ("CHANGELOG.md",)


class BuildWithLibrary(build_py):
    """build_py, and a copy of the library beside the modules."""

    def run(self) -> None:
        """Build, then copy; an editable install uses the repository itself."""
        super().run()
        if self.editable_mode:
            return
        library = Path(self.build_lib) / "validators" / "library"
        for part in PARTS:
            shutil.rmtree(library / part, ignore_errors=True)
            shutil.copytree(part, library / part)
        for name in FILES:
            shutil.copy(name, library / name)
