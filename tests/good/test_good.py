"""Good customer layers pass, untouched and without a warning; and the verdict is the same alone and in a batch."""

from pathlib import Path

import pytest
import yaml

from tests.attacks import corpus
from validators import engine
from validators.app import App
from validators.engine import Result
from validators.render import Workspace
from validators.tree import Folder

CASES = yaml.safe_load((Path(__file__).parent / "customers.yaml").read_text())["cases"]


def app_of(index: int, library: Folder) -> App:
    """Return the app of a case, in a namespace of its own so that all fit into one batch."""
    name = f"good/case-{index}"

    def own(data: bytes) -> bytes:
        return data.replace(b"mallory-app", name.replace("/", "-").encode()).replace(b"mallory/app", name.encode())

    customer = {path: own(corpus.encoded(data)) for path, data in corpus.files_of(CASES[index]).items()}
    platform = {path: own(data) for path, data in corpus.platform().items()}
    return App(
        name, Folder(f"overlays/customers/{name}", customer), Folder(f"overlays/ungleich/{name}", platform), library
    )


@pytest.fixture(scope="module")
def results() -> list[Result]:
    library = corpus.tree().library
    with Workspace(library) as workspace:
        return engine.check(None, [app_of(index, library) for index in range(len(CASES))], workspace)


def test_there_are_enough() -> None:
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("index", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_good_layer_passes(index: int, results: list[Result]) -> None:
    assert [str(finding) for finding in results[index].findings] == []


def test_alone_is_as_in_a_batch(results: list[Result]) -> None:
    library = corpus.tree().library
    with Workspace(library) as workspace:
        for index in range(0, len(CASES), 10):
            app = app_of(index, library)
            alone = engine.check(None, [app], workspace)[0]
            assert (alone.findings, alone.facts) == (results[index].findings, results[index].facts)
