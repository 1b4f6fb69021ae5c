"""A drill is green for a point that can be restored, and red for every kind that can't."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from validators.backups.drill import Drilled, due

from . import fleet
from .conftest import FILES, ROWS
from .fleet import plant
from .runs import App, restic

DAY = 86400


@pytest.fixture
def drilled(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fleet.Fleet:
    """A hoster with one app."""
    return fleet.make(tmp_path, monkeypatch, app)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder that PostgreSQL's user reaches."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_point_that_comes_back(app: App, drilled: fleet.Fleet, scratch: Path, capsys: pytest.CaptureFixture) -> None:
    app.sql(
        "CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; CREATE EXTENSION pg_buffercache; CREATE TABLE h (a ext.hstore)"
    )
    (app.media / "link").symlink_to("photos/a.jpg")
    point = app.backup()
    assert drilled.run("backup-drill", f"SCRATCH={scratch}") == 0, capsys.readouterr().err
    known = drilled.known("drill", app)
    assert (known["point"], known["tables"], known["rows"], known["files"]) == (point["point"], 4, ROWS + 2, len(FILES))
    assert known["good"] == pytest.approx(drilled.metric("drill", "drill_timestamp_seconds", app), abs=1)
    assert known["good"] > known["since"]
    assert drilled.metric("drill", "drill_failed", app) == 0
    assert list(scratch.iterdir()) == []
    assert [
        one for one in psutil.process_iter(["cmdline"]) if str(scratch) in " ".join(one.info["cmdline"] or [])
    ] == []
    assert drilled.run("backup-drill") == 0
    assert "No app's turn" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda app: fleet.objects(app, "data")[0].unlink(), "data"),
        (lambda app: _flip(fleet.objects(app, "data")[0]), ""),
        (
            lambda app: _forge(app, lambda made: made["database"]["tables"][-1].__setitem__(2, 7)),
            f"note {ROWS} rows instead of 7",
        ),
        (lambda app: _forge(app, lambda made: made["media"].update(files=4)), "there are 3 files of"),
        (lambda app: _forge(app, lambda made: made["database"].update(server="99.1")), "install 99 or newer"),
        (
            lambda app: _forge(app, lambda made: made["database"]["extensions"].update({"gone": "1"})),
            "extension gone isn't installed",
        ),
        (lambda app: _forge(app, lambda made: made["database"].update(encoding="UTF8' x")), "is no name"),
        (lambda app: _forge(app, lambda made: made.pop("database")), "isn't what the backup writes"),
        (lambda app: _replace_dump(app, b"no dump"), "the dump can't be restored"),
        (lambda app: _replace_dump(app, _truncated(app)), "the dump can't be restored"),
        (lambda app: plant(app, -0.02, "manifest"), "has a manifest and no database"),
    ],
    ids=[
        "lost",
        "rotten",
        "rows",
        "files",
        "newer",
        "extension",
        "hostile",
        "manifest",
        "another file",
        "truncated",
        "no dump",
    ],
)
def test_a_rotten_point_turns_it_red(app: App, drilled: fleet.Fleet, spoil: Callable[[App], object], says: str) -> None:
    app.backup()
    spoil(app)
    assert drilled.run("backup-drill") == 1
    known = drilled.known("drill", app)
    assert says in known["problem"], known["problem"]
    assert known["problem"]
    assert known["good"] == 0
    assert drilled.metric("drill", "drill_failed", app) == 1
    assert drilled.metric("drill", "drill_timestamp_seconds", app) == pytest.approx(known["since"], abs=1)


def test_files_that_break_off_are_red_and_restic_says_why(app: App, drilled: fleet.Fleet) -> None:
    (app.media / "photos/large.jpg").write_bytes(os.urandom(4_000_000))
    app.backup()
    for path in fleet.objects(app, "data")[:2]:
        if path.stat().st_size > 1_000_000:
            path.unlink()
    assert drilled.run("backup-drill") == 1
    known = drilled.known("drill", app)
    assert known["tables"] == 3, known["problem"]
    assert "data/" in known["problem"], known["problem"]


def test_an_app_without_a_point_is_red_and_the_others_are_drilled(
    make_app: Callable[[], App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty, good = make_app(), make_app()
    good.backup(MEDIA="")
    hoster = fleet.make(tmp_path, monkeypatch, empty, good)
    _cycle(hoster, 2)
    assert hoster.run("backup-drill") == 1
    assert hoster.known("drill", empty)["problem"] == "there is no point"
    assert hoster.known("drill", good)["good"] > 0


def test_what_a_dump_brings_along_runs_without_rights(app: App, drilled: fleet.Fleet, tmp_path: Path) -> None:
    """A dump is a customer's, or of somebody who has their key: its functions run as it is restored."""
    caught = tmp_path / "caught"
    app.sql(
        "CREATE FUNCTION grab(int) RETURNS int LANGUAGE plpgsql AS "
        f"$$ BEGIN IF current_user <> 'app' THEN COPY (SELECT 1) TO PROGRAM 'touch {caught}'; END IF; RETURN 1; END $$"
    )
    app.sql("CREATE TABLE bait (id int CHECK (public.grab(id) = 1)); INSERT INTO bait VALUES (1)")
    app.backup()
    assert drilled.run("backup-drill") == 1
    assert "to COPY to or from an external program" in drilled.known("drill", app)["problem"]
    assert not caught.exists()


def test_who_is_drilled_when() -> None:
    now = 1000.0 * DAY
    apps = {f"a/{number:02}": Drilled(since=0, good=now - number * DAY) for number in range(40)}
    assert due(apps, 30, now) == ["a/39", "a/38", "a/37"]
    assert due({"a/new": Drilled(now), **apps}, 30, now)[0] == "a/new"
    assert due({name: Drilled(0, good=now - 15 * DAY) for name in apps}, 30, now) == []
    assert len(due({name: Drilled(now) for name in apps}, 1, now)) == 40


def test_every_app_is_drilled_within_the_cycle_though_a_third_of_the_nights_fail() -> None:
    apps = {f"a/{number}": Drilled(0.0) for number in range(50)}
    for night in range(1, 200):
        now = (1000 + night) * DAY
        if night % 3:
            for name in due(apps, 10, now):
                apps[name] = Drilled(0.0, tried=now, good=now)
        if night > 10:
            assert max(now - one.good for one in apps.values()) <= 10 * DAY


def _forge(app: App, change: Callable[[dict], object]) -> None:
    """The parts of the app's point below a manifest that says something else."""
    [made] = app.points()
    parts = {part: app.snapshots(part)[0]["id"] for part in ("manifest", "database", "media")}
    change(made)
    restic(app.platform, "forget", parts["manifest"])
    plant(app, 0, "manifest", point=made["point"], manifest=json.dumps(made))


def _replace_dump(app: App, content: bytes) -> None:
    """A dump that isn't one, as `pg_dump | restic` stores it."""
    [made] = app.points()
    restic(app.platform, "forget", app.snapshots("database")[0]["id"])
    command = ["restic", "backup", "--quiet", "--stdin", "--stdin-filename=database.dump", f"--host={app.name}"]
    command += [f"--tag=point={made['point']}", "--tag=part=database"]
    subprocess.run(command, env=app.platform, input=content, check=True, timeout=60)


def _truncated(app: App) -> bytes:
    dump = subprocess.run(["pg_dump", "-Fc", "-Z0"], env=app.environment, capture_output=True, check=True).stdout
    return dump[: len(dump) - 9000]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def _cycle(hoster: fleet.Fleet, days: int) -> None:
    path = hoster.root / "overlays/cluster/facts.yaml"
    path.write_text(path.read_text().replace("drilledWithin: 30", f"drilledWithin: {days}"))
