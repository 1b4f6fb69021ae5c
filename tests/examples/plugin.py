"""What starts real servers is marked `examples`: the folders that `make test-examples` runs."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
FOLDERS = [TESTS / name for name in ("examples", "backup", "moving")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in these folders."""
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in FOLDERS):
            item.add_marker(pytest.mark.examples)
