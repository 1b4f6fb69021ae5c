"""One table comes back beside the one that is there, one folder in its place; what is refused changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import ROWS
from .fleet import objects
from .runs import App
from .test_restore import files


def schemas(app: App) -> list[str]:
    """The schemas that a restore made."""
    return app.sql("SELECT nspname FROM pg_namespace WHERE nspname ~ '^restored_'").split()


@pytest.mark.parametrize(
    ("schema", "table", "rows"), [("public", "note", ROWS), ('odd "one', "it's; \\! false", 2), ("public", "empty", 0)]
)
def test_a_table_beside_the_one_that_is_there(app: App, schema: str, table: str, rows: int) -> None:
    app.sql('INSERT INTO "odd ""one"."it\'s; \\! false" VALUES (1), (2); CREATE TABLE empty (a text)')
    app.sql(
        "UPDATE note SET text = E'COPY tab\\t back\\\\slash \\\\.\\nline' WHERE id = 1; ALTER TABLE note ADD \"odd (col) FROM\" int"
    )
    point = app.backup()["point"]
    app.sql("DELETE FROM note")
    status, _, err = app.run("restore-part", POINT=point, TABLE_SCHEMA=schema, TABLE=table)
    assert status == 0, err
    [made] = schemas(app)
    assert f"{rows} rows are in {made}." in err
    name = table.replace('"', '""')
    assert app.sql(f'SELECT count(*) FROM {made}."{name}"') == str(rows)  # noqa: S608  a name of ours
    assert app.sql("SELECT count(*) FROM note") == "0"
    if table == "note":
        app.sql(f"INSERT INTO note SELECT * FROM {made}.note")  # noqa: S608  a name of ours
        assert app.sql("SELECT text FROM note WHERE id = 1") == "COPY tab\t back\\slash \\.\nline"


def test_a_folder_in_its_place(app: App) -> None:
    point = app.backup()["point"]
    before = files(app.media)
    (app.media / "photos/a.jpg").unlink()
    (app.media / "photos/new.jpg").write_bytes(b"newer")
    (app.media / "other").write_bytes(b"stays")
    status, _, err = app.run("restore-part", POINT=point, FOLDER="photos")
    assert status == 0, err
    [aside] = app.media.glob(".before_*")
    assert files(aside).keys() == {"photos/b.jpg", "photos/new.jpg"}
    left = {name: content for name, content in files(app.media).items() if not name.startswith(".")}
    assert left == {**before, "other": b"stays"}
    assert list(app.media.glob(".restore*")) == []


@pytest.mark.parametrize(
    ("spoil", "part", "says"),
    [
        (lambda app: None, {"TABLE_SCHEMA": "public", "TABLE": "gone"}, "the point has no table gone"),
        (
            lambda app: app.sql("ALTER TABLE note DROP text"),
            {"TABLE_SCHEMA": "public", "TABLE": "note"},
            "don't fit into the table",
        ),
        (
            lambda app: app.sql("DROP TABLE note"),
            {"TABLE_SCHEMA": "public", "TABLE": "note"},
            "no such table to take the columns from",
        ),
        (lambda app: None, {"FOLDER": "gone"}, "the folder isn't in the point"),
        (lambda app: objects(app, "data")[0].unlink(), {"TABLE_SCHEMA": "public", "TABLE": "note"}, "failed"),
    ],
    ids=["no table", "columns", "dropped", "no folder", "lost"],
)
def test_what_is_refused_changes_nothing(
    app: App, tmp_path: Path, spoil: Callable[[App], object], part: dict[str, str], says: str
) -> None:
    point = app.backup()["point"]
    spoil(app)
    before = files(app.media)
    status, _, err = app.run("restore-part", POINT=point, RESTIC_CACHE_DIR=str(tmp_path / "empty"), **part)
    assert status == 1
    assert says in err, err
    assert (schemas(app), files(app.media)) == ([], before)
