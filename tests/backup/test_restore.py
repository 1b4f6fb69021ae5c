"""A restore brings back what the point holds and keeps what was there, or changes nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples.wait import wait_until

from .conftest import FILES, ROWS
from .fleet import objects
from .runs import App, child, restic, without_files


def files(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their paths."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def databases(app: App) -> set[str]:
    """The databases that a restore made, or moved aside."""
    return set(app.postgres.query("SELECT datname FROM pg_database WHERE datname ~ '^(restore|before)_'").split())


def damage(app: App) -> None:
    """What a bad release does."""
    app.sql("DELETE FROM note WHERE id > 10")
    (app.media / "photos/a.jpg").unlink()
    (app.media / "late.txt").write_text("made after the point")


def test_a_point_comes_back_and_what_was_there_is_kept(app: App) -> None:
    point = app.backup()
    damage(app)
    before = databases(app)
    status, _, err = app.run("restore", POINT=point["point"])
    assert status == 0, err
    assert app.sql("SELECT count(*) FROM note") == str(ROWS)
    [aside] = databases(app) - before
    assert app.postgres.query("SELECT count(*) FROM note", aside) == "10"
    kept = files(app.media / f".{aside}")
    assert kept.keys() == {*FILES, "late.txt"} - {"photos/a.jpg"}
    shutil.rmtree(app.media / f".{aside}")
    assert files(app.media) == FILES
    assert app.backup()["database"]["tables"] == point["database"]["tables"]


def test_what_was_moved_aside_is_in_no_later_point(app: App) -> None:
    point = app.backup()
    assert app.run("restore", POINT=point["point"])[0] == 0
    assert app.backup()["media"]["files"] == len(FILES)


def test_a_point_without_files_takes_later_ones_aside(app: App) -> None:
    without_files(app)
    point = app.backup()
    (app.media / "uploaded").write_text("since then")
    before = databases(app)
    status, _, err = app.run("restore", POINT=point["point"])
    assert status == 0, err
    assert app.sql("SELECT count(*) FROM note") == str(ROWS)
    [aside] = databases(app) - before
    assert files(app.media).keys() == {f".{aside}/uploaded"}
    assert app.backup()["media"]["files"] == 0


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda app: {"POINT": "20000101T000000Z-000000"}, "there is no point 20000101T000000Z-000000"),
        (lambda app: {"RESTIC_PASSWORD": "another"}, "the restic password in Secret backup is wrong"),
        (lambda app: {"PGPASSWORD": "another"}, "password authentication failed"),
        (lambda app: _as_a_plain_role(app), "may make no database"),
        (lambda app: _lost(app), "can't be"),
    ],
    ids=["no such point", "wrong restic password", "wrong database password", "no right", "a pack that is lost"],
)
def test_a_refused_restore_changes_nothing(app: App, spoil: Callable[[App], dict[str, str]], says: str) -> None:
    point = app.backup()["point"]
    damage(app)
    before = (files(app.media), app.sql("SELECT count(*) FROM note"), databases(app))
    status, _, err = app.run("restore", **{"POINT": point, **spoil(app)})
    assert status == 1
    assert says in err, err
    assert (files(app.media), app.sql("SELECT count(*) FROM note"), databases(app)) == before


def test_a_running_app_is_left_alone(app: App) -> None:
    point = app.backup()["point"]
    before = databases(app)
    environment = {**app.environment, "PATH": app.environment["PATH"]}
    with subprocess.Popen(["psql", "-X"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as session:
        wait_until(
            lambda: app.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") == "2", 30, "-"
        )
        status, _, err = app.run("restore", POINT=point)
        session.stdin.close()
    assert status == 1
    assert "put the app into maintenance" in err
    assert databases(app) == before


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_a_restore_that_is_stopped_changes_nothing(app: App, sign: signal.Signals) -> None:
    point = app.backup()["point"]
    damage(app)
    before = (app.sql("SELECT count(*) FROM note"), (app.media / "late.txt").read_text())
    aside = databases(app)
    process = app.start("restore", POINT=point)
    wait_until(lambda: child(process.pid, "pg_restore"), 60, "pg_restore never ran", every=0.02)
    os.killpg(process.pid, sign)
    process.communicate(timeout=120)
    assert process.returncode != 0
    assert (app.sql("SELECT count(*) FROM note"), (app.media / "late.txt").read_text()) == before
    assert (sign == signal.SIGKILL) or databases(app) == aside
    status, _, err = app.run("restore", POINT=point)
    assert status == 0, err
    assert {name.partition("_")[0] for name in databases(app) - aside} == {"before"}
    assert [path.name for path in app.media.glob(".restore_*")] == []


def test_a_point_is_used_with_plain_tools(app: App, tmp_path: Path) -> None:
    """As docs/backup.md says: dump, tar and manifest."""
    point = app.backup()
    for part, path, name in (("database", "/database.dump", "dump"), ("media", "/", "tar")):
        command = ["restic", "dump", f"--tag=point={point['point']},part={part}", "latest", path]
        with (tmp_path / name).open("wb") as file:
            subprocess.run(command, env=app.environment, stdout=file, check=True, timeout=60)
    listed = subprocess.run(["tar", "-tf", tmp_path / "tar"], capture_output=True, text=True, check=True).stdout
    assert "photos/b.jpg" in listed
    table = ["pg_restore", "--data-only", "--table=note", "--file=-", str(tmp_path / "dump")]
    dumped = subprocess.run(table, env=app.environment, capture_output=True, text=True, check=True).stdout
    assert len(re.findall(r"^\d+\t[0-9a-f]{32}$", dumped, re.M)) == ROWS


def _as_a_plain_role(app: App) -> dict[str, str]:
    role = f"plain_{app.database}"
    app.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'plain'")
    return {"PGUSER": role, "PGPASSWORD": "plain"}


def _lost(app: App) -> dict[str, str]:
    """Take away the largest object of the bucket, as a server that loses data."""
    objects(app, "data")[0].unlink()
    assert restic(app.platform, "snapshots")
    return {}
