"""Fixtures: a server of each kind for all tests, an app of its own for each. What is missing is an error, not a skip."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.examples import services
from tests.examples.services import Postgres

from . import s3
from .runs import App, client_path, restic
from .s3 import S3
from .test_documented import documented_policy

ROWS = 2000
FILES = {"photos/a.jpg": b"a" * 5000, "photos/b.jpg": b"b" * 70_000, "ümlaut \n.txt": b"named by a visitor"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; each app has a database of its own."""
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """An S3 server; each app has a bucket of its own."""
    with s3.server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def make_app(postgres: Postgres, store: S3, tmp_path: Path) -> Callable[[], App]:
    """Make apps with rows and files, and an empty repository that the platform made for each."""
    return lambda: _app(postgres, store, tmp_path)


@pytest.fixture
def app(make_app: Callable[[], App]) -> App:
    """One such app."""
    return make_app()


def _app(postgres: Postgres, store: S3, tmp_path: Path) -> App:
    name = f"acme-a{secrets.token_hex(4)}"
    store.buckets.make(name, documented_policy(name))
    platform, own = store.buckets.environment(name, platform=True), store.buckets.environment(name)
    for environment in (platform, own):
        environment["RESTIC_CACHE_DIR"] = str(tmp_path / "cache")
    restic(platform, "init")
    password = tmp_path / f"{name}.password"
    password.write_text(own["RESTIC_PASSWORD"])
    restic(platform, "key", "add", f"--new-password-file={password}")
    media = tmp_path / name / "media"
    for path, content in FILES.items():
        (media / path).parent.mkdir(parents=True, exist_ok=True)
        (media / path).write_bytes(content)
    own["PATH"] = f"{client_path()}{os.pathsep}{own['PATH']}"
    variables = {"APP": name, "MEDIA": str(media), "PATIENCE": "20"}
    found = App(name, postgres, media, {**own, **postgres.create_database(), **variables}, platform)
    found.sql(f"CREATE TABLE note AS SELECT id, md5(id::text) AS text FROM generate_series(1, {ROWS}) AS id")  # noqa: S608  our own number
    found.sql('CREATE SCHEMA "odd ""one"; CREATE TABLE "odd ""one"."it\'s; \\! false" (id int)')
    found.sql("CREATE TABLE django_migrations (app text, name text)")
    found.sql("INSERT INTO django_migrations VALUES ('notes', '0001_initial'), ('notes', '0002_text')")
    return found
