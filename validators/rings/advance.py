"""Give a ring its next version, where nothing speaks against it; or the one before again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ..check import libraries
from ..finding import Finding
from ..sources import git
from ..sources.rings import Ring, Rings, Version
from ..sources.tree import Tree, TreeError
from . import rendering, settings
from .answers import Answer

Ask = Callable[[Iterable[str]], Mapping[str, Answer]]


@dataclass
class Judgement:
    """What speaks against giving a ring its next version; nothing, where `refusals` is empty."""

    ring: Ring
    version: Version
    refusals: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    silent: list[Answer] = field(default_factory=list)
    """Apps of the ring that don't answer now already."""

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.refusals


class Members(NamedTuple):
    """The rings of a tree, and the apps of each by the ring's name."""

    rings: Rings
    apps: dict[str, list[str]]


def members(tree: Tree) -> Members:
    """Return a tree's rings and their apps. Raises TreeError where there are none, or rings.yaml is malformed."""
    for problem in tree.ring_problems:
        raise TreeError(f"{tree.zones.rings_file}:{problem.line}: {problem.message}: {problem.hint}")
    if tree.rings is None:
        raise TreeError(f"there is no {tree.zones.rings_file}: docs/rings.md says how to begin with rings")
    apps: dict[str, list[str]] = {ring.name: [] for ring in tree.rings.rings}
    for name in tree.app_names():
        apps.setdefault(tree.ring_of(name), []).append(name)
    return Members(tree.rings, apps)


def ring_named(known: Rings, name: str) -> Ring:
    """Return a ring by its name. Raises TreeError that names those that there are."""
    if ring := known.named(name):
        return ring
    raise TreeError(f"there is no ring {name!r}: there are {', '.join(ring.name for ring in known.rings)}")


def next_version(tree: Tree, known: Rings, ring: Ring, now: datetime, to: str | None = None) -> Version:
    """Return what the ring gets next: the version of the ring before it; for the first ring the tag `to`, or the newest.

    Raises TreeError where there is none, or its commit isn't part of HEAD.
    """
    before = known.before(ring)
    if before is not None:
        if to and to != before.version.name:
            raise TreeError(
                f"{ring.name} gets what {before.name} has, {before.version.name}; only the first ring takes {to}"
            )
        return before.version
    tags = git.run(tree.repository, "tag", "--list", "v[0-9]*", "--sort=-version:refname").decode().split()
    name = to or next(iter(tags), "")
    if name not in tags:
        there = f"there are {', '.join(tags[:5])}" if tags else "there is none: `make release` makes one"
        raise TreeError(f"{name or 'a released version'} is no tag of a version; {there}")
    commit = git.verify(tree.repository, f"refs/tags/{name}")
    if git.missing(tree.repository, commit, "HEAD"):
        raise TreeError(f"{name} ({commit[:12]}) isn't part of what is checked out: nobody here has merged it")
    taken = next((version for version in known.versions if version.name == name), None)
    if taken and taken.commit != commit:
        raise TreeError(f"the tag {name} was moved: it was {taken.commit[:12]} when it was taken, and is {commit[:12]}")
    return taken or Version(name, commit, now)


def judge(tree: Tree, ring: Ring, version: Version, now: datetime, ask: Ask, excused: frozenset[str]) -> Judgement:
    """Say what speaks against giving `ring` this version: its time in the ring before, apps there that answered before and
    don't now, and what the rules find in the ring's own apps.

    `ask` returns what apps answer now; `excused` are apps whose silence has another reason. Raises TreeError,
    ClusterProblem.
    """
    known = members(tree)
    judgement = Judgement(ring, version)
    if version == ring.version:
        judgement.refusals.append(f"{ring.name} has {version.name} already")
        return judgement
    before = known.rings.before(ring)
    if before is not None:
        if (left := before.since + before.soak - now).total_seconds() > 0:
            hours = left.total_seconds() / 3600
            soak = settings.length(before.soak)
            judgement.refusals.append(f"{version.name} is to be in {before.name} for {soak}: {hours:.1f} hours to go")
        judgement.refusals += _fallen_silent(before, ask(known.apps[before.name]), excused)
    judgement.findings = _new_findings(tree, version, known.apps[ring.name])
    if judgement.findings:
        apps = sorted({finding.app for finding in judgement.findings})
        judgement.refusals.append(f"by {version.name} the rules refuse {', '.join(apps)}")
    if judgement.passed:
        judgement.silent = [answer for answer in ask(known.apps[ring.name]).values() if answer.why]
    return judgement


def _fallen_silent(ring: Ring, answers: Mapping[str, Answer], excused: frozenset[str]) -> list[str]:
    """Return the apps that answered when their ring got its version, and don't now: one at a time, each with the reason."""
    return [
        f"{answer.app}, in {ring.name}, answered before {ring.version.name} and doesn't now: {answer.why}"
        for answer in answers.values()
        if answer.why
        and answer.app not in ring.silent
        and answer.app not in excused
        and (answer.made is None or answer.made < ring.since)
    ]


def _new_findings(tree: Tree, version: Version, apps: list[str]) -> list[Finding]:
    """Return the errors of apps by the new version, of those that have none by their own."""
    refused = _errors([(libraries.with_version(tree, version), sorted(apps))])
    already = _errors(libraries.by_library(tree, refused)) if refused else {}
    return [finding for app, findings in sorted(refused.items()) if app not in already for finding in findings]


def _errors(groups: list[tuple[Tree, list[str]]]) -> dict[str, list[Finding]]:
    return {one.app: one.findings for one in rendering.render(groups) if one.findings}


def advanced(judgement: Judgement, known: Rings, now: datetime) -> Rings:
    """Return the rings with the ring's next version, and which of its apps didn't answer before."""
    silent = tuple(sorted(answer.app for answer in judgement.silent))
    return settings.moved(known, judgement.ring, judgement.version, now, silent)


def back(known: Rings, ring: Ring, now: datetime) -> Rings:
    """Return the rings where one has the version before its own again. Raises TreeError where none is known."""
    older = known.versions[known.versions.index(ring.version) + 1 :]
    if not older:
        raise TreeError(f"{ring.name} has {ring.version.name}, and rings.yaml knows no version before it")
    return settings.moved(known, ring, older[0], now, ring.silent)
