"""What is generated and committed is what the generators make now; a planted change is seen."""

import shutil

import pytest

from . import generators
from .conftest import ROOT


@pytest.mark.parametrize("name", generators.names())
def test_up_to_date(name: str) -> None:
    generator = generators.load(name)
    wanted = generator.files(ROOT)
    assert wanted
    stale = [path for path, text in wanted.items() if not (ROOT / path).is_file() or (ROOT / path).read_text() != text]
    assert stale == [], "`make generate` renews them"
    assert generators.orphans(ROOT, generator, wanted) == [], "`make generate` removes them"


def test_planted_change_is_seen(tmp_path) -> None:
    for folder in ("base", "components", "overlays", "tests/golden"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    sizing = tmp_path / "overlays/ungleich/example/minimal/sizing.yaml"
    sizing.write_text(sizing.read_text().replace("memory: 512Mi", "memory: 513Mi", 1))
    (tmp_path / "tests/golden/apps/gone.yaml").write_text("an app that was removed\n")
    golden = generators.load("golden")
    assert generators.write(tmp_path, golden) == [
        "tests/golden/apps/example-minimal.yaml",
        "tests/golden/apps/gone.yaml",
    ]
    assert generators.write(tmp_path, golden) == []
