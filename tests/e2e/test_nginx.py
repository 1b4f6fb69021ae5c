"""nginx before the site: files, limits, addresses and its own pages; and under load, beside the app serving by itself."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from tabulate import tabulate

from tests.cluster.web import Response, slowly, websocket
from tests.e2e import releases, snippets
from tests.e2e.app import App, replace
from tests.e2e.browser import Browser
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually
from tests.e2e.watch import repeated

SIZE = 5 * 1024 * 1024
SECONDS = 15
ECHO = """\
#!/venv/bin/python
import os, signal, socketserver

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        lines = list(iter(lambda: self.rfile.readline().strip().lower(), b""))
        if b"upgrade: websocket" not in lines:
            self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
            return
        self.wfile.write(b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n")
        while said := self.connection.recv(1000):
            self.connection.sendall(said)

class Server(socketserver.ThreadingTCPServer):
    address_family, allow_reuse_address, daemon_threads = 10, True, True

Server(("::", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
"""
SLOW = 200
"""Visitors of the load test who read a twentieth of the file a second."""
NGINX = """\
  nginx:
    uploadLimit: 100Mi
    timeout: 300
    resources:
      requests: {cpu: 20m, memory: 32Mi, ephemeral-storage: 64Mi}
      limits: {cpu: 500m, memory: 128Mi, ephemeral-storage: 2Gi}
"""
MEMORY = """\
set -- $(cat /sys/fs/cgroup/memory/memory.usage_in_bytes /sys/fs/cgroup/memory.current 2>/dev/null)
set -- $1 $(grep -hE '^(total_)?inactive_file ' /sys/fs/cgroup/memory/memory.stat /sys/fs/cgroup/memory.stat 2>/dev/null | tail -n 1)
echo $(($1 - $3))
"""


@pytest.fixture(scope="module")
def loads() -> dict[str, tuple[str, ...]]:
    """What the load came to, by who served."""
    return {}


@pytest.fixture(scope="module")
def plain(fleet: Fleet) -> App:
    """The blog as it is: gunicorn serves by itself."""
    return fleet.healthy("example-blog")


@pytest.fixture(scope="module")
def app(plain: App, loads: dict[str, tuple[str, ...]]) -> App:
    """The blog with nginx, once the other has been measured."""
    if not loads:
        loads["the app itself"] = under_load(plain)

    def change(app: App) -> None:
        folder, platform = app.customer_folder, app.platform_folder
        listed = (folder / "kustomization.yaml").read_text()
        listed = listed.replace("images:\n", "  - ../../../../components/nginx\nimages:\n")
        listed = listed.replace(
            "configMapGenerator:\n", "configMapGenerator:\n  - {name: pages, files: [unavailable.html]}\n"
        )
        (folder / "kustomization.yaml").write_text(listed)
        (folder / "unavailable.html").write_text("<h1>Ours is away</h1>\n")
        lines = "NGINX_MEDIA_URL=/files/\nNGINX_UPLOAD_LIMIT=6m\nMEDIA_ACCEL=/.media/\n"
        (folder / "app.env").write_text((folder / "app.env").read_text() + lines)
        sizing = "  - ../../../../components/sizing\n"
        replace(platform / "kustomization.yaml", sizing, f"  - ../../../../components/nginx/sizing\n{sizing}")
        replace(platform / "sizing.yaml", "  page:\n", f"{NGINX}  page:\n")

    plain.commit("nginx", change)
    plain.wait_healthy(seconds=300)
    return plain


def pod(app: App) -> str:
    """The site's pod."""
    return app.pods("web")[0]["metadata"]["name"]


def write(app: App, name: str, content: str) -> None:
    """Put a file into MEDIA_ROOT, as the app could."""
    script = 'mkdir -p "$(dirname "$MEDIA_ROOT/$0")" && cat > "$MEDIA_ROOT/$0"'
    app.exec(pod(app), "sh", "-c", script, name, container="web", stdin=content)


def upload(app: App, content: bytes) -> str:
    """Upload an image by the form; returns its name."""
    name = f"{secrets.token_hex(8)}.png"
    assert Browser(app).upload(name, content).status == 302
    return name


def test_files_come_from_nginx(app: App) -> None:
    content = os.urandom(SIZE)
    name = upload(app, content)
    answer = app.request(path=f"/files/{name}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.body == content
    for attempt in eventually(20):
        with attempt:
            assert f'"GET /files/{name}' in app.logs(pod(app), "nginx")
    assert f"/files/{name}" not in app.logs(pod(app), "web")
    part = app.request(path=f"/files/{name}", headers={"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, content[10:20])
    assert app.request(path="/files/nothing.png").status == 404


def test_files_that_the_site_gives_out(app: App) -> None:
    write(app, "private/report.txt", "for some")
    assert app.request(path="/files/private/report.txt").status == 404
    assert app.request(path="/.media/private/report.txt").status == 404
    answer = app.request(path="/media/private/report.txt")
    assert (answer.status, answer.body, answer.headers.get("X-Accel-Redirect")) == (200, b"for some", None)


@pytest.mark.parametrize("path", ["/files/", "/media/"])
@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.js", "a"])
def test_uploads_cant_act_as_the_site(app: App, path: str, name: str) -> None:
    write(app, name, "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>")
    answer = app.request(path=f"{path}{name}")
    assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    shown = answer.headers.get_content_type() != "application/octet-stream"
    assert not shown or answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_a_request_that_is_too_large(app: App) -> None:
    assert app.request(method="POST", path="/api/notes", body=bytes(7 * 1024 * 1024)).status == 413
    assert app.request(method="POST", path="/api/notes", body=bytes(5 * 1024 * 1024)).status != 413


def test_the_visitors_address_is_what_the_proxy_saw(app: App) -> None:
    marker = f"/{secrets.token_hex(8)}"
    app.request(path=marker, headers={"X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7"})
    for attempt in eventually(20):
        with attempt:
            [seen] = [line for line in app.logs(pod(app), "web").splitlines() if f'"GET {marker}' in line]
            assert re.match(r"[0-9a-f:.]+ \"GET ", seen), seen
            assert "198.51.100.7" not in seen


def test_nobody_but_the_proxy_reaches_the_site_past_nginx(app: App) -> None:
    service = app.get("service", "web")["spec"]["ports"]
    assert [port["targetPort"] for port in service] == [8080]
    [policy] = [one for one in app.get("networkpolicies")["items"] if one["metadata"]["name"] == "allow-ingress"]
    assert policy["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": 8080}]


def test_a_websocket_goes_through(app: App, fleet: Fleet) -> None:
    """By a server of a few lines in the site's place: what is said comes back, also after the time that a request may take."""
    releases.push(fleet, app, "7.0.0", run=ECHO)
    before = (app.customer_folder / "app.env").read_text()
    (app.customer_folder / "app.env").write_text(f"{before}NGINX_TIMEOUT=5\n")
    snippets.write(snippets.below("docs/behind-the-proxy.md", "Contour, by Ingress"), app.platform_folder)
    app.wait_healthy(releases.deploy(app, "7.0.0"), seconds=300)
    try:
        with websocket(app.kubernetes.settings, f"https://{app.hosts[0]}/chat") as connection:
            for wait in (0, 8):
                time.sleep(wait)
                connection.sendall(b"\x81\x85\x00\x00\x00\x00hello")  # a text of five letters, masked by zeros
                assert connection.recv(100) == b"\x81\x85\x00\x00\x00\x00hello"
    finally:
        (app.customer_folder / "app.env").write_text(before)
        app.wait_healthy(releases.deploy(app, "1.9.0"), seconds=300)


def test_its_own_page_while_the_site_starts_anew(app: App) -> None:
    answers: list[Response] = []
    with repeated(lambda: answers.append(app.request(headers={"Accept": "text/html"})), 0.1):
        app.exec(pod(app), "sh", "-c", "kill -KILL $(pgrep -f gunicorn || echo 7) 2>/dev/null; kill 1", container="web")
        time.sleep(8)
    away = [answer for answer in answers if answer.status == 502]
    assert away
    assert {answer.body for answer in away} == {b"<h1>Ours is away</h1>\n"}
    for attempt in eventually(120):
        with attempt:
            assert app.request().status == 200


def test_slow_visitors_hold_nobody_up(app: App, loads: dict[str, tuple[str, ...]], figures: Figures) -> None:
    loads["nginx"] = under_load(app, "/files/")
    heads = ("5 MB file", "requests/s", "memory, MiB", f"page beside {SLOW} slow visitors, s", "memory then, MiB")
    rows = [(who, *values) for who, values in loads.items()]
    for who, *values in rows:
        for head, value in zip(heads[1:], values, strict=True):
            figures.add(app.namespace, f"{who}: {head}", value)
    print(tabulate(rows, headers=heads))
    assert float(loads["nginx"][2]) < 1


def under_load(app: App, path: str = "/media/") -> tuple[str, ...]:
    """Return requests a second for a file of 5 MB by eight visitors, and the pod's memory meanwhile; then the slowest of
    ten pages while many read that file slowly, in seconds, and the memory."""
    url = f"{path}{upload(app, os.urandom(SIZE))}"
    end = time.monotonic() + SECONDS

    def ask(_: int) -> int:
        count = 0
        while time.monotonic() < end:
            assert len(app.request(path=url, seconds=60).body) == SIZE
            count += 1
        return count

    with sampled(app) as fast, ThreadPoolExecutor(8) as pool:
        rate = sum(pool.map(ask, range(8))) / SECONDS
    with sampled(app) as many, slowly(app.kubernetes.settings, f"https://{app.hosts[0]}{url}", SLOW, SIZE / 20):
        time.sleep(5)
        slowest = max(page(app) for _ in range(10))
    return f"{rate:.1f}", f"{max(fast)}", f"{slowest:.2f}", f"{max(many)}"


def page(app: App) -> float:
    """How long the page takes, in seconds; as long as a visitor waits where none comes."""
    start = time.monotonic()
    try:
        app.request(path="/healthz", seconds=10)
    except OSError:
        return 10
    return time.monotonic() - start


@contextmanager
def sampled(app: App) -> Iterator[list[int]]:
    """The memory of the site's pod while the block runs, in MiB, without what the kernel keeps of files."""
    name, found = pod(app), [0]
    spec = app.get("pod", name)["spec"]
    containers = ["web", *(one["name"] for one in spec.get("initContainers", []) if one["name"] == "nginx")]

    def look() -> None:
        used = sum(int(app.exec(name, "sh", "-c", MEMORY, container=one)) for one in containers)
        found.append(round(used / 1024 / 1024))

    with repeated(look, 2):
        yield found
