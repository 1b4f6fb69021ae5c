"""The request that is in a server when SIGTERM comes: against servers on this machine."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from validators.image import stop
from validators.image.kubectl import Kubectl
from validators.image.stop import Process

SITE = SimpleNamespace(path="/", host="shop.example.com")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server(answer) -> Iterator[int]:
    """Serve two connections by `answer(connection)`, each in a thread; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for _ in range(2):
                connection, _ = listening.accept()
                threading.Thread(target=answer, args=[connection], daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def read_until(connection: socket.socket, wanted: bytes) -> bytes:
    text = b""
    while wanted not in text and (more := connection.recv(4096)):
        text += more
    return text


def reads_the_body(connection: socket.socket) -> None:
    text = read_until(connection, b"\r\n\r\n")
    if b"Content-Length" in text:
        read_until(connection, stop.BODY[5:])
    connection.sendall(ANSWER)
    connection.close()


def leaves_the_body(connection: socket.socket) -> None:
    read_until(connection, b"\r\n\r\n")
    connection.sendall(ANSWER)
    connection.close()


def hangs_up(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.close()


@pytest.mark.parametrize(
    ("answer", "rests"), [(reads_the_body, [stop.BODY[5:], b"\r\n"]), (leaves_the_body, [b"\r\n"])]
)
def test_a_request_is_held_and_then_answered(answer, rests: list[bytes]) -> None:
    with server(answer) as port, stop._half(port, SITE) as held:
        assert [one.rest for one in held] == rests
        assert stop._finished(held)


@pytest.mark.parametrize("begun", [b"Content-Length", b"Connection"], ids=["the first", "the second"])
def test_a_server_with_one_request_at_a_time_has_begun_with_one_of_them(begun: bytes) -> None:
    def answers_one(connection: socket.socket) -> None:
        text = connection.recv(4096)
        if (b"Content-Length" in text) == (begun == b"Content-Length"):
            connection.recv(4096)
            connection.sendall(ANSWER)
        else:
            time.sleep(4)
        connection.close()

    with server(answers_one) as port, stop._half(port, SITE) as held:
        assert len(held) == 2
        assert stop._finished(held)


def test_a_server_that_waits_for_nothing_has_no_request_in_it() -> None:
    with server(hangs_up) as port, stop._half(port, SITE) as held:
        assert held == []


def test_a_cut_request_is_told() -> None:
    cut = threading.Event()

    def cuts(connection: socket.socket) -> None:
        cut.wait(10)
        connection.close()

    with server(cuts) as port, stop._half(port, SITE) as held:
        cut.set()
        assert held
        assert not stop._finished(held)


@pytest.mark.parametrize(
    ("watched", "code", "seconds"),
    [
        ("echo; echo; echo 0; exec sleep 60", 0, 0),
        ("echo; sleep 1; printf '\\n\\n143\\n'", 143, 1),
        ("echo; exec sleep 60", None, 3),
    ],
)
def test_the_end_is_noted_when_it_comes(
    tmp_path: Path, monkeypatch, watched: str, code: int | None, seconds: int
) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\ncase "$2" in get) {watched} ;; esac\n')
    kubectl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with stop._watched(Kubectl("any"), "web-1", "web", 3) as end:
        time.sleep(2)  # the end comes while something else is waited for
        ended = end()
    assert ended.exit_code == code
    assert seconds - 1 < ended.seconds < seconds + 1.9


def test_what_is_said_after_sigterm_is_kept(tmp_path: Path, monkeypatch) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text('#!/bin/sh\ncase "$2" in logs) echo before; sleep 1; echo "ended: $*" ;; esac\n')
    kubectl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with stop._log(Kubectl("any"), "web-1", "web", tmp_path / "logs"):
        pass  # the last lines are waited for
    text = (tmp_path / "logs/web-1-web.log").read_text()
    assert text.startswith("before\nended: ")
    assert "web-1 --container=web --follow --tail=-1" in text


@pytest.mark.parametrize(
    ("text", "process", "change"),
    [
        ("/bin/sh /run \nSigCgt:\t0000000000000002\n7 \n", Process("/bin/sh /run", False, True), "write exec"),
        ("python x \nSigCgt:\t0000000000000002\n\n", Process("python x", False, False), "has no handler"),
        ("gunicorn \nSigCgt:\t0000000000004a07\n7 8 \n", Process("gunicorn", True, True), "doesn't end in time"),
        ("", None, "doesn't end in time"),
    ],
)
def test_process_1_tells_why_it_ignores_sigterm(text: str, process: Process | None, change: str) -> None:
    assert stop._process(text) == process
    assert change in stop._ignores(process)
