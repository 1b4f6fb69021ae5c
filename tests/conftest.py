"""What the tests share: the repository, its platform folders, and the versions they are tried with."""

import platform
import re
from pathlib import Path

import pytest
from _pytest.junitxml import xml_key

from tests.generators.golden import platform_folders
from validators.kubernetes import versions
from validators.render import kustomize

pytest_plugins = ["tests.e2e.plugin", "tests.examples.plugin", "tests.proof.plugin"]
ROOT = Path(__file__).resolve().parent.parent
PLATFORM_FOLDERS = platform_folders(ROOT)


def tool(name: str) -> Path:
    """Return a tool of .tools/bin. Fails the test where set-up didn't make it: skipping would hide it."""
    path = kustomize.TOOLS / name
    if not path.exists():
        pytest.fail(f"no {path.relative_to(ROOT)}: run `make setup`")
    return path


def pytest_sessionstart(session: pytest.Session) -> None:
    """Write into the JUnit file, if there is one, of what the run is: fixtures can't where pytest-xdist is used."""
    if xml := session.config.stash.get(xml_key, None):
        for name, version in made_of().items():
            xml.add_global_property(name, version)


def made_of() -> dict[str, str]:
    """Return the versions that every run has."""
    django = re.search(r"^django==(\S+)", (ROOT / "examples/requirements.txt").read_text(), re.M)
    return {
        "Python": platform.python_version(),
        "kustomize": f"{versions.KUSTOMIZE_OLDEST} to {versions.KUSTOMIZE_NEWEST}",
        "Django": django[1],
    }


@pytest.fixture(scope="session")
def kustomizes() -> dict[str, kustomize.Kustomize]:
    """The oldest and the newest kustomize supported."""
    return {
        versions.KUSTOMIZE_OLDEST: kustomize.at([str(tool("kustomize-oldest"))]),
        versions.KUSTOMIZE_NEWEST: kustomize.at([str(tool("kustomize"))]),
    }
