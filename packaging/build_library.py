"""Put base/ and components/ into the wheel, where `check-customer` looks for the library it belongs to."""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py


class BuildLibrary(build_py):
    """build_py, and a copy of the library in validators/library."""

    def run(self) -> None:
        """Build, then copy; not for an editable install, which finds the library beside the package."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "validators" / "library"
        shutil.rmtree(target, ignore_errors=True)
        for part in ("base", "components"):
            shutil.copytree(part, target / part)
