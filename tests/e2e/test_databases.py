"""One contract, whatever the database is: the keys of Secret `database-app`, the pods' environment, and both connect."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.cluster.settings import REPOSITORY
from tests.e2e import elsewhere
from tests.e2e.app import App
from tests.e2e.fleet import Fleet
from tests.e2e.sealing import PASSWORD
from tests.e2e.variants import database_elsewhere

OPERATOR, SPACE = "cnpg-controller-manager", "cnpg-system"
KEYS = {"host", "port", "dbname", "user", "username", "password", "uri"}
# What the image contract promises, by the key that it comes from.
VARIABLES = {
    "DATABASE_URL": "uri",
    "PGHOST": "host",
    "PGPORT": "port",
    "PGDATABASE": "dbname",
    "PGUSER": "user",
    "PGPASSWORD": "password",
}
# Run in a pod: who one is there by the URL, and by libpq's own variables, and whether by TLS.
ASK = """\
import json, os, psycopg
def ask(way):
    with psycopg.connect(way) as connection:
        query = "select current_user, current_database(), ssl from pg_stat_ssl where pid = pg_backend_pid()"
        return connection.execute(query).fetchone()
print(json.dumps({"environment": dict(os.environ), "by": [ask(os.environ["DATABASE_URL"]), ask("")]}))
"""


@pytest.fixture(scope="session")  # for as long as the apps live
def server(fleet: Fleet) -> Iterator[elsewhere.Server]:
    """A PostgreSQL with a database for each of the two apps that have theirs elsewhere."""
    with elsewhere.running(fleet.kubernetes, fleet.settings) as started:
        for name in ("legacy", "app"):
            started.create(name, PASSWORD)
        yield started


@pytest.fixture(scope="module")
def standalone(fleet: Fleet) -> App:
    """The smallest example, on `postgres/standalone`."""
    return fleet.app("example-minimal")


@pytest.fixture(scope="module")
def legacy(fleet: Fleet, server: elsewhere.Server) -> App:
    """The example on `postgres/external`, which has names of its own for the variables."""
    return fleet.app("example-legacy")


@pytest.fixture(scope="module")
def external(fleet: Fleet, server: elsewhere.Server) -> App:
    """A new app on `postgres/external`, as the template makes it."""
    app = fleet.create("elsewhere", "site", "example/minimal:1.0.0", "--database=external")
    database_elsewhere(app)
    return fleet.add(app)


@pytest.fixture(scope="module")
def cnpg(fleet: Fleet) -> App:
    """A new app on `postgres/cnpg`."""
    if not fleet.settings.ours:
        there = fleet.kubernetes.get(
            "deployments", f"--namespace={SPACE}", f"--field-selector=metadata.name={OPERATOR}"
        )
        if not there["items"]:
            pytest.skip(f"no CloudNativePG operator in this cluster: no Deployment {OPERATOR} in namespace {SPACE}")
    return fleet.add(fleet.create("operated", "site", "example/minimal:1.0.0", "--database=cnpg"))


@pytest.fixture(
    scope="module", params=["standalone", "legacy", "external", pytest.param("cnpg", marks=pytest.mark.thorough)]
)
def app(request: pytest.FixtureRequest) -> App:
    """Each kind of database in turn: namespaces example-minimal, example-legacy, elsewhere-site and operated-site."""
    found: App = request.getfixturevalue(request.param)
    found.wait_healthy(seconds=300)
    return found


@pytest.fixture(scope="module")
def secret(app: App) -> dict[str, str]:
    """The keys of Secret `database-app` and what they hold."""
    data = app.get("secret", "database-app")["data"]
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def test_the_secret_has_the_documented_keys(app: App, secret: dict[str, str]) -> None:
    operator = app.namespace == "operated-site"
    assert set(secret) >= KEYS if operator else set(secret) == KEYS
    assert secret["user"] == secret["username"]
    assert operator or secret["password"] == PASSWORD


def test_the_url_says_what_the_keys_say(app: App, secret: dict[str, str]) -> None:
    url = urlsplit(secret["uri"])
    assert (url.scheme, url.username, unquote(url.password or "")) == ("postgresql", secret["user"], secret["password"])
    assert (str(url.port), url.path) == (secret["port"], f"/{secret['dbname']}")
    assert url.hostname in (secret["host"], f"{secret['host']}.{app.namespace}")


def test_every_pod_of_the_image_has_the_documented_environment(app: App, secret: dict[str, str]) -> None:
    contract = (REPOSITORY / "docs/image-contract.md").read_text()
    assert [name for name in VARIABLES if f"`{name}`" not in contract] == []
    seen = asked(app)
    assert len(seen) >= 1
    for container, answer in seen.items():
        environment = answer["environment"]
        assert {name: environment.get(name) for name in VARIABLES} == {
            name: secret[key] for name, key in VARIABLES.items()
        }, container


def test_both_ways_lead_to_the_database(app: App, secret: dict[str, str]) -> None:
    encrypted = app.namespace != "example-minimal"  # what is elsewhere, and what the operator runs, has TLS
    for container, answer in asked(app).items():
        assert answer["by"] == [[secret["user"], secret["dbname"], encrypted]] * 2, container


def test_the_site_writes_there(app: App) -> None:
    assert app.api("POST", "notes", {"key": "contract", "text": "kept"}).status == 201
    assert app.request(path="/readyz").status == 200


def test_an_external_server_has_the_rows(server: elsewhere.Server, legacy: App, external: App) -> None:
    for database in ("legacy", "app"):
        assert server.psql(database, "select text from example_note where key = 'contract'") == "kept"


def test_own_names_for_the_variables(legacy: App) -> None:
    environment = asked(legacy)["deployment/web web"]["environment"]
    names = {"LEGACY_DB_HOST": "PGHOST", "LEGACY_DB_NAME": "PGDATABASE", "LEGACY_DB_USER": "PGUSER"}
    names["LEGACY_DB_PASSWORD"] = "PGPASSWORD"
    assert {name: environment[name] for name in names} == {name: environment[other] for name, other in names.items()}
    assert environment["LEGACY_DB_PASSWORD"] == PASSWORD


def asked(app: App) -> dict[str, Any]:
    """What ASK finds in every container of the app's image that runs on."""
    answers = {}
    for deployment in app.get("deployments")["items"]:
        target = f"deployment/{deployment['metadata']['name']}"
        for container in deployment["spec"]["template"]["spec"]["containers"]:
            answer = app.exec(target, "python", "-", container=container["name"], stdin=ASK)
            answers[f"{target} {container['name']}"] = json.loads(answer)
    return answers
