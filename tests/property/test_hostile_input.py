"""Whatever bytes a customer commits: reading them doesn't crash, doesn't hang, and opens nothing outside of the tree."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.attacks import corpus, layers
from tests.good.test_good import CASES

SECONDS = 2.0
PACKAGES = tuple(str(Path(path).resolve()) for path in {corpus.ROOT / "validators", sys.prefix, sys.base_prefix})
_WATCHED = ("open", "os.listdir", "os.scandir", "os.rename", "os.remove", "os.mkdir", "subprocess.Popen", "socket.connect")
_SPLICES = [
    *(b"&a ", b"*a", b"<<: *a\n", b"!!python/object:os.system ", b"---\n", b"...\n", b"%YAML 1.1\n", b"? ", b"- - - ", b"{", b"[", b'"'),
    *(b"\0", b"\r", b"\t", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc0\xaf", b"\xe2\x80\xa8", b"\xc2\x85", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"),
    *(b"namePrefix: x-\n", b"replicas: [{name: web, count: 9}]\n", b"resources:\n  - /etc/passwd\n", b"path: /\n", b"path: ~2\n", b"value: 010\n"),
    *(b"~", b"0x1F", b"1e999", b"-0", b".inf", b"9" * 400, b"../" * 20, b"file:///etc/passwd", b"\x1b[2J", b"|+10\n", b">-\n", b"'"),
]
_NAMES = st.sampled_from(["kustomization.yaml", "app.env", "app-secret.yaml", "web.yaml", "a/b.yaml", "README.md", "x.json"])

_log: list[str] | None = None


def _hook(name: str, arguments: tuple) -> None:
    if _log is not None and name in _WATCHED:
        _log.append(str(arguments[0]))


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Record what is opened, listed, run or connected to meanwhile."""
    global _log
    _log = []
    try:
        yield _log
    finally:
        _log = None


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    corpus.lay(made)
    layers.ask("source", made, None)  # imports what is imported late
    return made


def read(top: Path) -> layers.Found:
    """Read and judge the victim's folder; fail if that takes long, or leads outside of the tree."""
    start = time.monotonic()
    with watched() as opened:
        found = {**layers.ask("limits", top, None), **layers.ask("source", top, None)}
    took = time.monotonic() - start
    outside = [path for path in opened if not path.isdigit() and not path.startswith((str(top.resolve()), *PACKAGES))]
    assert outside == []
    assert took < SECONDS
    event("refused" if found else "accepted")
    return found


def write(top: Path, files: dict[str, bytes]) -> None:
    """Make the victim's folder hold these files."""
    folder = top / "overlays" / "customers" / corpus.VICTIM
    corpus.remove(folder)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@given(files=st.dictionaries(_NAMES, st.binary(max_size=400), min_size=1))
def test_random_bytes(top: Path, files: dict[str, bytes]) -> None:
    write(top, files)
    assert read(top)


@given(files=st.dictionaries(_NAMES, st.lists(st.sampled_from(_SPLICES)).map(b"".join), min_size=1))
def test_random_words(top: Path, files: dict[str, bytes]) -> None:
    write(top, files)
    assert read(top)


@given(data=st.data())
def test_good_layers_mutated(top: Path, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(sorted(CASES)))
    corpus.remove(top / "overlays")
    shutil.copytree(corpus.TREE / "overlays", top / "overlays")
    corpus.commit(top, CASES[case])
    folder = top / "overlays" / "customers" / corpus.VICTIM
    path = data.draw(st.sampled_from(sorted(p for p in folder.rglob("*") if p.is_file())))
    for _ in range(data.draw(st.integers(1, 4))):
        path.write_bytes(mutated(path.read_bytes(), data))
    read(top)


def mutated(content: bytes, data: st.DataObject) -> bytes:
    """Return the bytes with one change: something put in, cut out, doubled, or another byte."""
    at = data.draw(st.integers(0, len(content)))
    end = min(len(content), at + data.draw(st.integers(0, 60)))
    match data.draw(st.sampled_from(["splice", "cut", "double", "byte", "repeat"])):
        case "splice":
            return content[:at] + data.draw(st.sampled_from(_SPLICES)) + content[at:]
        case "cut":
            return content[:at] + content[end:]
        case "double":
            return content[:end] + content[at:end] + content[end:]
        case "repeat":
            return content[:at] + content[at:end] * 2000 + content[end:]
        case _:
            return content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1 :]


def test_reading_outside_would_be_seen(top: Path) -> None:
    """The planted one."""
    with watched() as opened:
        Path("/etc/hostname").exists()
        with open("/dev/null", "rb"):
            pass
    assert "/dev/null" in opened
