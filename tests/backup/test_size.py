"""A backup has room for its packs only, however large the database is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .runs import App

ROOM = 64
MEGABYTES = int(os.environ.get("BACKUP_MEGABYTES", "200"))
"""Of the database: several times the room by default."""
ROW = "SELECT id, (SELECT string_agg(md5(random()::text || id || n), '') FROM generate_series(1, 32) AS n) AS text"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A file system of ROOM MiB for all that a run writes, as the pod's ephemeral-storage."""
    folder = tmp_path / "room"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.timeout(1800)
def test_a_database_much_larger_than_the_room(app: App, room: Path) -> None:
    app.sql(f"CREATE TABLE large AS {ROW} FROM generate_series(1, {MEGABYTES * 1024}) AS id")
    process = app.start(TMPDIR=str(room), RESTIC_CACHE_DIR=str(room / "cache"), GOGC="20")
    most = 0
    while process.poll() is None:
        most = max(most, shutil.disk_usage(room).used)
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    assert process.returncode == 0, process.stderr.read()
    [manifest] = app.points()
    assert manifest["database"]["bytes"] > MEGABYTES << 20
    print(f"{MEGABYTES} MiB: {most >> 20} of {ROOM} MiB of room at the most")
    assert most < ROOM << 20
