"""A sealed scratch app; on a cluster, images that are tried."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from validators.image.scratch import Scratch, Wanted

from ..cluster import images
from ..cluster.kubernetes import Kubernetes
from ..cluster.settings import Settings
from ..conftest import tool
from ..test_seal import keys  # noqa: F401  (fixture)

pytest.register_assert_rewrite("tests.image.trials")

from .trials import Trials  # noqa: E402 - after the line above

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


@pytest.fixture(scope="module")
def trials(
    kubernetes: Kubernetes, settings: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Trials]:
    """The cases of a module that this run has selected, on their way."""
    images.build_all(settings)
    made = Trials(settings, tmp_path_factory.mktemp("images"), request.module.CASES)
    asked = [
        item for item in request.session.items if item.path == request.path and item.originalname == "test_verdict"
    ]
    made.start([item.callspec.params["name"] for item in asked])
    yield made
    made.pool.shutdown(cancel_futures=True)
