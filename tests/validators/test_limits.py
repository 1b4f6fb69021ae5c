"""Nothing that is read or rendered goes over its limits, and each refusal names its cause."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from validators import rules
from validators.finding import Place
from validators.policy import limits
from validators.render.kustomize import Kustomize, KustomizeError
from validators.rules import Problem
from validators.sources.tree import Tree


def kustomize(tmp_path: Path, script: str) -> Kustomize:
    """Return a kustomize that is a Python script."""
    path = tmp_path / "fake.py"
    path.write_text(script)
    return Kustomize((sys.executable, str(path)), "5.8.1")


def test_time_is_limited_for_children_too(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    script = "import subprocess\n"
    script += f"p = subprocess.Popen(['sleep', '60'])\nopen({str(pid)!r}, 'w').write(str(p.pid))\np.wait()\n"
    start = time.monotonic()
    with pytest.raises(KustomizeError, match="longer than 1 s"):
        kustomize(tmp_path, script).build(tmp_path, timeout=1)
    assert time.monotonic() - start < 10
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid.read_text()}/stat").read_text().split()[2]
        except (FileNotFoundError, ProcessLookupError):
            break
        if state == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child outlived the limit")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a running process")
def test_memory_is_limited(tmp_path: Path) -> None:
    script = "import time, sys\ntime.sleep(0.3)\n"
    script += "try:\n    x = b'x' * (1 << 30)\nexcept MemoryError:\n    sys.exit('out of memory')\n"
    with pytest.raises(KustomizeError, match="more than 512 MiB of memory"):
        kustomize(tmp_path, script).build(tmp_path, memory=512 << 20)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a running process")
def test_output_is_limited(tmp_path: Path) -> None:
    script = "import time, sys, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_DFL)\ntime.sleep(0.3)\n"
    script += "while True: sys.stdout.write('x' * 65536)\n"
    with pytest.raises(KustomizeError, match="printed more than 1 MiB"):
        kustomize(tmp_path, script).build(tmp_path, output=1 << 20)


def test_nothing_of_the_environment_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARGOCD_TOKEN", "secret")
    script = "import os\nprint(sorted(os.environ))\n"
    assert b"ARGOCD_TOKEN" not in kustomize(tmp_path, script).build(tmp_path)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "base").mkdir()
    (tmp_path / "overlays/customers/c/a").mkdir(parents=True)
    return Tree(tmp_path)


def read(tree: Tree) -> tuple[list[str], list[str]]:
    """Return the names that were read, and the messages about those that weren't."""
    folder = tree.read("overlays/customers/c/a")
    return sorted(folder.files), [f"{refusal.path}: {refusal.message}" for refusal in folder.refused]


def here(tree: Tree) -> Path:
    return tree.root / "overlays/customers/c/a"


def test_links_are_refused_not_followed(tree: Tree, tmp_path: Path) -> None:
    (here(tree) / "file").symlink_to("/etc/passwd")
    (here(tree) / "folder").symlink_to(tmp_path)
    (here(tree) / "inside").symlink_to("plain")
    (here(tree) / "loop").symlink_to("loop")
    (here(tree) / "plain").write_text("a")
    names, messages = read(tree)
    assert names == ["plain"]
    assert len(messages) == 4
    assert all("symbolic link" in message for message in messages)


def test_a_linked_app_or_customer_is_refused(tree: Tree) -> None:
    top = tree.root / "overlays/customers"
    (top / "c/b").symlink_to("a")
    (top / "d").symlink_to("c")
    assert tree.app_names() == ["c/a"]
    assert [(r.path, "symbolic link" in r.message) for r in tree.stray()] == [
        ("overlays/customers/c/b", True),
        ("overlays/customers/d", True),
    ]


def test_a_named_pipe_neither_blocks_nor_is_read(tree: Tree) -> None:
    os.mkfifo(here(tree) / "pipe")
    names, messages = read(tree)
    assert names == []
    assert "regular file" in messages[0]


def test_a_large_file_is_not_read_whole(tree: Tree) -> None:
    with (here(tree) / "large").open("wb") as file:
        file.truncate(1 << 40)  # sparse
    names, messages = read(tree)
    assert names == []
    assert "larger than" in messages[0]


def test_many_files_and_deep_folders_are_cut_off(tree: Tree) -> None:
    for index in range(limits.FOLDER_FILES + 5):
        (here(tree) / f"f{index:04d}").write_text("a")
    names, messages = read(tree)
    assert len(names) == limits.FOLDER_FILES
    assert len([m for m in messages if "more than 100 files" in m]) == 1


@pytest.mark.parametrize("what", ["links", "folders", "names that some file systems hold for one"])
def test_what_is_no_file_counts_too(tree: Tree, what: str) -> None:
    for index in range(limits.FOLDER_FILES * 3):
        if what == "links":
            (here(tree) / f"l{index}").symlink_to("nowhere")
        elif what == "folders":
            (here(tree) / f"d{index}").mkdir()
        else:
            (here(tree) / f"{index:09b}".translate({48: "x", 49: "X"})).write_text("a")
    names, messages = read(tree)
    assert len(names) + len(messages) <= limits.FOLDER_FILES + 1
    assert len([m for m in messages if "more than 100 files" in m]) == 1


@pytest.mark.parametrize(("more", "says"), [(0, ""), (1, "1"), (1234, f"at least {limits.COUNTED - limits.FINDINGS}")])
def test_a_rule_says_how_many_more_it_has(more: int, says: str) -> None:
    wanted = [Problem(f"mistake {number}", place=Place("app.env", number)) for number in range(limits.FINDINGS + more)]
    rule = replace(rules.every()["customer-environment"], check=lambda _: iter(wanted))
    found = list(rule.found(None))
    assert found[: limits.FINDINGS] == wanted[: limits.FINDINGS]
    assert [(p.message, p.place) for p in found[limits.FINDINGS :]] == (
        [(f"there are {says} more of this kind, from here on", Place("app.env", limits.FINDINGS))] if more else []
    )


def test_a_rule_may_find_nothing() -> None:
    assert list(replace(rules.every()["customer-environment"], check=lambda _: None).found(None)) == []


def test_deep_folders_are_not_entered(tree: Tree) -> None:
    deep = here(tree).joinpath(*"abcdefgh")
    deep.mkdir(parents=True)
    (deep / "file").write_text("a")
    names, messages = read(tree)
    assert names == []
    assert "folders deep" in messages[0]


def test_much_in_all_is_cut_off(tree: Tree) -> None:
    for index in range(20):
        (here(tree) / f"f{index}").write_bytes(b"a" * limits.FILE_BYTES)
    names, messages = read(tree)
    assert len(names) * limits.FILE_BYTES <= limits.FOLDER_BYTES
    assert any("more than 2 MiB" in message for message in messages)


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31mb", "\u202eb", "x" * 150])
def test_odd_names_are_refused_and_shown_harmlessly(tree: Tree, name: str) -> None:
    (here(tree) / name).write_text("a")
    names, messages = read(tree)
    assert names == []
    assert len(messages) == 1
    assert messages[0].isprintable()


def test_names_that_are_the_same_elsewhere_are_refused(tree: Tree) -> None:
    (here(tree) / "app.env").write_text("a")
    (here(tree) / "APP.env").write_text("a")
    assert len(read(tree)[1]) == 1


def test_a_file_without_utf8_name(tree: Tree) -> None:
    (Path(os.fsdecode(bytes(here(tree)) + b"/\xff\xfe"))).write_text("a")
    names, messages = read(tree)
    assert names == []
    assert len(messages) == 1
    messages[0].encode()
