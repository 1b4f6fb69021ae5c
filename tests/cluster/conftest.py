"""A cluster for the tests marked `cluster`: the one that is up, or one that is brought up and taken down for them."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator

import pytest

from tests.cluster import cluster, preflight
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of cluster.yaml."""
    return Settings.load()


@pytest.fixture(scope="session")
def kubernetes(settings: Settings) -> Iterator[Kubernetes]:
    """The running cluster; skips where none can run, saying why."""
    if cluster.ready(settings):
        yield Kubernetes(settings)
        return
    if gaps := [*preflight.missing(), *preflight.conflicts(settings)]:
        pytest.skip(f"no cluster here: {'; '.join(gaps)}")
    cluster.up(settings)
    yield Kubernetes(settings)
    cluster.down(settings)


@pytest.fixture
def namespace(kubernetes: Kubernetes, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own; what went on in it is printed when the test fails."""
    # A suffix, because the last run's may still be going away.
    name = f"{re.sub(r'[^a-z0-9]+', '-', request.node.name.lower())[:50].strip('-')}-{secrets.token_hex(2)}"
    kubernetes.kubectl("create", "namespace", name)
    failed = request.session.testsfailed
    yield name
    if request.session.testsfailed > failed:
        print(describe(kubernetes, name))
    kubernetes.kubectl("delete", "namespace", name, "--wait=false")


def describe(kubernetes: Kubernetes, namespace: str) -> str:
    """Objects, events and the end of each pod's logs."""
    parts = []
    for command in (
        ["get", "all,persistentvolumeclaims", "--output=wide"],
        ["get", "events", "--sort-by=.lastTimestamp"],
        ["logs", "--selector=app", "--all-containers", "--prefix", "--tail=20"],
    ):
        try:
            parts.append(kubernetes.kubectl(*command, f"--namespace={namespace}"))
        except subprocess.CalledProcessError as error:
            parts.append(error.stderr)
    return "\n".join(parts)
