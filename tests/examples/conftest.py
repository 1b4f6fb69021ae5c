"""Fixtures: the image's parts, its servers, a site that runs. Missing programs are an error, not a skip."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import services
from .client import HOST, TOKEN, Client
from .image import Image, build
from .sandbox import RUN, UID, Container, Sandbox
from .services import Postgres, Valkey, free_port


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The Containerfile's result."""
    return build(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests; each test has a database of its own."""
    with services.postgres() as server:
        yield server


@pytest.fixture
def broker() -> Iterator[Valkey]:
    """An empty Valkey."""
    with services.valkey() as server:
        yield server


@pytest.fixture
def valkey(broker: Valkey) -> dict[str, str]:
    """VALKEY_BROKER_URL and CACHE_URL of an empty Valkey."""
    return broker.urls


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """An empty volume that the pod's uid may write, as fsGroup makes it."""
    folder = tmp_path / "media"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, UID, UID)
    return folder


@pytest.fixture
def environment(image: Image) -> dict[str, str]:
    """The image's own ENV, then what the hosting gives without a database: app-defaults, app-config, Secret `app`."""
    return {
        **image.env,
        "PORT": "8000",
        "HOME": "/tmp",  # noqa: S108  inside the sandbox
        "USER": "app",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "HOSTS": HOST,
        "ALLOWED_HOSTS": HOST,
        "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
        "MEDIA_ROOT": "/media",
        "SECRET_KEY": "a-key-of-the-tests-that-is-long-enough-for-django-0123456789",
        "API_TOKEN": TOKEN,
    }


@pytest.fixture
def sandbox(image: Image, environment: dict[str, str], media: Path, tmp_path: Path) -> Iterator[Sandbox]:
    """Starts the image's commands; ends them after the test."""
    services.program("bwrap", package="bubblewrap")
    services.program("setpriv", package="util-linux")
    sandbox = Sandbox(image, environment, media, tmp_path)
    yield sandbox
    sandbox.stop_all()


@pytest.fixture
def database(postgres: Postgres, sandbox: Sandbox) -> dict[str, str]:
    """An empty database, in the environment of every command from now on."""
    variables = postgres.create_database()
    sandbox.environment.update(variables)
    return variables


Site = Callable[..., tuple[Client, Container]]


@pytest.fixture
def site(sandbox: Sandbox, database: dict[str, str]) -> Site:
    """Runs /init, then /run on a free port until it answers: site(**environment) -> client, container."""

    def start(**env: str) -> tuple[Client, Container]:
        sandbox.environment.update(env)
        sandbox.run("/init")
        client = Client(free_port())
        # gunicorn trusts X-Forwarded-Proto from ::1, where the tests come from; an ingress it does not know.
        container = sandbox.start(*RUN, PORT=str(client.port), FORWARDED_ALLOW_IPS="2001:db8::1")
        container.serves(client.answers)
        return client, container

    return start
