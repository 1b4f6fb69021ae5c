"""moves prints how far each app's move from its VM is, and since when git has it so."""

from pathlib import Path

import pytest

from validators import cli

from .validators.repository import Repository, with_examples

APPS = ("example/blog", "example/minimal", "example/shop")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return with_examples(tmp_path / "fleet", *APPS)


def write(repository: Repository, app: str, state: str) -> None:
    """Give an app its first state of a move."""
    repository.edit(f"overlays/ungleich/{app}/app.yaml", "spec:\n", f"spec:\n  move: {state}\n")


def shown(repository: Repository, capsys: pytest.CaptureFixture) -> tuple[int, list[list[str]], str]:
    """The exit code, the table's rows and the line below it."""
    code = cli.main(["moves", f"ROOT={repository.root}"])
    lines = capsys.readouterr().out.splitlines()
    return code, [line.split(maxsplit=2) for line in lines[2:-1]], lines[-1]


def test_none_is_on_the_way(repository: Repository, capsys: pytest.CaptureFixture) -> None:
    assert shown(repository, capsys) == (
        0,
        [],
        "No app comes from a VM: none has `move` in its app.yaml (docs/moving-in.md)",
    )


def test_each_state_has_its_day(
    repository: Repository, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for app, state, day in (("example/shop", "planned", "2026-03-01"), ("example/blog", "moved", "2026-04-02")):
        write(repository, app, state)
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00Z")
        repository.commit()
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-05-05T12:00:00Z")
    repository.edit("overlays/ungleich/example/shop/app.yaml", "spec:\n", "# the ring is another's matter\nspec:\n")
    repository.commit()
    assert shown(repository, capsys) == (
        0,
        [["example/shop", "planned", "2026-03-01  stable"], ["example/blog", "moved", "2026-04-02  stable"]],
        "1 of 2 apps that come from VMs have arrived: 1 planned, 1 moved",
    )


def test_what_is_not_committed_or_not_readable_is_said(repository: Repository, capsys: pytest.CaptureFixture) -> None:
    write(repository, "example/shop", "planned")
    write(repository, "example/minimal", "nearly")
    code, rows, last = shown(repository, capsys)
    assert (code, rows[0][:2], rows[1]) == (
        1,
        ["example/minimal", "unreadable:"],
        ["example/shop", "planned", "not committed  stable"],
    )
    assert last == "0 of 2 apps that come from VMs have arrived: 1 planned"
