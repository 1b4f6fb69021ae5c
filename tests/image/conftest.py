"""A sealed scratch app."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from validators.image.scratch import Scratch, Wanted

from ..conftest import tool
from ..test_seal import keys  # noqa: F401  (fixture)

WANTED = Wanted("registry.example.com/acme/shop:1.0.0", "shop.acme.example", "/", {}, {}, "", False)


@pytest.fixture
def make(tmp_path: Path, keys: Path):  # noqa: F811
    """A function that makes and seals an app; its arguments are what differs from WANTED."""
    tool("kubeseal")

    def made(**given) -> Scratch:
        scratch = Scratch(Path(tempfile.mkdtemp(dir=tmp_path)) / "tree", replace(WANTED, **given))
        scratch.seal(keys / "cert.pem")
        return scratch

    return made
