"""A push, as the customer's git server sees it: before anything of it is in the repository (pre-receive)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..check import changes_text, diff, run
from ..check.selection import Selection
from ..render.renderer_process import Process
from ..sources import cluster
from ..sources.committed import CommittedTree
from ..sources.git_objects import Objects
from ..sources.plumbing import NOTHING
from . import message, signature
from .problem import Refused


class Update(NamedTuple):
    """A line that git gives the hook: where a ref was, where it is to be; NOTHING for one that comes or goes."""

    old: str
    new: str
    ref: str


@dataclass(frozen=True)
class Receiver:
    """The repository of an app at `root`; `branch` is the one that is promoted."""

    root: Path
    app: str
    branch: str
    renderer: Process | None = None
    """A renderer's process that was started before, to save time."""

    def judge(self, updates: list[Update]) -> Iterator[str]:
        """Yield what to show of a push. Raises Refused where it mustn't enter."""
        for update in updates:
            if update.ref == f"refs/heads/{self.branch}":
                yield from self._judged(update)

    def _judged(self, update: Update) -> Iterator[str]:
        if update.new == NOTHING:
            raise Refused(f"{self.branch} is what runs, and can't be deleted: to go back, git revert and push")
        with Objects(self.root) as objects:
            after = CommittedTree(objects, update.new, self.app)
            signature.verify(self.root, update.new, after.facts.signers if after.facts else ())
            report = run.judge(Selection(after, frozenset({self.app})), self.renderer)
            report = message.for_customer(report, self.app, [], cluster.contact(after.library))
            yield message.printed(report)
            yield from self._changes(objects, update.old, after)
        if report.errors:
            raise Refused("not taken: put the lines above right, commit, and push again")

    def _changes(self, objects: Objects, old: str, after: CommittedTree) -> Iterator[str]:
        if old == NOTHING:
            return
        before = CommittedTree(objects, old, self.app)
        for difference in diff.between(before, after, [self.app]):
            if not difference.error:
                yield f"What it changes, rendered:\n\n{changes_text.table(difference)}"
