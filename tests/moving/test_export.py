"""An export holds what the app has, is used with plain tools, and doesn't count before it was read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import APP, FILES, Move


def export(move: Move, *words: str) -> tuple[int, str, str]:
    """Export: the exit code, the report, and what it said."""
    customer, _, app = APP.partition("/")
    given = [f"CUSTOMER={customer}", f"APP={app}", f"OUT={move.folder}/out"]
    command = [sys.executable, "-m", "validators", "export", f"--root={move.repository.root}", *given, *words]
    done = subprocess.run(command, env={**os.environ, "PATH": move.path}, capture_output=True, text=True, timeout=280)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def full(move: Move) -> Move:
    """An app that has what the VM had."""
    assert move.run()[0] == 0
    return move


def test_it_is_whole_and_used_with_plain_tools(full: Move, tmp_path: Path) -> None:
    before = full.databases()
    code, out, err = export(full)
    assert code == 0, err
    folder = tmp_path / "out"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["app"] == "example-photos"
    assert manifest["database"]["tables"]["public.note"] == 2000
    assert manifest["media"] == {"files": len(FILES), "bytes": sum(map(len, FILES.values()))}
    listed = "".join(f"{digest}  {name}\n" for name, digest in manifest["sha256"].items())
    subprocess.run(["sha256sum", "--check"], input=listed, text=True, check=True, cwd=folder)
    (tmp_path / "files").mkdir()
    subprocess.run(["tar", "-xf", folder / "media.tar", "-C", tmp_path / "files"], check=True)
    assert (tmp_path / "files/photos/a.jpg").read_bytes() == FILES["photos/a.jpg"]
    assert not list((tmp_path / "files").glob(".before_*"))
    other = full.postgres.create_database()
    subprocess.run(
        ["pg_restore", "--no-owner", f"--dbname={other['PGDATABASE']}", folder / "database.dump"],
        env={**os.environ, **other},
        check=True,
    )
    assert full.postgres.query("SELECT count(*) FROM note", other["PGDATABASE"]) == "2000"
    assert full.databases() == before
    assert "read back and is whole" in out


@pytest.mark.parametrize(
    ("spoil", "code", "says"),
    [
        ('if "pg_dump" in words:\n    print("PGDMP")\n    sys.exit(0)\n', 2, "the dump can't be restored"),
        ('if "pg_dump" in words:\n    sys.exit("connection lost")\n', 2, "the database: connection lost"),
        ('if "tar" in words:\n    print("x" * 2000)\n    sys.exit(0)\n', 2, "media.tar: can't be read back"),
        (
            'if "tar" in words:\n    words.insert(words.index("tar") + 1, "--exclude=./empty")\n',
            1,
            "file b'empty': 0 bytes there, none here",
        ),
    ],
    ids=["a dump that isn't one", "a dump that breaks off", "a tar that isn't one", "a file that is left out"],
)
def test_what_can_not_be_read_back_does_not_count(full: Move, tmp_path: Path, spoil: str, code: int, says: str) -> None:
    before = full.databases()
    full.kubectl(spoil)
    found, out, err = export(full)
    assert found == code, out + err
    assert says in out + err
    assert not (tmp_path / "out/manifest.json").exists()
    assert full.databases() == before


def test_a_folder_is_not_written_over(full: Move, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    code, _, err = export(full)
    assert (code, err) == (2, f"export: {tmp_path}/out exists: take another OUT\n")
