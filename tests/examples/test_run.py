"""/run: the site as pods and probes see it."""

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from .client import Client, Response
from .conftest import Site
from .image import Image
from .sandbox import RUN, UID, Sandbox
from .services import free_port


def test_default_port_read_only_root_and_no_database(sandbox: Sandbox) -> None:
    """Alone in a network namespace, without a database: [::]:8000 answers /healthz, and readiness says no."""
    script = """
import http.client, time
def status(path):
    c = http.client.HTTPConnection("::1", 8000, timeout=10)
    c.request("GET", path, headers={"Host": "example.test", "X-Forwarded-Proto": "https"})
    return c.getresponse().status
for _ in range(100):
    try:
        print("healthz", status("/healthz"), "readyz", status("/readyz"), flush=True)
        break
    except OSError:
        time.sleep(0.1)
try:
    open("/app/x", "w")
except OSError as error:
    print(error.strerror, flush=True)
"""
    container = sandbox.start(
        "sh", "-c", f"/run/run & exec python -c '{script}'", net=False, DATABASE_URL="postgresql://app:x@[::1]:1/app"
    )
    container.wait(40)
    assert "healthz 200 readyz 503" in container.output(), container.output()
    assert "Read-only file system" in container.output()


def test_probes_host_and_https(site: Site) -> None:
    client, container = site()
    assert client.get("/readyz").status == 200
    assert Client(client.port, host="other.test").get("/healthz").status == 400
    plain = Client(client.port, proto=None).get("/healthz")
    assert (plain.status, plain.headers["Location"]) == (301, "https://example.test/healthz")
    assert container.uids() == {UID if os.geteuid() == 0 else os.geteuid()}


def test_static_file_and_access_log(site: Site) -> None:
    client, container = site()
    page = client.get("/").body.decode()
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "/static/example/style." in path
    answer = client.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert "immutable" in answer.headers["Cache-Control"]
    container.logged(f'"GET {path} HTTP/1.1" 200')


def test_upload_and_read_back(site: Site, media: Path) -> None:
    client, _ = site()
    content = bytes(range(256)) * 16384  # 4 MiB: more than Django keeps in memory, so /tmp is used
    assert client.upload("cat.png", content).status == 302
    assert (media / "cat.png").read_bytes() == content
    back = client.get("/media/cat.png")
    assert (back.status, back.headers["Content-Type"], back.body == content) == (200, "image/png", True)
    assert 'href="/media/cat.png"' in client.get("/").body.decode()
    assert client.upload("cat.png", b"other").status == 302
    assert client.get("/media/cat.png").body == content, "a second file of the same name replaced the first"


def test_upload_refusals(site: Site, media: Path) -> None:
    client, _ = site()
    client.get("/")
    assert client.upload("a.txt", b"x", token="0" * 64).status == 403
    assert client.upload("a.txt", b"x", Origin="https://evil.test").status == 403
    assert Client(client.port).upload("a.txt", b"x", token="0" * 64).status == 403
    assert client.upload("a.html", b"<script>").status == 400
    assert list(media.iterdir()) == []
    assert client.upload("a.txt", b"text").status == 302
    assert client.get("/media/a.txt").headers["Content-Disposition"].startswith("attachment")
    assert client.get("/media/%2e%2e/app/manage.py").status in (400, 404)


def test_upload_without_a_volume(site: Site) -> None:
    client, _ = site(MEDIA_ROOT="/nowhere")
    assert client.upload("a.txt", b"x").status == 503


def test_notes_are_kept_and_repeatable(site: Site) -> None:
    client, _ = site()
    assert client.request("GET", "/api/notes").status == 401
    note = {"key": "k1", "text": "Grüezi"}
    assert [client.api("POST", "notes", note).status for _ in range(2)] == [201, 200]
    assert client.api("POST", "notes", {"key": "k2"}).status == 400
    assert client.api("GET", "notes").json() == {"notes": [note]}


def test_cache_is_shared_by_pods(site: Site, valkey: dict[str, str]) -> None:
    client, _ = site(**valkey)
    assert [client.api("POST", "visits").json()["visits"] for _ in range(6)] == [1, 2, 3, 4, 5, 6]


def test_sigterm_drains_a_slow_request(site: Site) -> None:
    client, container = site()
    answer = slow_request(client, 3)
    container.terminate()
    assert container.wait(15) == 0
    assert answer().json() == {"slept": 3.0}
    with pytest.raises(OSError):
        client.get("/healthz")


def test_shell_without_exec_ignores_sigterm(sandbox: Sandbox, site: Site, image: Image, tmp_path: Path) -> None:
    """What `exec` in /run is for: PID 1 would be a shell, which the signal doesn't end and doesn't pass on."""
    without = tmp_path / "run"
    text = (image.commands / "run").read_text()
    assert text.count("exec python") == 1
    # A command after it, or the shell would exec the last one by itself.
    without.write_text(text.replace("exec python", "python") + "\nexit $?\n")
    without.chmod(0o755)
    _, good = site()
    client = Client(free_port())
    bad = sandbox.start(*RUN, files={"/run/run": without}, PORT=str(client.port))
    bad.serves(client.answers)
    bad.terminate()
    good.terminate()
    assert good.wait(10) == 0
    with pytest.raises(subprocess.TimeoutExpired):
        bad.process.wait(2)
    assert client.answers()


def slow_request(client: Client, seconds: int) -> Callable[[], Response]:
    """Begin a request that takes `seconds`; call the result to wait for the answer."""
    answers: list[Response] = []
    thread = threading.Thread(target=lambda: answers.append(client.api("GET", f"slow?seconds={seconds}")))
    thread.start()
    thread.join(1)
    assert thread.is_alive(), "the slow request was not slow"

    def result() -> Response:
        thread.join(30)
        assert answers, "the request was cut"
        return answers[0]

    return result


def test_a_missing_secret_is_one_clear_line(sandbox: Sandbox) -> None:
    container = sandbox.start("/init", SECRET_KEY="", DATABASE_URL="postgresql:///x")
    assert container.wait(20) == 1
    assert "environment variable SECRET_KEY is not set" in container.output()
