"""All attacks at once, as apps of one tree, through the command: each is refused, and no other customer is touched."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.zones import PLATFORM
from validators.app.sources import Sources
from validators.check import engine
from validators.check.workspace import Workspace
from validators.policy import limits
from validators.sources.tree import CUSTOMERS, Tree

from . import corpus, layers
from .test_attacks import GROUPS

CASES = [case for group in GROUPS for case in group.cases if not any(name.startswith("/") for name in case.files)]
"""Without those that are about the folders above an app's."""


def app(index: int) -> str:
    """Return the name of the app that an attack is made in."""
    return f"attack/case-{index}"


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree in which every app but one is an attack."""
    made = tmp_path_factory.mktemp("whole")
    corpus.lay(made)
    for index, case in enumerate(CASES):
        scratch = made / "scratch"
        shutil.copytree(corpus.TREE / "overlays", scratch / "overlays")
        corpus.commit(scratch, case)
        for zone in (CUSTOMERS, PLATFORM):
            (made / zone / app(index)).parent.mkdir(exist_ok=True)
            (scratch / zone / corpus.VICTIM).rename(made / zone / app(index))
            rename(made / zone / app(index), index)
        shutil.rmtree(scratch)
    shutil.rmtree(made / CUSTOMERS / "victim")
    shutil.rmtree(made / PLATFORM / "victim")
    return made


def rename(folder: Path, index: int) -> None:
    """Have the app's files say their app's own name."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes().replace(b"victim-shop", app(index).replace("/", "-").encode())
            path.write_bytes(data.replace(f"customers/{corpus.VICTIM}".encode(), f"customers/{app(index)}".encode()))


@pytest.mark.timeout(900)
def test_the_command_refuses_each_and_touches_no_other_customer(top: Path) -> None:
    command = [sys.executable, "-m", "validators", "check", "--root", str(top), "--no-cache", "--format", "json"]
    done = subprocess.run(command, capture_output=True, cwd=corpus.ROOT, timeout=800)
    assert (done.returncode, done.stderr) == (1, b"")
    findings = json.loads(done.stdout)["findings"]
    refused = {finding["app"] for finding in findings if finding["severity"] == "error"}
    assert [case.name for index, case in enumerate(CASES) if app(index) not in refused and not case.open] == []
    assert [finding for finding in findings if finding["app"] == corpus.OTHER] == []
    # No message writes to a terminal or forges a line.
    hidden = {app(index) for index, case in enumerate(CASES) if case.open}
    texts = [(f["path"], f["message"], f["hint"]) for f in findings if f["app"] not in hidden]
    assert [text for text in texts if not all(part.isprintable() for part in text)] == []


def batches() -> Iterator[list[int]]:
    """Yield the attacks that are rendered together: those that kustomize refuses alone, as each would halve a batch."""
    built = []
    for index, case in enumerate(CASES):
        if "limits" in case.refused:
            continue
        if "kustomize-build" in case.refused.get("render", []):
            yield [index]
        else:
            built.append(index)
    for start in range(0, len(built), limits.BATCH):
        yield built[start : start + limits.BATCH]


@pytest.mark.timeout(900)
def test_the_render_and_the_sizes_alone_refuse_what_they_are_meant_to(top: Path) -> None:
    tree = Tree(top)
    found = {}
    with Workspace(tree.library) as workspace:
        for batch in batches():
            apps = [Sources.read(tree, app(index)) for index in batch]
            for result in engine.check(apps, workspace, layers.CHOICES["rendered"]):
                found[result.name] = {finding.rule for finding in result.findings}
    wrong = {}
    for index, case in enumerate(CASES):
        expected = {rule for layer in ("render", "absolute") for rule in case.refused.get(layer, [])}
        if "limits" not in case.refused and found[app(index)] != expected:
            wrong[case.name] = (sorted(found[app(index)]), sorted(expected))
    assert wrong == {}
