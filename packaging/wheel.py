"""Put the library into the wheel: a customer's own repository is checked against it, and holds no copy of it."""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

PARTS = ("base", "components", "overlays/template", "overlays/cluster")


class BuildWithLibrary(build_py):
    """build_py, and a copy of base/, components/ and the template beside the modules."""

    def run(self) -> None:
        """Build, then copy; an editable install uses the repository itself."""
        super().run()
        if self.editable_mode:
            return
        for part in PARTS:
            target = Path(self.build_lib) / "validators" / "library" / part
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(part, target)
