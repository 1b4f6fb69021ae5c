"""SealedSecrets: types and keys as environment and as files, new values, and one that this namespace can't open."""

from __future__ import annotations

import base64
import ssl
import time

import pytest
import yaml

from tests.cluster.processes import CommandError
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually
from tests.e2e.watch import watched

DEPLOYMENTS = ("web", "async", "scheduler")
ODD = 'two\nlines, "quoted" $HOME $(PGHOST) \\ % ü'  # nothing between git and the environment may change it
SIGNATURE = "-----BEGIN KEY-----\nanother one\n-----END KEY-----\n"
# Further secrets as files, as components/sealed-secrets/README.md says it: all keys, and some by other names.
FILES = """\
- {op: add, path: /spec/template/spec/volumes/0/projected/sources/-, value: {secret: {name: smtp}}}
- op: add
  path: /spec/template/spec/volumes/0/projected/sources/-
  value: {secret: {name: bank, items: [{key: tls.key, path: bank.key}, {key: tls.crt, path: bank.crt}]}}
"""


@pytest.fixture(scope="module")
def shop(fleet: Fleet) -> App:
    """The shop: Secret `app`, a pull secret, a secret as file; pods roll when Secret `app` changes."""
    return fleet.healthy("example-shop")


@pytest.fixture(scope="module")
def archive(fleet: Fleet) -> App:
    """The archive, whose Ingress takes its certificate from Secret `web-tls`."""
    return fleet.healthy("example-archive")


def pair(fleet: Fleet) -> tuple[str, str]:
    """A certificate for the sites and its key, in PEM."""
    pki = fleet.settings.run / "pki"
    return (pki / "ingress.crt").read_text(), (pki / "ingress.key").read_text()


def content(app: App, path: str) -> list[str]:
    """What a file under /secrets says in a pod of each Deployment."""
    return [app.exec(f"deployment/{name}", "cat", f"/secrets/{path}", container=name) for name in DEPLOYMENTS]


def environment(app: App, key: str) -> list[str]:
    """A variable's value in each pod that runs the app's image."""
    pods = [(pod["metadata"]["name"], name) for name in DEPLOYMENTS for pod in app.pods(name)]
    return [app.exec(pod, "printenv", key, container=name).removesuffix("\n") for pod, name in pods]


def uids(app: App) -> set[str]:
    """The pods that run the app's image."""
    return {pod["metadata"]["uid"] for name in DEPLOYMENTS for pod in app.pods(name)}


def secret_type(app: App, name: str) -> str:
    """The type of a Secret."""
    return app.get("secret", name)["type"]


def page(app: App) -> str:
    """The status of the page, or that there is no certificate to ask it by."""
    try:
        return str(app.request().status)
    except (ssl.SSLError, ConnectionResetError):
        return "no HTTPS"


def test_keys_of_secret_app_are_in_the_environment(shop: App, fleet: Fleet) -> None:
    for key in ("SECRET_KEY", "STRIPE_KEY", "API_TOKEN"):
        assert set(environment(shop, key)) == {fleet.sealer.value("app", key)}


def test_another_secret_is_a_file_that_the_app_reads_and_does_not_write(shop: App, fleet: Fleet) -> None:
    assert set(content(shop, "signing.pem")) == {fleet.sealer.value("stripe-webhook", "signing.pem")}
    mode = shop.exec("deployment/web", "stat", "--dereference", "--format=%a", "/secrets/signing.pem", container="web")
    assert mode.strip() == "440"
    with pytest.raises(CommandError, match="Read-only file system"):
        shop.exec("deployment/web", "touch", "/secrets/new", container="web")


def test_a_new_value_rolls_the_pods_and_other_types_arrive_as_files(shop: App, fleet: Fleet, figures: Figures) -> None:
    before, (certificate, key) = uids(shop), pair(fleet)

    def change(app: App) -> None:
        for secret, name, value, kind in (
            ("app", "STRIPE_KEY", ODD, ""),
            ("smtp", "username", "shop", "kubernetes.io/basic-auth"),
            ("smtp", "password", ODD, "kubernetes.io/basic-auth"),
            ("bank", "tls.crt", certificate, ""),
            ("bank", "tls.key", key, ""),
        ):
            fleet.sealer.seal(app.customer, app.name, secret, name, value, kind)
        with (app.customer_folder / "secret-files.yaml").open("a") as file:
            file.write(FILES)

    with watched(lambda: page(shop)) as answers:
        start = time.monotonic()
        shop.wait_healthy(shop.commit("new value, new secrets", change), seconds=300)
        figures.seconds("example-shop", "changed secret, commit to Healthy (RollingUpdate)", time.monotonic() - start)
    assert set(answers) == {"200"}
    assert not before & uids(shop)
    assert set(environment(shop, "STRIPE_KEY")) == {ODD}
    assert set(content(shop, "bank.crt")) == {certificate}
    assert set(content(shop, "bank.key")) == {key}
    assert (set(content(shop, "username")), set(content(shop, "password"))) == ({"shop"}, {ODD})
    assert secret_type(shop, "app") == "Opaque"
    assert secret_type(shop, "smtp") == "kubernetes.io/basic-auth"
    assert secret_type(shop, "bank") == "kubernetes.io/tls"
    assert secret_type(shop, "registry") == "kubernetes.io/dockerconfigjson"


def test_a_new_value_of_a_file_rolls_nothing(shop: App, fleet: Fleet) -> None:
    before = uids(shop)
    shop.wait_healthy(
        shop.commit(
            "new file", lambda _: fleet.sealer.seal("example", "shop", "stripe-webhook", "signing.pem", SIGNATURE)
        )
    )
    assert uids(shop) == before


def test_a_value_sealed_for_another_namespace_stops_the_sync_and_says_so(shop: App, archive: App, fleet: Fleet) -> None:
    """Between a file's new value and its arrival, because nothing is rolled here either."""
    before, name = uids(shop), "app-secret.yaml"

    def change(app: App) -> None:
        fleet.sealer.seal("example", "archive", "app", "STRIPE_KEY", "of the archive")
        other = archive.customer_folder / name
        sealed = yaml.safe_load(other.read_text())["spec"]["encryptedData"]["STRIPE_KEY"]
        app.repository.git("checkout", "--", other)
        own = yaml.safe_load((app.customer_folder / name).read_text())
        own["spec"]["encryptedData"]["STRIPE_KEY"] = sealed
        (app.customer_folder / name).write_text(yaml.safe_dump(own))

    with watched(lambda: page(shop)) as answers:
        revision = shop.commit("a value copied from another app", change)
        for attempt in eventually(60):
            with attempt:
                status = shop.application()["status"]
                operation = status["operationState"]
                synced = operation.get("syncResult", {})
                assert synced.get("revision") == revision
                assert operation["phase"] == "Failed" or operation.get("retryCount", 0) > 0
                assert [
                    (one.get("hookPhase"), one["message"])
                    for one in synced.get("resources", [])
                    if (one["kind"], one["name"]) == ("SealedSecret", "app")
                ] == [("Failed", "no key could decrypt secret (STRIPE_KEY)")]
                assert status["health"]["status"] == "Degraded"
    [condition] = shop.get("sealedsecret", "app")["status"]["conditions"]
    assert (condition["status"], condition["message"]) == ("False", "no key could decrypt secret (STRIPE_KEY)")
    events = shop.get("events", "--field-selector=involvedObject.kind=SealedSecret,type=Warning")["items"]
    assert any("no key could decrypt secret (STRIPE_KEY)" in event["message"] for event in events)
    # What was there is there still.
    assert uids(shop) == before
    assert set(answers) == {"200"}
    assert base64.b64decode(shop.get("secret", "app")["data"]["STRIPE_KEY"]).decode() == ODD


def test_the_next_commit_repairs_it(shop: App, figures: Figures) -> None:
    before, start = uids(shop), time.monotonic()
    shop.wait_healthy(shop.revert())
    took = time.monotonic() - start
    figures.seconds("example-shop", "repair of a value sealed for another namespace, commit to Healthy", took)
    assert took < 60
    assert uids(shop) == before


def test_the_file_has_followed(shop: App, figures: Figures) -> None:
    for attempt in eventually(150, every=2):  # the kubelet looks each minute or so
        with attempt:
            assert set(content(shop, "signing.pem")) == {SIGNATURE}


def test_the_certificate_may_be_the_customers(archive: App, fleet: Fleet) -> None:
    archive.kubectl("delete", "secret", "web-tls")
    for attempt in eventually(30):
        with attempt:
            assert page(archive) == "no HTTPS"
    certificate, key = pair(fleet)

    def change(app: App) -> None:
        fleet.sealer.seal(app.customer, app.name, "web-tls", "tls.crt", certificate)
        fleet.sealer.seal(app.customer, app.name, "web-tls", "tls.key", key)

    archive.wait_healthy(archive.commit("a certificate of the customer's", change))
    [owner] = archive.get("secret", "web-tls")["metadata"]["ownerReferences"]
    assert (owner["kind"], secret_type(archive, "web-tls")) == ("SealedSecret", "kubernetes.io/tls")
    for attempt in eventually(30):
        with attempt:
            assert page(archive) == "200"
