"""A browser at one of an app's hosts: it comes from outside, keeps cookies and fills in the form."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from tests.e2e.app import App
from tests.examples.client import Client, Response, multipart
from validators.image import pages


class Browser(Client):
    """Asks the app's main host, or another, by HTTPS through the ingress."""

    def __init__(self, app: App, host: str = "") -> None:
        super().__init__(port=443, host=host or app.hosts[0])
        self.app = app

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Response:
        """Ask from outside; what an ingress adds is left to the real one. Raises OSError."""
        answer = self.app.request(method, path, host=self.host, headers=headers, body=body, seconds=30)
        return Response(answer.status, answer.headers, answer.body)

    def fill_in(
        self, path: str, values: Mapping[str, str], files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Response:
        """Send the form of a page that has one of these fields, its other fields as they stand there; StopIteration without."""
        page = pages.parse(self.get(path).body.decode())
        form = next(one for one in page.forms if one.method == "post" and one.fields.keys() & values.keys())
        sent = form.filled("", "") | values
        headers = {"Origin": f"https://{self.host}", "Referer": f"https://{self.host}{path}"}
        if files:
            content_type, body = multipart(sent, files)
        else:
            content_type, body = "application/x-www-form-urlencoded", urlencode(sent).encode()
        return self.request("POST", form.action or path, body, Content_Type=content_type, **headers)
