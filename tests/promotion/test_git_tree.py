"""The tree of a commit is what a checkout of it is, and is read by many processes at once."""

import os
from pathlib import Path

from tests.bench.generate import generate
from validators.check import run
from validators.check.selection import Options, Selection
from validators.policy import limits
from validators.sources.git_objects import Objects
from validators.sources.git_tree import GitTree
from validators.sources.tree import Tree

from ..validators.repository import Repository


def test_a_commit_is_judged_as_its_checkout(tmp_path: Path) -> None:
    """With more apps than one process checks: the others fork, and read git's objects by pipes of their own."""
    generate(tmp_path / "tree", 2 * limits.BATCH + 4)
    repository = Repository(tmp_path / "tree")
    repository.git("init", "--quiet", "--initial-branch=main")
    victim = next((repository.root / "overlays/customers").glob("*/*"))
    (victim / "link").symlink_to("/etc/passwd")
    (victim / "run.sh").write_text("true\n")
    (victim / "run.sh").chmod(0o755)
    commit = repository.commit("Begin")
    tree = GitTree(repository.root, commit)
    assert tree.app_names() == Tree(repository.root).app_names()
    assert tree.library.digest == Tree(repository.root).library.digest
    judged = run.judge(Selection(tree, frozenset(tree.app_names()), cached=False, workers=2))
    assert judged.errors > 0
    assert judged.findings == run.check(Options(root=repository.root, cached=False, workers=2)).findings


def test_a_fork_reads_by_a_pipe_of_its_own(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.git("init", "--quiet", "--initial-branch=main")
    (tmp_path / "a").write_text("a\n")
    (tmp_path / "b").write_text("b\n")
    commit = repository.commit("Begin")
    with Objects(tmp_path) as objects:
        assert objects.bytes(f"{commit}:a") == b"a\n"
        child = os.fork()
        if child == 0:
            os._exit(0 if [objects.bytes(f"{commit}:b") for _ in range(50)] == [b"b\n"] * 50 else 1)
        assert [objects.bytes(f"{commit}:a") for _ in range(50)] == [b"a\n"] * 50
        assert os.waitpid(child, 0)[1] == 0
