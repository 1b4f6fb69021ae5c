"""Take one customer's commit into the platform's repository, or say why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    stop_all,
    wait_random_exponential,
)

from ..app.sources import Sources
from ..check import changes_text, diff, libraries, run
from ..check.selection import Selection
from ..finding import Report, count, printable
from ..sources import app_file, cluster, committed, plumbing
from ..sources.app_file import Pin, Repository
from ..sources.folder import KUSTOMIZATION, Folder
from ..sources.git_objects import Objects
from ..sources.git_tree import GitTree
from ..sources.tree import TreeError
from ..sources.zones import CUSTOMERS
from . import channel, facts, fetch, message, signature
from .platform import Platform
from .problem import Failed, Moved, Refused
from .verdict import PINNED, PROMOTED, REFUSED, REVIEW, UNCHANGED, Verdict

REVIEWS = "review"
"""What app.yaml says; and the branches `review/<customer>/<app>/<commit>` wait for somebody of the platform."""

_RACE_SECONDS = 900


@dataclass(frozen=True)
class Asked:
    """What is asked for beside the app: the customer's commit that somebody of the platform has read, and who that is."""

    approved: str = ""
    by: str = ""


def promote(platform: Platform, name: str, asked: Asked, say: Callable[[str], None]) -> Verdict:
    """Promote the newest commit of an app's repository, the pinned or the approved one, and tell its customer.

    say: called with a line for people at each step. Raises Failed where something of the platform's stands in the way.
    """
    repository, pin = _of(GitTree(platform.root, platform.head()), name)
    pinned = pin if pin and date.today() <= pin.until and not asked.approved else None
    try:
        newest = fetch.tip(repository)
    except (Failed, Refused) as reason:
        if not pinned:
            raise Failed(f"{name}: {reason}") from None
        say(f"{name}: {reason}: it is pinned, and goes on")
        newest = ""
    wanted = pinned.commit if pinned else asked.approved or newest
    with fetch.store() as store:
        verdict, told = _Promotion(platform, name, repository, pinned, asked, say).judge(store, wanted)
        if pinned and newest != wanted and verdict.state != REFUSED:
            verdict = Verdict(name, PINNED, newest or wanted, _pinned(pinned, verdict), verdict.landed)
        try:
            if newest:
                channel.tell(store, repository.url, verdict.commit, f"{verdict.state}\n\n{verdict.text}", told)
        except Failed as problem:
            say(f"{name}: the customer isn't told, which takes a key that may write: {problem}")
    return verdict


def _of(tree: GitTree, name: str) -> tuple[Repository, Pin | None]:
    platform = tree.zones.of(name)[1]
    if name not in tree.app_names():
        raise Failed(f"{name}: there is no {platform} on the branch that is promoted to")
    file = app_file.read(tree.read(platform))
    if file is None or file.repository is None:
        raise Failed(f"{name}: {platform}/app.yaml names no repository: write spec.repository, and push it")
    return file.repository, file.pinned


@dataclass(frozen=True)
class _Promotion:
    """One commit on its way into the platform's repository."""

    platform: Platform
    name: str
    repository: Repository
    pinned: Pin | None
    asked: Asked
    say: Callable[[str], None]

    def judge(self, store: Path, commit: str) -> tuple[Verdict, str]:
        """Return what becomes of a commit of the customer's, and the app's facts."""
        path = f"{CUSTOMERS}/{self.name}"
        before = self.platform.promoted(path, commit) if self.pinned else ""
        if before:  # as it was taken then: the customer's server needn't have it any more
            author = self.platform.trailer(before, message.AUTHOR)
            origin = message.Origin(self.repository.url, commit, author, f"back to {commit[:12]}")
            return self.land(GitTree(self.platform.root, before).read(path), origin)
        self.say(f"{self.name}: fetching {commit[:12]} from {self.repository.url}")
        try:
            fetch.commit(store, self.repository.url, commit)
            signature.verify(store, commit, self.repository.signers)
        except Refused as reason:
            return Verdict(self.name, REFUSED, commit, f"{commit[:12]} {reason}\n"), ""
        with Objects(store) as objects:
            origin = message.read(objects.bytes(commit), self.repository.url, commit)
            folder = committed.folder(objects, commit, path)
        if KUSTOMIZATION not in folder.files and not folder.refused:
            missing = (
                f"has no {KUSTOMIZATION} at its top: the repository holds the files of one app, as its folder would"
            )
            return Verdict(self.name, REFUSED, commit, f"{commit[:12]} {missing}\n"), ""
        return self.land(folder, origin)

    @retry(
        retry=retry_if_exception_type(Moved),
        # Who loses the race has let somebody else win it: against many writers, or with a slow check, that is often.
        stop=stop_all(stop_after_attempt(20), stop_after_delay(_RACE_SECONDS)),
        wait=wait_random_exponential(0.1, 5),
        reraise=True,
    )
    def land(self, folder: Folder, origin: message.Origin) -> tuple[Verdict, str]:
        """Check on what the platform's branch is now, commit and push; all of it again where somebody else was faster."""
        before = GitTree(self.platform.root, self.platform.head())
        after = GitTree(self.platform.root, before.commit, {folder.path: folder})
        self.say(f"{self.name}: checking")
        others = frozenset(after.app_names()) - {self.name}
        report = run.judge(Selection(after, frozenset({self.name}), others))
        told = facts.text(Sources.read(after, self.name), _library(after, self.name))
        theirs = message.for_customer(report, self.name, others, cluster.contact(after.library))
        text = message.printed(theirs)
        commit = origin.commit
        if report.errors:
            return Verdict(self.name, REFUSED, commit, text + _ours(report.errors - theirs.errors)), told
        tree = self.platform.with_folder(before.commit, folder)
        if tree == self.platform.tree_of(before.commit):
            return Verdict(self.name, UNCHANGED, commit, text), told
        rendered_by = [libraries.by_library(side, [self.name])[0][0] for side in (before, after)]
        changes = "".join(map(changes_text.table, diff.between(*rendered_by, [self.name])))
        changed = f"{changes}{text}"
        if not self._waits:
            made = self._committed(tree, before.commit, origin, report, "")
            self._push(made, self.platform.branch, before.commit)
            return Verdict(self.name, PROMOTED, commit, changed, made), told
        branch = f"{REVIEWS}/{self.name}/{commit}"
        made = "" if self.platform.has_branch(branch) else self._committed(tree, before.commit, origin, report, changes)
        if made:
            self._push(made, branch, before.commit)
        return Verdict(self.name, REVIEW, commit, changed, made), told

    @property
    def _waits(self) -> bool:
        """Whether somebody of the platform reads it first, and hasn't yet."""
        return self.repository.promotion == REVIEWS and not (self.asked.approved or self.pinned)

    def _committed(self, tree: str, head: str, origin: message.Origin, report: Report, changes: str) -> str:
        words = message.commit(
            self.name,
            origin,
            message.verdict(report),
            changes=changes,
            approved=self.asked.by if self.asked.approved else "",
            pinned=f"until {self.pinned.until}: {self.pinned.reason}" if self.pinned else "",
        )
        return self.platform.commit(tree, head, words)

    def _push(self, commit: str, branch: str, head: str) -> None:
        self.say(f"{self.name}: pushing {commit[:12]} to {branch}")
        self.platform.push(commit, branch, head)


def _library(tree: GitTree, name: str) -> str:
    """Return the version of the library that an app gets: its ring's, else the newest that the branch has."""
    ring = tree.rings.named(tree.ring_of(name)) if tree.rings else None
    if ring:
        return ring.version.name
    try:
        return plumbing.run(tree.root, "describe", "--tags", "--match=v*", "--abbrev=0", tree.commit).decode().strip()
    except TreeError:
        return "unreleased"


def _pinned(pin: Pin, verdict: Verdict) -> str:
    return f"your app is held at {pin.commit} until {pin.until}: {printable(pin.reason)}\n{verdict.text}"


def _ours(errors: int) -> str:
    return (
        f"{count(errors, 'error')} in the platform's files: nothing for you to do, the platform has been told\n"
        if errors
        else ""
    )
