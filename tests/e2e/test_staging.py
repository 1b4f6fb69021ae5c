"""A staging copy: what `make staging` writes, deployed, with data that are made anonymous before visitors come."""

from __future__ import annotations

import re

import pytest

from tests.e2e import releases
from tests.e2e.app import App
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

TAG = "9.0.0"
ANONYMISE = """\
#!/bin/sh
set -eu
cd /app
python - <<'END'
import psycopg
with psycopg.connect("") as connection:
    count = connection.execute("update example_note set text = 'anonymous'").rowcount
    refuse = connection.execute("select count(*) from example_note where key = 'refuse'").fetchone()[0]
print(f"{count} notes made anonymous")
raise SystemExit(refuse)
END
"""


@pytest.fixture(scope="module")
def original(fleet: Fleet) -> App:
    """A new app."""
    app = fleet.create("staged", "site", "example/blog:1.9.0")
    fleet.add(app)
    app.wait_healthy(seconds=300)
    return app


@pytest.fixture(scope="module")
def copy(original: App, fleet: Fleet) -> App:
    """Its copy, healthy, of a release with an /anonymise."""
    fleet.release(f"{releases.image(original)}:{TAG}", {"/anonymise": (0o755, ANONYMISE.encode())})
    fleet.validators("staging", "--customer=staged", "--app=site", "--host=site-staging.example.com")
    app = App(fleet.kubernetes, fleet.repository, original.customer, "site-staging")
    file = app.customer_folder / "kustomization.yaml"
    file.write_text(re.sub(r"newTag: .*", f"newTag: {TAG}", file.read_text()))
    fleet.sealer.seal_again(app.customer, app.name)
    fleet.add(app)
    app.wait_healthy(seconds=300)
    return app


def again(app: App, value: str) -> str:
    """Commit a variable, so that /init and /anonymise run; returns the commit's id."""
    return app.commit(f"run {value}", lambda app: write(app, value))


def write(app: App, value: str) -> None:
    """Set the variable RUN."""
    file = app.customer_folder / "app.env"
    file.write_text(re.sub(r"(?m)^RUN=.*\n", "", file.read_text()) + f"RUN={value}\n")


def test_it_passes_the_checks(copy: App, fleet: Fleet) -> None:
    fleet.check(copy)


def test_it_has_nothing_of_the_original(original: App, copy: App) -> None:
    assert copy.request().status == 200
    assert copy.sql("select count(*) from example_note") == "0"
    assert {one["metadata"]["uid"] for one in copy.get("persistentvolumeclaims")["items"]}.isdisjoint(
        one["metadata"]["uid"] for one in original.get("persistentvolumeclaims")["items"]
    )
    assert "allow-egress" not in {one["metadata"]["name"] for one in copy.get("networkpolicies")["items"]}


def test_data_are_anonymous_before_visitors_come(copy: App) -> None:
    copy.sql("insert into example_note (key, text, created) values ('real', 'Ada Lovelace', now())")
    copy.wait_healthy(again(copy, "1"), seconds=300)
    assert copy.sql("select text from example_note where key = 'real'") == "anonymous"
    done = copy.get("job", "anonymise")["status"]["completionTime"]
    assert copy.pods("web")[0]["status"]["startTime"] >= done


def test_without_them_no_site_starts(copy: App) -> None:
    before = copy.pods("web")[0]["metadata"]["uid"]
    copy.sql("insert into example_note (key, text, created) values ('refuse', 'x', now())")
    again(copy, "2")
    try:
        for attempt in eventually(180):
            with attempt:
                assert copy.application()["status"]["operationState"]["phase"] in ("Failed", "Running")
                assert copy.get("job", "anonymise")["status"].get("failed") == 1
        assert copy.pods("web")[0]["metadata"]["uid"] == before
    finally:
        copy.sql("delete from example_note where key = 'refuse'")
    copy.wait_healthy(again(copy, "3"), seconds=400)
