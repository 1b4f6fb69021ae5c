"""The renderer, whose kustomize is patched to be quick, builds what the command builds, and outlives what a folder does."""

import itertools
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.zones import OURS
from validators.policy import limits
from validators.render import kustomize, renderer_process
from validators.render.batches import Batches
from validators.render.embedded import Renderer
from validators.render.objects import Rendered
from validators.sources.folder import Folder
from validators.sources.tree import Tree

from ..attacks import test_whole
from ..bench.generate import generate
from ..conftest import ROOT, tool
from ..good import test_good

_KUSTOMIZATION = b"resources: [config.yaml]\n"
_CONFIG = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {key: value}\n"


@pytest.fixture
def process() -> Iterator[Renderer]:
    made = Renderer(tool("renderer"))
    yield made
    made.close()


def _folder(path: str, **files: bytes) -> Folder:
    return Folder(path, {name.replace("_", "."): data for name, data in files.items()})


def _good(path: str = "good") -> Folder:
    return _folder(path, kustomization_yaml=_KUSTOMIZATION, config_yaml=_CONFIG)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("renderer") / "fleet"
    generate(target, 60, seed=2)
    return target


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    top = tmp_path_factory.mktemp("good")
    test_good.lay_all(top)
    return top


attacks = test_whole.top


@pytest.mark.parametrize("which", ["examples", "fleet", "good"])
def test_builds_what_kustomize_builds(process, request, which) -> None:
    tree = Tree(ROOT if which == "examples" else request.getfixturevalue(which))
    command = Batches(kustomize.at([str(tool("kustomize"))]))
    paths = []
    for builder in (process, command):
        builder.write(tree.library)
    for name in tree.app_names():
        for zone in ("customers", "ungleich"):
            folder = tree.read(f"overlays/{zone}/{name}")
            process.write(folder)
            command.write(folder)
        paths.append(folder.path)
    ours, theirs = process.render(paths), command.render(paths)
    command.close()
    assert len(paths) >= 9
    assert [path for path in paths if theirs[path].error] == []
    assert [path for path in paths if _shown(ours[path]) != _shown(theirs[path])] == []
    # What it keeps from one build for the next is what it was.
    again = process.render(paths[::-1])
    assert [path for path in paths if _shown(again[path]) != _shown(theirs[path])] == []


def _shown(rendered: Rendered) -> str:
    """Return a render as text, in which 1, 1.0 and true differ; nothing of why it failed."""
    return "failed" if rendered.error else json.dumps([obj.data for obj in rendered.objects], sort_keys=True)


def _printed(builder: Renderer | Batches, path: str) -> bytes | None:
    """Return what a folder prints, None where it fails."""
    try:
        return builder.stream(path)
    except kustomize.KustomizeError:
        return None


@pytest.mark.timeout(900)
def test_builds_attacks_as_kustomize_does(process, attacks) -> None:
    """Also what the other layers refuse before anything is rendered: no two kustomizes that differ, in any trick."""
    tree = Tree(attacks)
    command = Batches(kustomize.at([str(tool("kustomize"))]))
    for builder in (process, command):
        builder.write(tree.library)
    different, built = [], 0
    for batch in itertools.islice(test_whole.batches(), None, None, 3):  # a third of them takes half a minute
        folders = [tree.read(path) for index in batch for path in OURS.of(test_whole.app(index))]
        for builder in (process, command):
            for folder in folders:
                builder.write(folder)
        paths = [folder.path for folder in folders[1::2]]
        ours, theirs = process.render(paths), command.render(paths)
        # A text that YAML readers take for different things is compared as it is printed.
        differ = [path for path in paths if _shown(ours[path]) != _shown(theirs[path])]
        different += [path for path in differ if _printed(process, path) != _printed(command, path)]
        built += sum(not theirs[path].error for path in paths)
        for builder in (process, command):
            for folder in folders:
                builder.remove(folder.path)
    command.close()
    assert built > 100
    assert different == []


# Values that YAML readers take for different things.
_SCALARS = b"""apiVersion: example.com/v1
kind: Thing
metadata: {name: thing}
spec: {a: yes, b: 0o17, c: 017, d: 1e3, e: "1e3", f: 12345678901234567890, g: ~, h: 2001-01-01, j: 1.0, k: 0x1f,
  l: "yes", m: 9007199254740993, n: [], o: {}, p: "", q: -0, r: 1_000, s: !!str 5, t: "\\u2028<&>"}
"""


def test_reads_scalars_as_kustomize_does(process) -> None:
    folder = _folder("scalars", kustomization_yaml=_KUSTOMIZATION, config_yaml=_SCALARS)
    command = Batches(kustomize.at([str(tool("kustomize"))]))
    for builder in (process, command):
        builder.write(folder)
    ours, theirs = process.render(["scalars"])["scalars"], command.render(["scalars"])["scalars"]
    assert process.stream("scalars") == command.stream("scalars")
    command.close()
    assert _shown(ours) == _shown(theirs) != "failed"


# What an operation's value may be, and what becomes of a value that an operation leaves alone.
_VALUES = (
    "yes", "0o17", "017", "1e3", "1e400", '"1e3"', "12345678901234567890", "9007199254740993", "1000000000000000", "1e15",
    "-1", "-0", "0.1", "1.0", "100.50", "~", "", "2001-01-01", "0x1f", '"yes"', "[]", "{}", '""', "1_000", "!!str 5",
    '"\\u2028<&>"', '"a\\nb"', '"a\\n"', '"a \\n b\\n"', '"\\n a\\n"', '" a"', '"a: b # c"', '"\\0"', "<<", "=", "a # b",
    "{b: [1, {c: d}], a: null}", "{a: , b: }", "{a}", "[a, ]", "!!set {a}", "&a {b: 1}", "!!binary aGVsbG8=", "!own a",
    "|\n    a\n      b\n", "|2\n      a\n    b \n", ">\n    a\n    b\n\n      c\n    d\n", ">-\n    a\n\n    b\n", "[\n    a, # b\n    c]",
)  # fmt: skip


@pytest.mark.parametrize("value", _VALUES)
def test_operations_keep_values_as_kustomize_does(process, value) -> None:
    thing = f"apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: thing}}\nspec:\n  there: {value}\n"
    patch = f"- {{op: add, path: /spec/a, value: 1}}\n- op: add\n  path: /spec/b\n  value: {value}\n"
    kustomization = b"resources: [thing.yaml]\npatches: [{path: patch.yaml, target: {kind: Thing}}]\n"
    files = {"kustomization_yaml": kustomization, "thing_yaml": thing.encode(), "patch_yaml": patch.encode()}
    command = Batches(kustomize.at([str(tool("kustomize"))]))
    for builder in (process, command):
        builder.write(_folder("operations", **files))
    ours, theirs = process.render(["operations"])["operations"], command.render(["operations"])["operations"]
    assert bool(ours.error) == bool(theirs.error)
    if not theirs.error:
        assert process.stream("operations") == command.stream("operations")
    command.close()


def test_one_folders_mistake_is_no_others(process) -> None:
    process.write(_good())
    process.write(_folder("bad", kustomization_yaml=b"resources: [missing.yaml]\n"))
    results = process.render(["good", "bad"])
    assert [o.name for o in results["good"].objects] == ["config"]
    assert "missing.yaml" in results["bad"].error
    assert "/repository" not in results["bad"].error


def test_forgets_what_is_removed(process) -> None:
    process.write(_good())
    assert process.render(["good"])["good"].objects
    process.remove("good")
    assert "good" in process.render(["good"])["good"].error
    process.write(_good())
    process.remove("good")
    process.write(
        _folder("good", kustomization_yaml=_KUSTOMIZATION, config_yaml=_CONFIG.replace(b"config}", b"other}"))
    )
    assert [o.name for o in process.render(["good"])["good"].objects] == ["other"]


@pytest.mark.parametrize("name", ["a b.yaml", "--output=x", "caf\u00e9.yaml"])
def test_a_file_with_an_odd_name_is_nobodys_problem(process, name) -> None:
    process.write(_good())
    process.write(Folder("odd", {**_good().files, name: b""}))
    results = process.render(["odd", "good"])
    assert [o.name for o in (*results["odd"].objects, *results["good"].objects)] == ["config", "config"]


def test_an_object_that_is_no_json_is_refused(process) -> None:
    process.write(_good())
    process.write(_folder("odd", kustomization_yaml=_KUSTOMIZATION, config_yaml=_CONFIG + b"x: {1: a}\n"))
    pid = process._process.pid
    results = process.render(["odd", "good"])
    assert results["odd"].error or [o.name for o in results["odd"].objects] == ["config"]
    assert results["good"].objects
    assert process._process.pid == pid


@pytest.mark.parametrize(
    "resource",
    ["/etc", "../../../../../../etc", "https://example.com/a.yaml", "git@example.com:a/b", "file:///etc/passwd"],
)
def test_has_nothing_but_what_was_written(process, resource) -> None:
    process.write(_good())
    process.write(_folder("bad", kustomization_yaml=f"resources: [{resource!r}]\n".encode()))
    results = process.render(["bad", "good"])
    assert results["bad"].error
    assert results["good"].objects


def test_takes_nothing_from_the_environment(process, monkeypatch) -> None:
    monkeypatch.setenv("SECRET", "leaked")
    generator = b"configMapGenerator: [{name: leak, envs: [leak.env]}]\n"
    process.write(_folder("leak", kustomization_yaml=generator, leak_env=b"SECRET\nHOME\nGOGC\n"))
    (config,) = process.render(["leak"])["leak"].objects
    assert set(config.data.get("data", {}).values()) <= {""}


def test_a_folder_that_ends_the_process_ends_its_own_render_only(process) -> None:
    process.write(_good())
    assert process.render(["good"])["good"].objects
    os.kill(process._process.pid, signal.SIGKILL)
    assert process.render(["good"])["good"].objects


def test_a_folder_that_takes_too_much_memory_is_refused(process) -> None:
    anchors = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    bomb = _CONFIG + yaml.safe_dump({"x": 1}).encode() + anchors.encode()
    process.write(_good())
    process.write(_folder("bomb", kustomization_yaml=_KUSTOMIZATION, config_yaml=bomb))
    results = process.render(["bomb", "good"])
    assert results["bomb"].error
    assert results["good"].objects


def test_a_folder_that_takes_too_long_is_refused(process, monkeypatch) -> None:
    process.write(_good())
    assert process.render(["good"])["good"].objects
    os.kill(process._process.pid, signal.SIGSTOP)
    os.waitpid(process._process.pid, os.WUNTRACED)  # its threads stop one after the other
    monkeypatch.setattr(limits, "RENDER_SECONDS", 0.1)
    assert "took longer than 0.1 s" in process.render(["good"])["good"].error
    monkeypatch.undo()
    assert process.render(["good"])["good"].objects


def test_leaves_no_process(process) -> None:
    pid = process._process.pid
    process.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_certain_kustomize_is_used_when_asked_for(monkeypatch) -> None:
    assert renderer_process.find() == tool("renderer")
    monkeypatch.setenv(kustomize.OVERRIDE, "kustomize")
    assert renderer_process.find() is None


def test_the_wheels_program_is_used_where_none_is_built(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(renderer_process, "TOOLS", tmp_path)
    assert renderer_process.find() is None
    (tmp_path / renderer_process.WHEEL).mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert renderer_process.find() == tmp_path / renderer_process.WHEEL / "renderer"
