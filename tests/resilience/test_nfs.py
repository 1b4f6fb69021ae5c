"""Our NFS server, asked by real clients on both nodes: what Django's storage needs, and what a restart or a drain costs.

The nodes may have no NFS client, so the app's pods aren't there; the clients do what Django does in them.
"""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import yaml

from tests.cluster import crash, engines
from tests.cluster.settings import REPOSITORY
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet, copy
from tests.e2e.nodes import drained
from tests.e2e.wait import eventually
from tests.resilience import nfs
from tests.resilience.nfs import MEDIA, Client

SERVER = "overlays/ungleich/example/photos-nfs"
VOLUME = "overlays/ungleich/example/photos/media-volume.yaml"
FILES = 200
GRACE = 45  # seconds, as ganesha.conf says: the longest that a server waits for clients to reclaim their locks
LONGEST = GRACE + 45  # for the pod to end, to start, and for the clients to find it


@pytest.fixture(scope="module")
def address(fleet: Fleet) -> str:
    """A free address of this cluster's services; the example's is another cluster's."""
    return str(ipaddress.ip_network(fleet.settings.data["network"]["services"])[0xA002])


@pytest.fixture(scope="module")
def server(fleet: Fleet, address: str) -> App:
    """The server of example-photos; it has no customer's folder."""
    if fleet.settings.ours:
        engines.start(fleet.settings, fleet.kubernetes, "nfs")
    copy(REPOSITORY / SERVER, fleet.root / SERVER)
    app = App(fleet.kubernetes, fleet.repository, "example", "photos-nfs")
    replace(app.platform_folder / "service.yaml", "fd00:10:96::a002", address)
    # The machines that mount are pods here: not the nodes' network, but theirs.
    replace(app.platform_folder / "nodes.yaml", "fd00:10::/64", fleet.settings.data["network"]["pods"])
    fleet.repository.commit("example-photos-nfs: new")
    fleet.apps[app.namespace] = app
    fleet.poke("example")
    for attempt in eventually(120):
        with attempt:
            app.application()
    app.wait_healthy()
    return app


@pytest.fixture(scope="module")
def clients(fleet: Fleet, server: App, address: str) -> Iterator[list[Client]]:
    """One on each node, with the app's volume mounted."""
    volume = yaml.safe_load((REPOSITORY / VOLUME).read_text())["spec"]
    volume["nfs"]["server"] = address
    with nfs.clients(fleet.kubernetes, fleet.settings.nodes, volume) as made:
        yield made


def test_files_as_djangos_storage_writes_them(clients: list[Client]) -> None:
    assert clients[0].program("storage", secrets.token_hex(4)) == {
        "same name": [True, "first", "second"],
        "file": [10001, 10001, "644"],
        "folder": [10001, 10001, "755"],
        "large": [3_000_000, 10001, 10001, "644"],
        "overwritten": [True, "again"],
        "renamed over": ["again", "renamed"],
        "listed": True,
        "deleted": [False, True],
    }


def test_whoever_writes_the_files_are_the_apps(clients: list[Client], server: App) -> None:
    run = secrets.token_hex(4)
    for user in (0, 65534):
        folder = f"{MEDIA}/{run}-{user}"
        clients[0].run("sh", "-c", f"umask 022 && mkdir {folder} && echo > {folder}/file", user=user)
    found = server.exec("nfs-server-0", "find", "/volume/media", "-path", f"*/{run}-*", "-printf", "%U:%G %m\n")
    assert sorted(found.split("\n")) == ["", *["10001:10001 644"] * 2, *["10001:10001 755"] * 2]


def test_one_creates_a_file_exclusively(clients: list[Client]) -> None:
    folder, start = f"{MEDIA}/race-{secrets.token_hex(4)}", time.time() + 15
    with ThreadPoolExecutor() as pool:
        won = list(pool.map(lambda client: client.program("create", folder, FILES, start), clients))
    assert all(won), "they did not run at the same time: nothing was tried"
    assert sorted(won[0] + won[1]) == list(range(FILES))


def test_a_lock_holds_on_the_other_node(clients: list[Client]) -> None:
    path, (first, second) = f"{MEDIA}/lock-{secrets.token_hex(4)}", clients
    with ThreadPoolExecutor() as pool:
        held = pool.submit(first.program, "lock", path, 15)
        for attempt in eventually(10):
            with attempt:
                assert not second.program("lock", path, 0)
        assert held.result()
    assert second.program("lock", path, 0)


def delete(server: App) -> None:
    """As for a new image: the pod ends in peace."""
    server.kubectl("delete", "pod", "nfs-server-0")


def kill(server: App) -> None:
    """As when memory runs out."""
    crash.kill(server.kubernetes.settings, server.pods("nfs-server")[0], "ganesha")


def drain(server: App) -> None:
    """The server's pod has to go to the other node."""
    [pod] = server.pods("nfs-server")
    node = pod["spec"]["nodeName"]
    selector = "--pod-selector=app.kubernetes.io/name=nfs-server"  # the clients aren't what is drained
    with drained(server.kubernetes, node, selector):
        nfs.wait_ready(server)
        assert server.pods("nfs-server")[0]["spec"]["nodeName"] != node


@contextmanager
def writing(clients: list[Client], path: str) -> Iterator[list[Future[tuple[int, float]]]]:
    """One client appends to a file, which it has locked, and the other creates files, for as long as the block runs.

    What each has stored for sure, and the longest pause of both, is there at the block's end.
    """
    stop, (first, second) = f"/tmp/{secrets.token_hex(8)}", clients  # noqa: S108  (in the machine)
    with ThreadPoolExecutor() as pool:
        futures = [
            pool.submit(first.program, "write", f"{path}-held", "append", stop),
            pool.submit(second.program, "write", f"{path}-new", "create", stop),
        ]
        try:
            for attempt in eventually(60):
                with attempt:
                    first.run("test", "-s", f"{path}-held")
                    second.run("test", "-e", f"{path}-new.10")
            yield futures
        finally:
            for client in clients:
                client.run("touch", stop)


@pytest.mark.parametrize("what", [delete, kill, drain])
def test_files_and_locks_survive(
    clients: list[Client], server: App, figures: Figures, what: Callable[[App], None]
) -> None:
    run = f"{what.__name__}-{secrets.token_hex(4)}"
    path = f"{MEDIA}/{run}"
    with writing(clients, path) as futures:
        what(server)
        nfs.wait_ready(server)
        # A new file says that the grace period is over: from then on a lock that was not reclaimed is free.
        clients[1].run("touch", f"{path}-after")
        taken = clients[1].program("lock", f"{path}-held", 0)
    assert not taken, "the lock got lost"
    (appended, longest), (created, wait) = (future.result() for future in futures)
    for name, value in (("appending to an open file", longest), ("creating files", wait)):
        figures.seconds(server.namespace, f"server {what.__name__}: longest pause in {name}", value)
    lines = server.exec("nfs-server-0", "cat", f"/volume/media/{run}-held").split()
    assert lines == [str(number) for number in range(appended)]
    files = server.exec("nfs-server-0", "sh", "-c", f"cat /volume/media/{run}-new.*").strip()
    assert len(files) == sum(len(str(number)) for number in range(created))
    assert max(longest, wait) < LONGEST
