"""The wheel of the renderer that `make setup` builds from packaging/go/renderer: no Go is needed where it is installed.

pip installs it beside django-hosting, of the same version, which then finds it (validators/render/renderer_process.py).
"""

import shutil
import sys
import sysconfig
import tomllib
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".tools" / "bin" / "renderer"
PACKAGE = "django_hosting_renderer"


class BuildWithProgram(build_py):
    """build_py, with the program as the package's one file."""

    def run(self) -> None:
        """Copy the program; it is built by make, which has Go and the checksums."""
        if not PROGRAM.is_file():
            sys.exit("no .tools/bin/renderer: run `make wheels`, which builds it first")
        target = Path(self.build_lib) / PACKAGE
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROGRAM, target / "renderer")


class WheelOfOneMachine(bdist_wheel):
    """bdist_wheel, for any Python 3 on this kind of machine; on Linux whatever its C library: the program needs none."""

    def finalize_options(self) -> None:
        """Say that the wheel isn't for every machine."""
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> tuple[str, str, str]:
        """Return the tags of the wheel's name."""
        machine = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        if machine.startswith("linux_"):
            machine = ".".join(machine.replace("linux", libc) for libc in ("manylinux2014", "musllinux_1_1"))
        return "py3", "none", machine


project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
setup(version=project["version"], cmdclass={"build_py": BuildWithProgram, "bdist_wheel": WheelOfOneMachine})
