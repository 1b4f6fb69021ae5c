"""A folder with many files is removed, with a word now and then; an interrupted removal goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cluster import removal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty folders of ten files and a link that leads out; beside them a file to be kept."""
    (tmp_path / "kept").write_text("kept")
    for number in range(30):
        inner = tmp_path / "run" / str(number) / "inner"
        inner.mkdir(parents=True)
        for name in range(10):
            (inner / str(name)).touch()
        (inner / "out").symlink_to(tmp_path)
    return tmp_path / "run"


def test_all_of_it_is_removed_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    removal.remove(folder)
    assert [one.name for one in folder.parent.iterdir()] == ["kept"]
    assert capsys.readouterr().out == ""


def test_it_says_how_far_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(removal, "SILENCE", 0.001)
    removal.remove(folder)
    assert "removing its files: " in capsys.readouterr().out


def test_an_interrupted_removal_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = Path.unlink, iter([None] * 100)

    def interrupted(path: Path) -> None:
        if next(calls, KeyboardInterrupt) is KeyboardInterrupt:
            raise KeyboardInterrupt
        real(path)

    monkeypatch.setattr(Path, "unlink", interrupted)
    with pytest.raises(KeyboardInterrupt):
        removal.remove(folder)
    monkeypatch.undo()
    left = sum(len(files) for _, _, files in os.walk(folder))
    assert 0 < left < 330
    removal.remove(folder)
    assert not folder.exists()
