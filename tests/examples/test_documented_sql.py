"""What the pages say of extensions and of large dumps, on a real PostgreSQL."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from ..e2e import snippets
from .services import Postgres, data_folder, program, unprivileged

ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = (ROOT / "docs/database-extensions.md").read_text()
(TRUSTED,) = re.findall(r"^\| ((?:`\w+`,? )+)and others that PostgreSQL trusts", EXTENSIONS, re.M)


@pytest.fixture(scope="module")
def owned(postgres: Postgres) -> str:
    """A database of a user of the same name who is no superuser, as with cnpg."""
    name = postgres.create_database()["PGDATABASE"]
    postgres.query(f"CREATE ROLE {name} LOGIN")
    postgres.query(f"ALTER DATABASE {name} OWNER TO {name}")
    return name


@pytest.mark.parametrize("name", re.findall(r"\w+", TRUSTED))
def test_a_trusted_extension_is_the_owners_to_create(postgres: Postgres, owned: str, name: str) -> None:
    postgres.query(f"SET ROLE {owned}; CREATE EXTENSION {name}", owned)
    assert name in postgres.query("SELECT extname FROM pg_extension", owned).splitlines()


def test_another_is_not(postgres: Postgres, owned: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        postgres.query(f"SET ROLE {owned}; CREATE EXTENSION pageinspect", owned)
    assert "permission denied to create extension" in refused.value.stderr
    assert "`permission denied to create extension`" in EXTENSIONS


def documented(command: str) -> list[str]:
    """The arguments of the page's line with this program."""
    lines = "\n".join(snippets.blocks((ROOT / "docs/moving-large-data.md").read_text())).replace("\\\n", " ")
    (found,) = re.findall(rf"\b{command} .*", lines)
    return shlex.split(found)[1:]


def test_a_large_database_moves_by_the_two_commands(postgres: Postgres) -> None:
    there, here = postgres.create_database(), postgres.create_database()
    postgres.query(
        "CREATE TABLE note AS SELECT n AS id, md5(n::text) AS text FROM generate_series(1, 20000) n;"
        "ALTER TABLE note ADD PRIMARY KEY (id); CREATE INDEX ON note (text)",
        there["PGDATABASE"],
    )
    with data_folder("dump-") as folder:
        dump = str(folder / "shop.dump")
        names = {"shop": there["PGDATABASE"], "restored": here["PGDATABASE"]}
        for command, environment in (("pg_dump", there), ("pg_restore", here)):
            arguments = [names.get(word, dump if word.startswith("/") else word) for word in documented(command)]
            assert "-j" in arguments
            path = program(command, package="postgresql-client")
            subprocess.run(unprivileged(path, *arguments), env=environment, check=True, cwd="/")
    query = "SELECT count(*), (SELECT count(*) FROM pg_indexes WHERE tablename = 'note') FROM note"
    assert postgres.query(query, here["PGDATABASE"]) == "20000|2"
