"""An HTTP client that comes through the ingress: IPv6, the site's Host, X-Forwarded-Proto; it keeps cookies."""

import http.client
import http.cookies
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOST = "example.test"
TOKEN = "token-of-the-tests"


@dataclass(frozen=True)
class Response:
    """A whole answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """A browser or an API client of the site on [::1]:port."""

    port: int
    host: str = HOST
    proto: str | None = "https"
    cookies: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Response:
        """Send one request; underscores in the names of `headers` stand for hyphens, empty ones are left out."""
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.send(method, path, body, sent)
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in http.cookies.SimpleCookie(line).items()}
        return response

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Response:
        """Ask the port as an ingress does."""
        sent = {"Host": self.host} | ({"X-Forwarded-Proto": self.proto} if self.proto else {})
        connection = http.client.HTTPConnection("::1", self.port, timeout=30)
        try:
            connection.request(method, path, body, sent | headers)
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Response:
        """GET `path`."""
        return self.request("GET", path, **headers)

    def api(self, method: str, path: str, body: Any = None) -> Response:
        """Call /api/`path` with the token."""
        data = None if body is None else json.dumps(body).encode()
        return self.request(method, f"/api/{path}", data, Authorization=f"Bearer {TOKEN}")

    def answers(self) -> bool:
        """Whether /healthz is 200 by now."""
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def upload(self, name: str, content: bytes, token: str | None = None, **headers: str) -> Response:
        """Upload a file by the form at /: with its CSRF token unless another `token` is given."""
        if token is None:
            page = self.get("/").body.decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]  # type: ignore[index]
        content_type, body = multipart({"csrfmiddlewaretoken": token}, {"file": (name, content)})
        return self.request(
            "POST", "/", body, Content_Type=content_type, **{"Origin": f"https://{self.host}"} | headers
        )


def multipart(values: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    """A form with files, each a name and its content, as browsers send it: the type and the body."""
    boundary = secrets.token_hex(16)
    start = f"--{boundary}\r\nContent-Disposition: form-data; "
    parts = [f'{start}name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in values.items()]
    for key, (name, content) in files.items():
        parts += [f'{start}name="{key}"; filename="{name}"\r\n\r\n'.encode(), content, b"\r\n"]
    return f"multipart/form-data; boundary={boundary}", b"".join([*parts, f"--{boundary}--\r\n".encode()])
