"""Good customer layers pass, untouched and without even a warning; and the verdict is the same alone and in a batch."""

import shutil
from pathlib import Path

import pytest

from tests.attacks import corpus
from tests.zones import LIBRARY, PLATFORM
from validators.app.sources import Sources
from validators.check import engine
from validators.check.engine import Result
from validators.check.workspace import Workspace
from validators.sources.library import Library
from validators.sources.tree import CUSTOMERS, Tree

GROUPS = tuple(corpus.groups(Path(__file__).resolve().parent))
CASES = {f"{group.path.stem}/{case.name}": case for group in GROUPS for case in group.cases}


def lay_all(top: Path) -> None:
    """Write every case as an app of its own, named in its files as it is in the tree."""
    for part in LIBRARY:
        shutil.copytree(corpus.ROOT / part, top / part)
    for index, case in enumerate(CASES.values()):
        scratch = top / "scratch"
        shutil.copytree(corpus.TREE / "overlays", scratch / "overlays")
        corpus.commit(scratch, case)
        for zone in (CUSTOMERS, PLATFORM):
            shutil.copytree(scratch / zone / corpus.VICTIM, top / zone / app(index))
        shutil.rmtree(scratch)
        for path in [*top.glob(f"overlays/*/{app(index)}/**/*")]:
            if path.is_file():
                path.write_bytes(renamed(path.read_bytes(), index))


def renamed(data: bytes, index: int) -> bytes:
    """Return a file with the case's own namespace, folder and host in place of the victim's."""
    for old, new in (
        ("victim-shop", app(index).replace("/", "-")),
        ("~1customer, value: victim", "~1customer, value: good"),
        ("~1app, value: shop", f"~1app, value: case-{index}"),
        (f"customers/{corpus.VICTIM}", f"customers/{app(index)}"),
        (".example.", f".case-{index}.example."),
    ):
        data = data.replace(old.encode(), new.encode())
    return data


def app(index: int) -> str:
    """Return the name of a case's app."""
    return f"good/case-{index}"


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A tree of all cases, each an app."""
    top = tmp_path_factory.mktemp("good")
    lay_all(top)
    return Tree(top)


@pytest.fixture(scope="session")
def results(tree: Tree) -> list[Result]:
    """The results of all cases, checked together."""
    with Workspace(tree.library) as workspace:
        return engine.check([Sources.read(tree, app(index)) for index in range(len(CASES))], workspace)


def test_there_are_enough() -> None:
    assert len(CASES) >= 120
    assert len(CASES) == sum(len(group.cases) for group in GROUPS)
    values = [case for group in GROUPS if group.path.stem == "values" for case in group.cases]
    assert (
        sum(str(what.get("append")).count("\n") for case in values for what in case.files.values() if what != str(what))
        >= 100
    )


PARAMETERS = [
    # Strict: once it passes, the entry must lose its `open`.
    pytest.param(index, id=name, marks=[pytest.mark.xfail(reason=case.open, strict=True)] if case.open else [])
    for index, (name, case) in enumerate(CASES.items())
]


@pytest.mark.parametrize("index", PARAMETERS)
def test_passes_without_a_finding(index: int, results: list[Result]) -> None:
    assert [f"{finding.place}: {finding.rule}: {finding.message}" for finding in results[index].findings] == []


def test_two_together_are_no_finding_of_the_fleet(results: list[Result]) -> None:
    assert [f"{f.app}: {f.rule}: {f.message}" for f in engine.fleet(results)] == []


def test_checking_changes_no_file(tree: Tree, results: list[Result], tmp_path: Path) -> None:
    lay_all(tmp_path)
    assert all_files(tree.root) == all_files(tmp_path)


def all_files(top: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def test_alone_is_as_in_a_batch(tree: Tree, results: list[Result]) -> None:
    with Workspace(tree.library) as workspace:
        for index in range(0, len(CASES), 10):
            alone = engine.check([Sources.read(tree, app(index))], workspace)[0]
            assert (alone.findings, alone.facts) == (results[index].findings, results[index].facts)


def test_a_bad_one_would_be_found(tmp_path: Path) -> None:
    """The planted one: the same way of checking finds a layer that isn't good."""
    corpus.lay(tmp_path)
    corpus.commit(tmp_path, corpus.Case("bad", "", kustomization={"namePrefix": "x-"}))
    tree = Tree(tmp_path)
    with Workspace(Library("")) as workspace:
        assert engine.check([Sources.read(tree, corpus.VICTIM)], workspace)[0].findings
