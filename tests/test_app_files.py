"""make app-files brings a tree of before up to date, and changes nothing that is."""

import shutil
from pathlib import Path

import pytest

from tests.zones import LIBRARY
from validators import cli
from validators.check.run import Options, check

from .conftest import ROOT


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The library and the examples, of which the shop alone has an app.yaml."""
    for part in (*LIBRARY, "overlays/customers", "overlays/ungleich"):
        shutil.copytree(ROOT / part, tmp_path / part, dirs_exist_ok=True)
    for path in tmp_path.glob("overlays/ungleich/*/*/app.yaml"):
        if path.parent.name != "shop":
            path.unlink()
    return tmp_path


def found(root: Path) -> set[tuple[str, str]]:
    report = check(Options(root=root, cached=False, workers=1))
    return {(finding.rule, finding.severity) for finding in report.findings}


def test_it_writes_what_is_missing(tree: Path, capsys: pytest.CaptureFixture) -> None:
    shop = (tree / "overlays/ungleich/example/shop/app.yaml").read_bytes()
    assert found(tree) == {("app-file-missing", "warning")}
    assert cli.main(["app-files", "RING=early", f"ROOT={tree}"]) == 0
    assert found(tree) == set()
    assert (tree / "overlays/ungleich/example/shop/app.yaml").read_bytes() == shop
    assert "  ring: early\n" in (tree / "overlays/ungleich/example/photos-nfs/app.yaml").read_text()
    assert capsys.readouterr().out.count("wrote overlays/ungleich/example/") == 8
    assert cli.main(["app-files", "RING=late", f"ROOT={tree}"]) == 0
    assert capsys.readouterr().out == "0 files written, with ring late\n"


@pytest.mark.parametrize("ring", ["", "Stable", "a b", "a\nb", "-a"])
def test_a_ring_that_is_none_leaves_all_as_it_was(tree: Path, ring: str, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["app-files", f"--ring={ring}", f"--root={tree}"]) == 2
    assert "write the name of a ring, as stable" in capsys.readouterr().err
    assert len(list(tree.glob("overlays/ungleich/*/*/app.yaml"))) == 1


def test_no_repository(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["app-files", f"--root={tmp_path}"]) == 2
    assert "no folder base/ here" in capsys.readouterr().err
