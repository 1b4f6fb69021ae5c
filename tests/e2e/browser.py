"""A browser at one of an app's hosts: it comes from outside, keeps cookies and fills in the form."""

from __future__ import annotations

from tests.e2e.app import App
from tests.examples.client import Client, Response


class Browser(Client):
    """Asks the app's main host, or another, by HTTPS through the ingress."""

    def __init__(self, app: App, host: str = "") -> None:
        super().__init__(port=443, host=host or app.hosts[0])
        self.app = app

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Response:
        """Ask from outside; what an ingress adds is left to the real one. Raises OSError."""
        answer = self.app.request(method, path, host=self.host, headers=headers, body=body)
        return Response(answer.status, answer.headers, answer.body)
