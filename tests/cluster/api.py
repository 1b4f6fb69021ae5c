"""Reading from the API server over one kept connection: what tests ask twice a second must not start a program each time."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from tests.cluster.processes import CommandError
from tests.cluster.settings import Settings

PORT = 6443
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
QUERY = {"selector": "labelSelector", "field-selector": "fieldSelector"}


class NotByHttpError(Exception):
    """Arguments that only kubectl understands."""


@dataclass
class Question:
    """What is asked for, taken from kubectl's arguments."""

    kind: str = ""
    names: list[str] = field(default_factory=list)
    namespace: str = "default"
    query: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, arguments: tuple[str, ...]) -> Question:
        """Read arguments of `kubectl get`; raises NotByHttpError for others than these tests use often."""
        found, plain = cls(), []
        for argument in arguments:
            option, _, value = argument.removeprefix("--").partition("=")
            if not argument.startswith("-"):
                plain.append(argument)
            elif argument in ("-A", "--all-namespaces"):
                found.namespace = ""
            elif option == "namespace":
                found.namespace = value
            elif option in QUERY and value:
                found.query[QUERY[option]] = value
            else:
                raise NotByHttpError(argument)
        [first, *found.names] = plain
        found.kind, _, name = first.partition("/")
        found.names += [name] if name else []
        if "," in found.kind or len(found.names) > 1 or (found.names and found.query):
            raise NotByHttpError(first)
        return found


class Api:
    """The API server as the administrator reaches it; each thread has a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._kept = threading.local()
        self._kinds: dict[str, tuple[str, bool]] = {}

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """The cluster's authority, and the administrator's certificate."""
        pki = self.settings.run / "pki"
        context = ssl.create_default_context(cafile=pki / "ca.crt")
        context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        return context

    def get(self, *arguments: str) -> dict[str, Any]:
        """What `kubectl get --output=json` prints; raises CommandError as kubectl fails, or NotByHttpError."""
        question = Question.of(arguments)
        base, namespaced = self._kind(question.kind)
        where = f"/namespaces/{question.namespace}" if namespaced and question.namespace else ""
        prefix, _, plural = base.rpartition("/")
        name = f"/{quote(question.names[0])}" if question.names else ""
        query = f"?{urlencode(question.query)}" if question.query else ""
        return self.read(f"{prefix}{where}/{plural}{name}{query}")

    def read(self, path: str, accept: str = "application/json") -> dict[str, Any]:
        """A GET of a path; raises CommandError for an answer that isn't 200, OSError without one."""
        for again in (True, False):
            connection = self._connection()
            try:
                connection.request("GET", path, headers={"Accept": accept})
                answer = connection.getresponse()
                status, body = answer.status, answer.read()
                break
            except (http.client.HTTPException, OSError) as error:  # the server may have closed what was kept
                connection.close()
                del self._kept.connection
                if not again:
                    raise OSError(f"GET {path}: {error!r}") from error
        if status != http.client.OK:
            raise CommandError(1, ["GET", path], "", f"Error from server ({status}): {body.decode()[:500]}")
        return json.loads(body)

    def _connection(self) -> http.client.HTTPSConnection:
        if not hasattr(self._kept, "connection"):
            host = self.settings.data["network"]["control"]
            self._kept.connection = http.client.HTTPSConnection(host, PORT, timeout=20, context=self.tls)
        return self._kept.connection

    def _kind(self, name: str) -> tuple[str, bool]:
        """The path of a kind's objects, and whether they are in namespaces; kinds may be new."""
        if name.lower() not in self._kinds:
            self._kinds = dict(reversed([*self._discovered("/api"), *self._discovered("/apis")]))
        if name.lower() not in self._kinds:
            raise NotByHttpError(name)
        return self._kinds[name.lower()]

    def _discovered(self, path: str) -> list[tuple[str, tuple[str, bool]]]:
        found = []
        for group in self.read(path, DISCOVERY)["items"]:
            group_name = group["metadata"].get("name", "")
            version = group["versions"][0]
            base = f"{path}/{group_name}/{version['version']}" if group_name else f"{path}/{version['version']}"
            for one in version.get("resources", []):
                plural = one["resource"]
                value = (f"{base}/{plural}", one["scope"] == "Namespaced")
                for word in {plural, one.get("singularResource", plural), *one.get("shortNames", [])}:
                    found += [(word, value), (f"{word}.{group_name}", value)]
        return found
