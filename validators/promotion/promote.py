"""Take one customer's commit into the platform's repository, or say why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from ..app.sources import Sources
from ..check import changes_text, diff, run
from ..check.selection import Selection
from ..finding import Report, count, printable
from ..sources import app_file, cluster, committed, plumbing
from ..sources.app_file import Pin, Repository
from ..sources.folder import Folder
from ..sources.git_objects import Objects
from ..sources.git_tree import GitTree
from ..sources.tree import TreeError, zone_paths
from . import channel, facts, fetch, message, signature
from .platform import Platform
from .problem import Failed, Moved, Refused
from .verdict import PINNED, PROMOTED, REFUSED, REVIEW, UNCHANGED, Verdict

REVIEWS = "review"
"""The branches `review/<customer>/<app>/<commit>` wait for somebody of the platform."""


@dataclass(frozen=True)
class Asked:
    """What is asked for beside the app: the customer's commit that somebody of the platform has read, and who that is."""

    approved: str = ""
    by: str = ""


def promote(platform: Platform, name: str, asked: Asked, say: Callable[[str], None]) -> Verdict:
    """Promote the newest commit of an app's repository, the pinned or the approved one, and tell its customer.

    say: called with a line for people at each step. Raises Failed where something of the platform's stands in the way.
    """
    head = GitTree(platform.root, platform.head())
    repository, pin = _of(head, name)
    pinned = pin if pin and date.today() <= pin.until and not asked.approved else None
    try:
        newest = fetch.tip(repository)
    except Refused as reason:
        raise Failed(f"{name}: {reason}") from None
    wanted = pinned.commit if pinned else asked.approved or newest
    say(f"{name}: fetching {wanted[:12]} from {repository.url}")
    with fetch.store() as store:
        verdict, told = _judged(platform, name, repository, store, wanted, pinned, asked, say)
        if pinned and newest != wanted:
            verdict = Verdict(name, PINNED, newest, _pinned(pinned, verdict), verdict.landed)
            fetch.commit(store, repository.url, newest)
        channel.tell(store, repository.url, verdict.commit, f"{verdict.state}\n\n{verdict.text}", told)
    return verdict


def _of(tree: GitTree, name: str) -> tuple[Repository, Pin | None]:
    platform = zone_paths(name)[1]
    if name not in tree.app_names():
        raise Failed(f"{name}: there is no {platform} on the branch that is promoted to")
    file = app_file.read(tree.read(platform))
    if file is None or file.repository is None:
        raise Failed(f"{name}: {platform}/app.yaml names no repository: write spec.repository, and push it")
    return file.repository, file.pinned


def _judged(
    platform: Platform,
    name: str,
    repository: Repository,
    store: Path,
    commit: str,
    pinned: Pin | None,
    asked: Asked,
    say: Callable[[str], None],
) -> tuple[Verdict, str]:
    """Return what becomes of a commit, and the app's facts."""
    try:
        fetch.commit(store, repository.url, commit)
        signature.verify(store, commit, repository.signers)
    except Refused as reason:
        return Verdict(name, REFUSED, commit, f"{commit[:12]} {reason}\n"), ""
    with Objects(store) as objects:
        origin = message.read(objects.bytes(commit), repository.url, commit)
        folder = committed.folder(objects, commit, zone_paths(name)[0])
    landing = _Landing(platform, name, repository, folder, origin, pinned, asked, say)
    return landing.land()


@dataclass(frozen=True)
class _Landing:
    """One commit on its way into the platform's repository."""

    platform: Platform
    name: str
    repository: Repository
    folder: Folder
    origin: message.Origin
    pinned: Pin | None
    asked: Asked
    say: Callable[[str], None]

    @retry(
        retry=retry_if_exception_type(Moved),
        stop=stop_after_attempt(20),
        wait=wait_random_exponential(0.1, 5),
        reraise=True,
    )
    def land(self) -> tuple[Verdict, str]:
        """Check on what the platform's branch is now, commit and push; all of it again where somebody else was faster."""
        before = GitTree(self.platform.root, self.platform.head())
        after = GitTree(self.platform.root, before.commit, {self.folder.path: self.folder})
        self.say(f"{self.name}: checking")
        others = frozenset(after.app_names()) - {self.name}
        report = run.judge(Selection(after, frozenset({self.name}), others))
        told = facts.text(Sources.read(after, self.name), _library(after))
        theirs = message.for_customer(report, self.name, others, cluster.contact(after.library))
        text = message.printed(theirs)
        commit = self.origin.commit
        if report.errors:
            return Verdict(self.name, REFUSED, commit, text + _ours(report.errors - theirs.errors)), told
        tree = self.platform.with_folder(before.commit, self.folder)
        if tree == self.platform.tree_of(before.commit):
            return Verdict(self.name, UNCHANGED, commit, text), told
        changes = "".join(map(changes_text.table, diff.between(before, after, [self.name])))
        return self._pushed(before.commit, tree, report, changes, text), told

    def _pushed(self, head: str, tree: str, report: Report, changes: str, text: str) -> Verdict:
        review = self.repository.promotion == REVIEW_FIRST and not (self.asked.approved or self.pinned)
        words = message.commit(
            self.name,
            self.origin,
            message.verdict(report),
            changes=changes if review else "",
            approved=self.asked.by if self.asked.approved else "",
            pinned=f"until {self.pinned.until}: {self.pinned.reason}" if self.pinned else "",
        )
        made = self.platform.commit(tree, head, words)
        branch = f"{REVIEWS}/{self.name}/{self.origin.commit}" if review else self.platform.branch
        self.say(f"{self.name}: pushing {made[:12]} to {branch}")
        if review and self.platform.has_branch(branch):
            return Verdict(self.name, REVIEW, self.origin.commit, f"{changes}{text}")
        self.platform.push(made, branch)
        return Verdict(self.name, REVIEW if review else PROMOTED, self.origin.commit, f"{changes}{text}", made)


REVIEW_FIRST = "review"


def _library(tree: GitTree) -> str:
    """Return the newest version that the platform's branch has."""
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
