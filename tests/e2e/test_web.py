"""The site behind HTTPS, by Ingress and by HTTPRoute, over IPv6 alone: pages, uploads, CSRF, redirects, hosts."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from ipaddress import IPv6Address
from urllib.parse import urljoin

import pytest

from tests.cluster.processes import CommandError
from tests.e2e.app import App, ready
from tests.e2e.browser import Browser
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

FOREIGN = "foreign.example.net"
LARGE = 5 * 1024 * 1024
# Run in a pod: what the site answers there to a Host, as a status.
STATUS = """\
import sys, urllib.error, urllib.request
request = urllib.request.Request("http://[::1]:8000/healthz", headers={"Host": sys.argv[1], "X-Forwarded-Proto": "https"})
try:
    print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


@pytest.fixture(scope="module")
def apps(fleet: Fleet) -> dict[str, App]:
    """The blog, with files on one pod's volume, and the shop, with several pods that share theirs."""
    apps = {"Ingress": fleet.app("example-blog"), "HTTPRoute": fleet.app("example-shop")}
    for app in apps.values():
        app.wait_healthy(seconds=300)
    return apps


@pytest.fixture(params=["Ingress", "HTTPRoute"])
def site(request: pytest.FixtureRequest, apps: dict[str, App]) -> App:
    """Each of them, named after the kind that routes to it; it has no route of the other kind."""
    app = apps[request.param]
    assert [one["kind"] for one in app.get("ingresses,httproutes")["items"]] == [request.param]
    return app


def name(suffix: str) -> str:
    """The name of a file that isn't there yet."""
    return f"{secrets.token_hex(8)}{suffix}"


def upload(app: App, file: str, content: bytes) -> str:
    """Upload a file by the form; returns the path that the page then links it by."""
    browser = Browser(app)
    assert browser.upload(file, content).status == 302
    page = browser.get("/").body.decode()
    [path] = re.findall(rf'href="(/media/[^"]*)">{file}<', page)
    return path


def test_every_host_of_the_list_has_the_page(site: App) -> None:
    assert len(site.hosts) > 1
    for host in site.hosts:
        answer = site.request(host=host)
        assert (answer.status, answer.headers.get_content_type()) == (200, "text/html"), host
        assert b"<h1>Files</h1>" in answer.body


def test_static_files_come_from_the_image(site: App) -> None:
    page = site.request().body.decode()
    [path] = re.findall(r'href="(/static/[^"]+)"', page)
    answer = site.request(path=path, headers={"Accept-Encoding": "gzip"})
    assert (answer.status, answer.headers.get_content_type()) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert site.request(path="/static/nothing.css").status == 404


def test_uploads_are_served_again(site: App) -> None:
    large = os.urandom(LARGE)
    answer = site.request(path=upload(site, name(".png"), large))
    assert (answer.status, answer.headers.get_content_type(), answer.body) == (200, "image/png", large)
    text = "Grüezi mitenand\n".encode()
    answer = site.request(path=upload(site, name("-Füsse.txt"), text))
    assert (answer.status, answer.body) == (200, text)
    assert answer.headers.get_content_disposition() == "attachment"


def test_uploads_survive_a_restart_of_all_web_pods(apps: dict[str, App], figures: Figures) -> None:
    content = os.urandom(1024)
    paths = {kind: upload(app, name(".png"), content) for kind, app in apps.items()}
    before = {kind: {pod["metadata"]["uid"] for pod in app.pods("web")} for kind, app in apps.items()}
    start = time.monotonic()
    for app in apps.values():
        app.kubectl("delete", "pods", "--selector=app.kubernetes.io/name=web", "--wait=false")
    for kind, app in apps.items():
        for attempt in eventually(120):
            with attempt:
                pods = app.pods("web")
                assert len(pods) == len(before[kind])
                assert not before[kind] & {pod["metadata"]["uid"] for pod in pods}
                assert all(map(ready, pods))
                assert app.request(path=paths[kind]).body == content
        figures.seconds(app.namespace, "all web pods deleted, to an upload served again", time.monotonic() - start)


def test_posts_with_a_token_are_taken_from_every_own_host(site: App) -> None:
    for host in site.hosts:
        assert Browser(site, host).upload(name(".txt"), b"own origin").status == 302, host
    main, *others = site.hosts
    for host in others:  # by CSRF_TRUSTED_ORIGINS: the form is of another host than the one it is sent to
        assert Browser(site, main).upload(name(".txt"), b"trusted origin", Origin=f"https://{host}").status == 302, host
    referer = {"Origin": "", "Referer": f"https://{main}/"}  # how a browser without Origin says it, by HTTPS
    assert Browser(site).upload(name(".txt"), b"own referer", **referer).status == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"token": "without"},
        {"Origin": f"https://{FOREIGN}"},
        {"Origin": "http://{host}"},
        {"Origin": "null"},
        {"Origin": "", "Referer": f"https://{FOREIGN}/"},
        {"Origin": ""},
    ],
    ids=json.dumps,
)
def test_forged_posts_are_refused(site: App, headers: dict[str, str]) -> None:
    file = name(".txt")
    sent = {key: value.format(host=site.hosts[0]) for key, value in headers.items()}
    answer = Browser(site).upload(file, b"forged", **sent)
    assert (answer.status, b"CSRF verification failed" in answer.body) == (403, True)
    assert file not in site.request().body.decode()


def test_http_is_sent_to_https_on_the_same_host(site: App) -> None:
    for host in site.hosts:
        # What a visitor says of the protocol is not believed.
        for headers in ({}, {"X-Forwarded-Proto": "https"}):
            answer = site.request(path="/media/a?b=c&d", host=host, scheme="http", headers=headers)
            assert (answer.status, answer.headers["Location"]) == (301, f"https://{host}/media/a?b=c&d")


def test_what_django_links_and_redirects_to_keeps_https_and_host(site: App) -> None:
    for host in site.hosts:
        answer = Browser(site, host).upload(name(".txt"), b"redirected")
        assert urljoin(f"https://{host}/", answer.headers["Location"]) == f"https://{host}/"
        made = json.loads(site.api("POST", "jobs", {"seconds": 0}, host=host).body)
        assert made["url"] == f"https://{host}/api/jobs/{made['id']}"


def test_a_host_that_is_not_in_the_list_is_not_routed(site: App) -> None:
    for host in ("nobody.example.com", FOREIGN):
        answer = site.request(host=host, scheme="http")
        assert (answer.status, answer.body) == (404, b""), host
        with pytest.raises(ConnectionError):  # no certificate is shown for it
            site.request(host=host)
        # Asked by a connection that was opened for a host of the list: refused before Django, which would say 400.
        assert site.request(headers={"Host": host}).status in (404, 421), host


@pytest.mark.parametrize("kind", ["own", "foreign"])
def test_django_itself_refuses_other_hosts(site: App, kind: str) -> None:
    for host in site.hosts if kind == "own" else ["nobody.example.com", FOREIGN, f"{site.hosts[0]}.{FOREIGN}"]:
        status = site.exec("deployment/web", "python", "-", host, container="web", stdin=STATUS)
        assert int(status) == (200 if kind == "own" else 400), host


def test_there_is_no_ipv4(site: App) -> None:
    for pod in site.get("pods")["items"]:
        addresses = [one["ip"] for one in pod["status"]["podIPs"]]
        assert [IPv6Address(address) for address in addresses], pod["metadata"]["name"]
    for service in site.get("services")["items"]:
        spec = service["spec"]
        assert spec["ipFamilies"] == ["IPv6"]
        assert spec["clusterIPs"] == ["None"] or [IPv6Address(address) for address in spec["clusterIPs"]]
    assert {one["addressType"] for one in site.get("endpointslices")["items"]} == {"IPv6"}
    # Nothing but the heading, and the database is reached all the same.
    assert len(site.exec("deployment/web", "cat", "/proc/net/route", container="web").splitlines()) == 1
    families = "select distinct family(client_addr) from pg_stat_activity where client_addr is not null"
    assert site.sql(families) == "6"
    with pytest.raises(CommandError, match="Network is unreachable"):
        site.exec("deployment/web", "python", "-c", "import socket; socket.create_connection(('192.0.2.1', 80))")
