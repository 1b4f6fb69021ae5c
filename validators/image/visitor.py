"""A visitor's browser as far as a check needs one: cookies, redirects, Origin; all by HTTPS as the ingress passes it on."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

SECONDS = 30
LARGEST = 8 << 20
"""No page or file is read further than this."""


@dataclass(frozen=True)
class Answer:
    """What came at the end of the redirects; status 0 is no answer, `text` says why."""

    address: str
    status: int
    kind: str
    text: str
    content: bytes = b""

    @property
    def well(self) -> bool:
        """Whether there is something to see."""
        return 200 <= self.status < 300

    @property
    def path(self) -> str:
        """Its address without the host."""
        return urlsplit(self.address).path


class Browser:
    """Visits the site at https://<host>, which is reached at a port of 127.0.0.1."""

    def __init__(self, host: str, port: int, again: Callable[[], int] | None = None) -> None:
        """`again` leads another port there, once the first is closed."""
        self.host = host
        self.cookies = CookieJar()
        self._forwarded = _Forwarded(host, port, again)
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            self._forwarded,
            urllib.request.HTTPCookieProcessor(self.cookies),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
        ):
            self._opener.add_handler(handler)

    def own(self, address: str, base: str = "/") -> str | None:
        """The absolute address of what a page refers to, without its fragment; None if it is another site's."""
        try:
            parts = urlsplit(urljoin(urljoin(f"https://{self.host}/", base), address))
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or parts.hostname != self.host:
            return None
        return urlunsplit(("https", self.host, quote(parts.path or "/", safe="/%:@+,;=~!$&'()*"), parts.query, ""))

    def get(self, path: str, referer: str = "") -> Answer:
        """Fetch a page of the site, or an address of it."""
        return self._open(urljoin(f"https://{self.host}/", path), {"Referer": referer} if referer else {})

    def post(self, address: str, values: dict[str, str], page: str) -> Answer:
        """Send a form that stood on `page`, as browsers do: with Origin and Referer."""
        headers = {"Origin": f"https://{self.host}", "Referer": page}
        return self._open(address, headers, urlencode(values).encode())

    def plain(self, path: str) -> tuple[int, str]:
        """Ask by plain HTTP, follow no redirect, and return status and Location; status 0 is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._forwarded.port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers={"Host": self.host, "X-Forwarded-Proto": "http"})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def cookie_header(self) -> str:
        """The cookies it has, as a request sends them; empty if it has none."""
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)

    def _open(self, address: str, headers: dict[str, str], content: bytes | None = None) -> Answer:
        request = urllib.request.Request(address, content, headers)  # noqa: S310  (its handlers know no other scheme)
        try:
            with self._opener.open(request, timeout=SECONDS) as got:
                return self._answer(got.url, got.status, got)
        except urllib.error.HTTPError as error:
            with error:
                return self._answer(error.url or request.full_url, error.code, error)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(request.full_url, 0, "", str(getattr(error, "reason", error)))

    @staticmethod
    def _answer(address: str, status: int, got: Any) -> Answer:
        content = got.read(LARGEST)
        kind = got.headers.get_content_type() if got.headers else ""
        return Answer(address, status, kind, content.decode(errors="replace"), content)


class Elsewhere(OSError):
    """A redirect leads to another site, such as one to log in at."""


class _Forwarded(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Plain HTTP to the port, whatever the scheme, which goes into X-Forwarded-Proto as an ingress does it."""

    def __init__(self, host: str, port: int, again: Callable[[], int] | None) -> None:
        super().__init__()
        self.host, self.port, self._again = host, port, again

    def _send(self, request: urllib.request.Request, scheme: str) -> http.client.HTTPResponse:
        if urlsplit(request.full_url).hostname != self.host:
            raise Elsewhere(f"leads to {request.host}")
        request.add_unredirected_header("X-Forwarded-Proto", scheme)

        def connection(_host: str, **options: Any) -> http.client.HTTPConnection:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=options.get("timeout", SECONDS))

        try:
            return self.do_open(connection, request)
        except urllib.error.URLError:
            if not self._again:
                raise
            self.port = self._again()
            return self.do_open(connection, request)

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self._send(request, "http")

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self._send(request, "https")
