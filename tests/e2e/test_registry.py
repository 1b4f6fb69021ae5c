"""The shop's image comes from the registry with a password, by the sealed pull secret."""

from __future__ import annotations

import json

import pytest

from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.test_sizes import RESTRICTED
from tests.e2e.wait import eventually

pytestmark = pytest.mark.test_cluster("the private image is in its registry")


@pytest.fixture(scope="module")
def shop(fleet: Fleet) -> App:
    """The shop, with `postgres/standalone`: see variants.py."""
    return fleet.app("example-shop")


def test_the_shop_is_healthy(shop: App, figures: Figures) -> None:
    figures.seconds("example-shop", "first sync of an empty namespace to Healthy", shop.wait_healthy(seconds=300))
    images = {
        pod["spec"]["containers"][0]["image"] for name in ("web", "async", "scheduler") for pod in shop.pods(name)
    }
    assert images == {"registry.example.com/example/shop:2.4.1"}
    assert shop.request().status == 200


def test_without_the_pull_secret_nothing_comes(shop: App) -> None:
    [image] = {pod["spec"]["containers"][0]["image"] for pod in shop.pods("web")}
    container = {"name": "main", "image": image, "imagePullPolicy": "Always", "securityContext": RESTRICTED}
    spec = {"serviceAccountName": "default", "containers": [container]}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "thief"}, "spec": spec}
    shop.kubectl("create", "--filename=-", stdin=json.dumps(manifest))
    try:
        for attempt in eventually(30):
            with attempt:
                [status] = shop.get("pod", "thief")["status"]["containerStatuses"]
                assert status["state"]["waiting"]["reason"] in ("ErrImagePull", "ImagePullBackOff")
                assert any("401" in event["message"] for event in shop.get("events")["items"])
    finally:
        shop.kubectl("delete", "pod", "thief", "--grace-period=1")
