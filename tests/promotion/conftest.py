"""A scene for the tests that only push to it: each has apps of its own."""

from pathlib import Path

import pytest

from . import scene


@pytest.fixture
def blog(tmp_path: Path) -> scene.Scene:
    """The blog of the examples, with a repository of its own."""
    return scene.make(tmp_path, scene.APP)
