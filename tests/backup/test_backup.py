"""A run of the backup makes one whole point, or none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.examples.wait import wait_until

from .conftest import FILES, ROWS
from .runs import App, child, restic, without_files
from .s3 import S3

SLOW = "CREATE FUNCTION slow(int) RETURNS int LANGUAGE sql AS 'SELECT $1 FROM pg_sleep(0.2)'"


def test_a_point_holds_the_database_the_files_and_what_both_are(app: App) -> None:
    manifest = app.backup()
    assert manifest == app.points()[0]
    assert manifest["database"]["tables"] == [
        ['odd "one', "it's; \\! false", 0],
        ["public", "django_migrations", 2],
        ["public", "note", ROWS],
    ]
    assert manifest["database"]["migrations"] == {"notes": "0002_text"}
    assert manifest["database"]["extensions"].keys() == {"plpgsql"}
    assert manifest["media"]["files"] == len(FILES)
    assert manifest["media"]["bytes"] == sum(map(len, FILES.values()))
    assert manifest["app"] == app.name
    parts = app.snapshots()
    assert len({(part["time"], *part["tags"][:1]) for part in parts}) == 1
    assert len(parts) == 3


def test_an_app_without_files(app: App) -> None:
    assert app.backup(MEDIA="")["media"] is None
    assert len(app.snapshots()) == 2


@pytest.mark.parametrize("aside", [(), (".before_20261129", ".restore_20261129")], ids=["new", "restored"])
def test_an_app_before_its_first_upload(app: App, aside: tuple[str, ...]) -> None:
    without_files(app)
    for name in aside:
        (app.media / name).mkdir()
        (app.media / name / "photo").write_text("of another time")
    manifest = app.backup()
    assert (manifest["media"]["files"], manifest["media"]["bytes"]) == (0, 0)
    assert len(app.snapshots()) == 3


def test_a_media_folder_that_is_gone_is_not_an_empty_one(app: App) -> None:
    status, _, err = app.run(MEDIA=f"{app.media}-gone")
    assert (status, app.points()) == (1, [])
    assert "files can't be read" in err


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"PGDATABASE": "gone"}, 'database "gone" does not exist'),
        ({"PGPASSWORD": "another"}, "password authentication failed"),
        ({"RESTIC_PASSWORD": "another"}, "the restic password in Secret backup is wrong"),
        ({"AWS_SECRET_ACCESS_KEY": "another"}, "S3 refuses the key in Secret backup"),
        ({"RESTIC_REPOSITORY": "{}-gone"}, "there is no repository in the bucket"),
    ],
    ids=["no database", "wrong password", "wrong restic password", "wrong S3 key", "no bucket"],
)
def test_what_is_wrong_is_said_and_leaves_no_point(app: App, changed: dict[str, str], says: str) -> None:
    changed = {key: value.format(app.environment[key]) if "{}" in value else value for key, value in changed.items()}
    status, out, err = app.run(**changed)
    assert status == 1
    assert says in err
    assert (out, app.points()) == ("", [])
    app.backup()
    assert len(app.points()) == 1


def test_s3_that_is_away(app: App, store: S3) -> None:
    store.stop()
    try:
        status, _, err = app.run(PATIENCE="3")
    finally:
        store.start()
    assert status == 1
    assert "S3 doesn't answer" in err
    assert app.points() == []
    app.backup()


def test_a_dump_that_is_killed_makes_no_part(app: App) -> None:
    _long(app)
    process = app.start()
    dump = wait_until(lambda: child(process.pid, "pg_dump"), 60, "pg_dump never ran")
    wait_until(
        lambda: app.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%slow%'") != "0", 60, "no COPY"
    )
    os.kill(dump, signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "the dump broke off" in err
    assert app.snapshots() == []
    app.sql("DROP TABLE held")
    app.backup()


def test_a_pod_that_is_killed_leaves_no_point_and_no_lock_that_stops_the_next(app: App) -> None:
    _long(app)
    process = app.start()
    wait_until(lambda: child(process.pid, "pg_dump"), 60, "pg_dump never ran")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert app.points() == []
    app.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    app.sql("DROP TABLE held")
    app.backup()
    assert len(app.points()) == 1


def test_two_at_once_make_two_points(app: App) -> None:
    runs = [app.start(), app.start()]
    for run in runs:
        _, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
    assert len({point["point"] for point in app.points()}) == 2


def test_a_file_that_cannot_be_read_is_no_backup(app: App) -> None:
    loop = app.media / "unreadable"
    loop.mkdir()
    done = subprocess.run(["mount", "--bind", "/proc/self/mem", _touched(loop / "file")], capture_output=True)
    assert done.returncode == 0, done.stderr
    try:
        status, _, err = app.run()
    finally:
        subprocess.run(["umount", str(loop / "file")], check=True)
    assert status == 1
    assert "files can't be read" in err
    assert app.points() == []


def test_files_that_are_deleted_meanwhile_are_counted(app: App) -> None:
    """One after the other from the end, all the while: some between restic's list of the folder and its look at them."""
    many = [app.media / f"{number:05}" for number in range(6000)]
    for path in many:
        path.write_bytes(path.name.encode() * 200)
    process = app.start()
    while process.poll() is None and many:
        many.pop().unlink()
        time.sleep(0.003)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    media = json.loads(out)["media"]
    assert media["vanished"] > 0
    assert media["files"] >= len(many)


def test_rows_are_counted_of_the_state_that_is_dumped(app: App) -> None:
    _long(app)
    process = app.start()
    wait_until(lambda: child(process.pid, "pg_dump"), 60, "pg_dump never ran")
    app.sql("INSERT INTO note SELECT generate_series(1, 500), 'later'")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert ["public", "note", ROWS] in app.points()[0]["database"]["tables"]


def test_the_key_of_an_app_deletes_no_point(app: App) -> None:
    app.backup()
    done = subprocess.run(
        ["restic", "forget", "--prune", "--unsafe-allow-remove-all", "--host", app.name, "--group-by=", "latest"],
        env=app.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Access Denied" in done.stderr + done.stdout
    assert len(app.points()) == 1
    assert "no errors were found" in restic(app.platform, "check", "--read-data")


def _long(app: App) -> None:
    """A table whose dump lasts some seconds."""
    app.sql(SLOW)
    app.sql("CREATE TABLE held AS SELECT repeat(md5(id::text), 4000) AS slow FROM generate_series(1, 2000) AS id")


def _touched(path: Path) -> str:
    path.touch()
    return str(path)
