"""What the tests share: the repository, its platform folders, and the versions they are tried with."""

from pathlib import Path

import pytest

from validators import kustomize, versions
from validators.generators.golden import platform_folders

pytest_plugins = ["tests.e2e.plugin"]
ROOT = Path(__file__).resolve().parent.parent
PLATFORM_FOLDERS = platform_folders(ROOT)


def tool(name: str) -> Path:
    """Return a tool of .tools/bin. Fails the test where set-up didn't make it: skipping would hide it."""
    path = kustomize.TOOLS / name
    if not path.exists():
        pytest.fail(f"no {path.relative_to(ROOT)}: run `make setup`")
    return path


@pytest.fixture(scope="session")
def kustomizes() -> dict[str, kustomize.Kustomize]:
    """The oldest and the newest kustomize supported."""
    return {
        versions.KUSTOMIZE_OLDEST: kustomize.at([str(tool("kustomize-oldest"))]),
        versions.KUSTOMIZE_NEWEST: kustomize.at([str(tool("kustomize"))]),
    }
