"""A PostgreSQL outside of every app: in a namespace of its own, for `postgres/external`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import ingress
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings

NAMESPACE = "e2e-elsewhere"
HOST = f"postgres.{NAMESPACE}"
MANIFEST = Path(__file__).parent / "testdata/elsewhere.yaml"
CREATE = """\
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
"""


class Server:
    """The server, as its administrator sees it."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self.kubernetes = kubernetes

    def create(self, name: str, password: str) -> None:
        """Make a database and the user who owns it."""
        self.psql("postgres", CREATE, name=name, password=password)

    def psql(self, database: str, statements: str, **variables: str) -> str:
        """What statements return: unaligned, without heading; raises processes.CommandError."""
        options = [f"--set={name}={value}" for name, value in variables.items()]
        command = ["psql", "--username=postgres", f"--dbname={database}", "--set=ON_ERROR_STOP=1", "--quiet"]
        return self.kubernetes.kubectl(
            "exec", f"--namespace={NAMESPACE}", "--stdin", "deployment/postgres", "--",
            *command, "--tuples-only", "--no-align", *options, stdin=statements,
        ).strip()  # fmt: skip


@contextmanager
def running(kubernetes: Kubernetes, settings: Settings) -> Iterator[Server]:
    """Start the server, and remove its namespace at the end."""
    here = f"--namespace={NAMESPACE}"
    kubernetes.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
    kubernetes.kubectl("create", "namespace", NAMESPACE)
    try:
        ingress.tls_secret(settings, kubernetes, NAMESPACE, "tls")
        kubernetes.kubectl("apply", "--server-side", here, f"--filename={MANIFEST}")
        kubernetes.wait("condition=Available", "deployment/postgres", here)
        yield Server(kubernetes)
    finally:
        kubernetes.kubectl("delete", "namespace", NAMESPACE, "--wait=false")
