"""The site as it is used: against a small web server that does, in each test, one thing wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from validators.image import pages
from validators.image.use import Use
from validators.image.verdict import Report
from validators.image.visitor import Browser

HOST = "shop.example.com"
KEY = "digest-of-the-key"
HOME = '<link rel="stylesheet" href="/s/a.css"><img src="b.png"><a href="/list">l</a><a href="/logout">x</a>'
LOGIN = (
    '<form method="post"><input name="csrf" type="hidden" value="t"><input name="user">'
    '<input type="password" name="word"></form>'
)
FILES = {"/s/a.css": "text/css", "/b.png": "image/png", "/media/check-image.txt": "text/plain"}


class Server(ThreadingHTTPServer):
    """A site with a login, `wrong` names what it does otherwise."""

    wrong = ""
    upload = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self, status: int, text: str, kind: str = "text/html", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        wrong = self.server.wrong
        self.server.asked.append(self.path)
        assert self.headers["Host"] == HOST
        if self.headers["X-Forwarded-Proto"] == "http" and wrong != "plain":
            self.answer(301, "", Location=f"https://{HOST}{self.path}")
        elif self.path == "/":
            self.answer(200, HOME)
        elif self.path == "/login":
            self.answer(200, LOGIN, Set_Cookie="csrf=t; Secure")
        elif self.path == "/inside":
            inside = "session=1" in self.headers.get("Cookie", "")
            self.answer(200, '<script src="/s/in.js"></script>' if inside else LOGIN)
        elif self.path == "/list":
            self.answer(500 if wrong == "pages" else 200, "<p>nothing</p>")
        elif self.path in FILES and wrong not in (self.path, "html"):
            self.answer(200, self.server.upload if "media" in self.path else "", FILES[self.path])
        elif self.path == "/s/a.css" and wrong == "html":
            self.answer(200, "<p>all is one page</p>")
        elif self.path == "/s/in.js":
            self.answer(200, "", "text/javascript")
        else:
            self.answer(404, "because you have <code>DEBUG = True</code>" if wrong == "debug" else "no")

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        right = self.headers["Origin"] == f"https://{HOST}" and "csrf=t" in self.headers.get("Cookie", "")
        if self.server.wrong == "csrf" or not right or sent["csrf"] != ["t"]:
            self.answer(403, "<p>CSRF verification failed. Request aborted.</p>")
        elif sent["user"] != ["check-image"]:
            self.answer(200, LOGIN)
        else:
            self.answer(302, "", Location="/inside", Set_Cookie="session=1; Secure")


class Inside:
    """What in_image.py would say."""

    def __init__(self, server: Server, **facts: object) -> None:
        self.server, self.facts = server, {"key": KEY, "key_in_files": False, "settings": "shop.settings", **facts}
        self.keys = {"[]": KEY, '["SECRET_KEY"]': "another"}
        self.path = "/media/check-image.txt"
        self.problem = ""

    def ask(self, verb: str, *arguments: str) -> dict:
        if verb == "facts":
            return {"debug": False, "login": ["/login"], "origins": [], "proxy_header": True, **self.facts}
        if verb == "key":
            return {"key": self.keys[arguments[0]]}
        if verb == "upload":
            if self.problem:
                return {"problem": self.problem}
            self.server.upload = arguments[1]
            return {"path": self.path, "url": "/media/check-image.txt"}
        return {"name": "check-image"}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def used(server: Server, wrong: str = "", inside: Inside | None = None) -> Report:
    """The verdicts on a visit of the site."""
    server.wrong, report = wrong, Report("image")
    use = Use(Browser(HOST, server.server_port), inside or Inside(server), report, "/")
    use.as_visitor()
    use.judge_key(["SECRET_KEY"])
    use.as_editor()
    use.judge_upload("/media")
    return report


def test_a_good_site(server: Server) -> None:
    report = used(server)
    assert {one.check for one in report.found.values() if one.verdict != "ok"} == set()
    assert report.found["form"].seen.endswith("logged in")
    assert report.found["static"].seen == "3 fetched, of 4 pages"
    assert not [path for path in server.asked if "logout" in path]


@pytest.mark.parametrize(
    ("wrong", "check", "seen", "change"),
    [
        ("/s/a.css", "static", "/s/a.css: 404", "whitenoise"),
        ("/b.png", "static", "/b.png: 404", "whitenoise"),
        ("html", "static", "/s/a.css: a page of HTML", "whitenoise"),
        ("csrf", "form", "POST /login: 403 CSRF verification failed", "CSRF_TRUSTED_ORIGINS"),
        ("debug", "debug", "page for developers", "DEBUG = False"),
        ("/media/check-image.txt", "upload", "GET /media/check-image.txt: 404", "add a view"),
    ],
)
def test_each_fault_is_said(server: Server, wrong: str, check: str, seen: str, change: str) -> None:
    report = used(server, wrong)
    assert check in report.failed
    assert seen in report.found[check].seen
    assert change in report.found[check].change


@pytest.mark.parametrize(("wrong", "check"), [("plain", "https"), ("pages", "pages")])
def test_what_is_only_told(server: Server, wrong: str, check: str) -> None:
    report = used(server, wrong)
    assert (report.failed, report.found[check].verdict) == ([], "warning")


def test_debug_is_known_from_the_settings_too(server: Server) -> None:
    assert used(server, inside=Inside(server, debug=True)).failed == ["debug"]


@pytest.mark.parametrize(
    ("changed", "same", "in_files", "seen"),
    [
        ("another", KEY, False, "follows Secret app"),
        (KEY, KEY, True, "from a file"),
        (KEY, KEY, False, "has one of its own"),
        (KEY, "a third", False, "makes another at each start"),
        ("another", "a third", False, "makes another at each start"),
    ],
)
def test_where_the_key_comes_from(server: Server, changed: str, same: str, in_files: bool, seen: str) -> None:
    inside = Inside(server, key_in_files=in_files)
    inside.keys = {"[]": same, '["SECRET_KEY"]': changed}
    report = used(server, inside=inside)
    assert seen in report.found["secret-key"].seen
    assert report.failed == (["secret-key"] if "each" in seen or "own" in seen else [])


@pytest.mark.parametrize(("keeps", "verdict"), [(True, "fails"), (False, "not applicable")])
def test_an_upload_that_can_not_be_stored_matters_where_files_are_kept(
    server: Server, keeps: bool, verdict: str
) -> None:
    inside = Inside(server, keeps_files=keeps)
    inside.problem = "OSError: [Errno 30] Read-only file system: '/opt/check-image.txt'"
    assert used(server, inside=inside).found["upload"].verdict == verdict


def test_an_upload_beside_the_volume(server: Server) -> None:
    inside = Inside(server)
    inside.path = "/tmp/media/check-image.txt"  # noqa: S108  (not written)
    assert "the volume is at /media" in used(server, inside=inside).found["upload"].seen


def test_a_site_without_python_is_judged_by_what_it_shows(server: Server) -> None:
    inside = Inside(server)
    inside.ask = lambda *_: {"problem": "no such file"}
    report = used(server, "debug", inside)
    assert report.found["secret-key"].verdict == "not applicable"
    assert "debug" in report.failed


def test_a_site_that_is_gone_is_no_crash(server: Server) -> None:
    browser = Browser(HOST, 9, lambda: 9)
    assert browser.get("/").status == 0
    assert browser.plain("/") == (0, "")


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/a", f"https://{HOST}/a"),
        ("b?c=d#e", f"https://{HOST}/x/b?c=d"),
        ("//cdn.example.org/a.js", None),
        ("mailto:a@example.org", None),
        (f"http://{HOST}/ä b", f"https://{HOST}/%C3%A4%20b"),
        ("https://[", None),
    ],
)
def test_the_sites_own_addresses(address: str, own: str | None) -> None:
    assert Browser(HOST, 1).own(address, "/x/y") == own


def test_what_a_page_refers_to() -> None:
    page = pages.parse(
        '<base href="/b/"><link rel="shortcut icon" href="i.ico"><link rel="next" href="/2"><script>1</script>'
        '<img src="data:x" srcset="a.png 1x, b.png 2x"><a href="/c">c</a>'
        '<form method=POST action="/go"><input name=a type=EMAIL><input name=b type=checkbox value=1></form><input name=z>'
    )
    assert page.base == "/b/"
    assert page.assets == ["i.ico", "a.png", "b.png"]
    assert page.links == ["/c"]
    [form] = page.forms
    assert (form.action, form.method, form.asks_for_password) == ("/go", "post", False)
    assert form.filled("me", "word") == {"a": "me"}
