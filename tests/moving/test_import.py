"""What a VM has comes into an app whole, or the app stays as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples.wait import wait_until

from .conftest import APP, FILES, Move

APP_YAML = f"overlays/ungleich/{APP}/app.yaml"


def files(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their paths."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def state(move: Move) -> tuple[object, ...]:
    """What the app has."""
    return files(move.media), move.app("SELECT name FROM django_migrations"), move.databases()


def test_it_comes_whole_and_what_was_there_is_kept(move: Move) -> None:
    before = move.databases()
    code, out, err = move.run()
    assert code == 0, err
    assert move.app("SELECT count(*), max(text), nextval('note_id_seq') FROM note") == move.vm(
        "SELECT count(*), max(text), nextval('note_id_seq') FROM note"
    )
    assert files(move.media) == FILES
    [aside] = move.databases() - before
    assert move.postgres.query("SELECT name FROM django_migrations", aside) == "0002"
    report = " ".join(out.split())
    for line in (
        "tables 3 3",
        "rows 2,001 2,001",
        "sequences 1 1",
        "large objects 1 1",
        "files 4 4",
        "checksums compared 4 4 the same",
        aside,
    ):
        assert line in report, out
    assert "pg_trgm" in out
    assert [words[1] for words in move.asked("delete")] == ["pod"]
    [history] = json.loads((move.folder / "configmaps.json").read_text())
    [entry] = map(json.loads, history["data"].values())
    assert (entry["from"], entry["result"]) == ("vm1", "alike")


def test_the_pod_is_the_backups_without_the_buckets_keys(move: Move) -> None:
    assert move.run("ONLY=media")[0] == 0
    pod = json.loads((move.folder / "pod.json").read_text())
    containers = {one["name"]: one for one in pod["spec"]["containers"]}
    assert set(containers) == {"backup", "rsync"}
    assert pod["metadata"]["labels"] == {"app.kubernetes.io/name": "backup"}
    assert "initContainers" not in pod["spec"]
    assert not [
        name for one in containers.values() for name in str(one["env"]).split("'") if "AWS" in name or "RESTIC" in name
    ]
    assert {one["resources"]["limits"]["memory"] for one in containers.values()} == {"192Mi"}
    assert all(not mount.get("readOnly") for one in containers.values() for mount in one["volumeMounts"])


def test_a_later_pass_brings_what_has_changed_and_keeps_what_it_replaces(move: Move) -> None:
    assert move.run("ONLY=media")[0] == 0
    kept = move.media / "photos/a.jpg"
    inode = kept.stat().st_ino
    (move.files / "empty").unlink()
    (move.files / "new/deep").mkdir(parents=True)
    (move.files / "new/deep/b.jpg").write_bytes(b"b" * 100)
    (move.files / "-rf").write_bytes(b"another content")
    code, out, err = move.run("ONLY=media")
    assert code == 0, err
    [aside] = move.media.glob(".before_*")
    assert files(aside) == {"empty": b"", "-rf": FILES["-rf"]}
    assert {name: content for name, content in files(move.media).items() if not name.startswith(".before")} == files(
        move.files
    )
    assert kept.stat().st_ino == inode
    assert "The files are alike" in out


def test_links_and_modes_of_a_vm_are_what_an_app_can_read(move: Move) -> None:
    (move.folder / "vm/elsewhere").mkdir()
    (move.folder / "vm/elsewhere/big.bin").write_bytes(b"elsewhere")
    (move.files / "linked").symlink_to(move.folder / "vm/elsewhere")
    (move.files / "same.jpg").symlink_to("photos/a.jpg")
    (move.files / "empty").chmod(0o400)
    code, _, err = move.run("ONLY=media")
    assert code == 0, err
    assert (move.media / "linked/big.bin").read_bytes() == b"elsewhere"
    assert (move.media / "same.jpg").readlink() == Path("photos/a.jpg")
    assert (move.media / "empty").stat().st_mode & 0o600 == 0o600


def test_a_site_that_is_open_meanwhile_is_no_hindrance(move: Move) -> None:
    environment = {**os.environ, **move.postgres.environment(move.here)}
    with subprocess.Popen(["psql", "-X"], env=environment, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as session:
        wait_until(
            lambda: int(move.app("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")) > 1,
            30,
            "-",
        )
        code, _, err = move.run("ONLY=database")
        session.stdin.close()
    assert code == 0, err
    assert move.app("SELECT count(*) FROM note") == "2000"


def test_a_vm_that_is_written_to_meanwhile_is_one_moment(move: Move) -> None:
    """Rows and sequences go on while it is dumped: a rehearsal beside a running site."""
    loop = "INSERT INTO note (text) SELECT 'x' FROM generate_series(1, 50); SELECT pg_sleep(0.01); " * 2000
    environment = {**os.environ, **move.postgres.environment(move.there)}
    writer = subprocess.Popen(
        ["psql", "-Xq", "-c", "\\set AUTOCOMMIT on", "-f", "-"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        writer.stdin.write(loop.replace("; ", ";\n").encode())
        writer.stdin.close()
        code, out, err = move.run("ONLY=database")
    finally:
        writer.kill()
        writer.wait()
    assert code == 0, out + err
    assert 2000 < int(move.app("SELECT count(*) FROM note")) < int(move.vm("SELECT count(*) FROM note"))


@pytest.mark.parametrize(
    ("spoil", "variables", "says"),
    [
        (lambda move: None, ["VM=-oProxyCommand=id"], "write where ssh logs in"),
        (lambda move: None, ["VM=vm2"], "vm2"),
        (lambda move: None, ["DATABASE=gone"], "the database on vm1: "),
        (lambda move: None, ["SUDO=postgres"], "the database on vm1: "),
        (lambda move: None, ["MEDIA=/nowhere"], "No such file or directory"),
        (lambda move: None, ["MEDIA=media"], "write it from the root"),
        (lambda move: None, ["MEDIA="], "MEDIA is missing: write the folder"),
        (lambda move: None, ["ONLY=rows"], "write database or media"),
        (
            lambda move: move.app("CREATE TABLE sale (id int); INSERT INTO sale VALUES (1)"),
            [],
            "(public.sale 1): REPLACE=1",
        ),
        (lambda move: (move.media / "mine").write_text("mine"), [], "it has 1 files that no import brought: REPLACE=1"),
        (lambda move: move.repository.edit(APP_YAML, "  move: planned\n", ""), [], "has no spec.move"),
        (
            lambda move: move.repository.edit(APP_YAML, "planned", "moved"),
            [],
            "says move: moved, so visitors' data is here",
        ),
        (lambda move: _small(move), [], "the database's volume needs"),
        (lambda move: _in_another_order(move), [], "texts are sorted by C.UTF-8 there, by C here"),
    ],
    ids=[
        *("an option", "no such VM", "no such database", "no sudo", "no such folder", "a relative folder", "no folder"),
        *("no such part", "rows", "files", "no move", "moved", "no room", "another collation"),
    ],
)
def test_a_refused_import_changes_nothing(
    move: Move, spoil: Callable[[Move], object], variables: list[str], says: str
) -> None:
    spoil(move)
    before = state(move)
    code, out, err = move.run(*variables)
    assert (code, out) == (2, "")
    assert says in err
    assert err.splitlines()[-1].startswith("import: ")
    assert "Traceback" not in err
    assert state(move) == before


def test_what_was_there_may_be_moved_aside(move: Move) -> None:
    move.app("CREATE TABLE sale (id int); INSERT INTO sale VALUES (1)")
    (move.media / "mine").write_text("mine")
    before = move.databases()
    code, _, err = move.run("REPLACE=1")
    assert code == 0, err
    [aside] = move.databases() - before
    assert move.postgres.query("SELECT count(*) FROM sale", aside) == "1"
    assert (move.media / f".{aside}/mine").read_text() == "mine"
    assert not (move.media / "mine").exists()


def test_another_collation_may_be_accepted(move: Move) -> None:
    _in_another_order(move)
    code, out, err = move.run("ACCEPT=collation", "ONLY=database")
    assert code == 0, err
    assert "C.UTF-8" in out


def test_an_apps_role_needs_the_right_to_make_a_database(move: Move) -> None:
    """As with CloudNativePG: it owns its database and is no superuser."""
    role = f"plain_{move.here}"
    move.app(
        f"CREATE ROLE {role} LOGIN PASSWORD 'plain'; ALTER DATABASE {move.here} OWNER TO {role}; ALTER TABLE django_migrations OWNER TO {role}"
    )
    move.variables["environment"] |= {"PGUSER": role, "PGPASSWORD": "plain"}
    move.kubectl()
    before = state(move)
    code, _, err = move.run("ONLY=database")
    assert (code, state(move)) == (2, before)
    assert "the app's role may make no database: ALTER ROLE" in err
    move.app(f"ALTER ROLE {role} CREATEDB")
    code, _, err = move.run("ONLY=database")
    assert code == 0, err
    assert move.app("SELECT tableowner FROM pg_tables WHERE tablename = 'note'") == role


def test_a_row_that_does_not_arrive_is_a_difference(move: Move) -> None:
    move.vm("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1), (2)")
    before = state(move)
    move.kubectl(_LOSES)
    code, out, err = move.run()
    assert code == 1, err
    assert "table public.kept: 2 rows there, 1 here" in out
    assert "the app's database is as it was" in out
    assert "The two ends differ" in out
    assert state(move)[1:] == before[1:]


def test_a_file_that_arrives_with_another_content_is_a_difference(move: Move) -> None:
    move.kubectl(_ROTS)
    code, out, err = move.run("ONLY=media")
    assert code == 1, err
    assert "file b'photos/a.jpg': has another content here" in out


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore"])
def test_a_dump_that_breaks_off_changes_nothing(move: Move, program: str) -> None:
    move.vm("INSERT INTO note (text) SELECT repeat(md5(id::text), 30) FROM generate_series(1, 300000) AS id")
    before = state(move)
    process = _start(move, "ONLY=database")
    try:
        wait_until(lambda: _pids(program, move), 60, f"{program} never ran", every=0.05)
        for pid in _pids(program, move):
            os.kill(pid, signal.SIGKILL)
        out, err = process.communicate(timeout=90)
    finally:
        process.kill()
    assert process.returncode == 2, out + err
    assert "the dump can't be restored" in err
    assert state(move) == before


def test_an_import_that_is_stopped_changes_nothing_and_the_next_goes_through(move: Move) -> None:
    move.vm("INSERT INTO note (text) SELECT repeat(md5(id::text), 30) FROM generate_series(1, 300000) AS id")
    before = state(move)
    process = _start(move, "ONLY=database")
    wait_until(lambda: _pids("pg_restore", move), 60, "pg_restore never ran", every=0.05)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=90)
    assert process.returncode == 130, err
    assert state(move) == before
    code, _, err = move.run("ONLY=database")
    assert code == 0, err


def _start(move: Move, *variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PATH": move.path}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(move.command(*variables), env=environment, **pipes)


def _pids(program: str, move: Move) -> list[int]:
    """The processes of a program that work on this move's databases."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        named = words[0].rpartition(b"/")[2].decode() == program
        if named and (move.there.encode() in b" ".join(words) or move.here.encode() in environment):
            found.append(int(folder.name))
    return found


def _small(move: Move) -> None:
    """The database's volume is smaller than what comes."""
    path = move.repository.root / f"overlays/ungleich/{APP}/sizing.yaml"
    text = path.read_text()
    at = text.index("storage:", text.index("\n  database:"))
    path.write_text(f"{text[:at]}storage: 8Mi{text[text.index(chr(10), at) :]}")


def _in_another_order(move: Move) -> None:
    move.postgres.query(f"ALTER DATABASE {move.there} RENAME TO {move.there}_c")
    move.postgres.query(f"CREATE DATABASE {move.there} TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")


_LOSES = """\
if "pg_restore" in words:
    database = [word for word in words if word.startswith("--dbname=")][0].partition("=")[2]
    environment = os.environ | {environment!r} | {{"PATH": {path!r}}}
    done = subprocess.run(words[words.index("--") + 1:], env=environment)
    sql = "DELETE FROM kept WHERE id = 1"
    subprocess.run(["psql", "-Xq", "-d", database, "-c", sql], env=environment, check=True)
    sys.exit(done.returncode)
"""
_ROTS = """\
if "sha256sum" in " ".join(words):
    path = pathlib.Path({media!r}) / "photos/a.jpg"
    path.write_bytes(b"z" * path.stat().st_size)
"""
