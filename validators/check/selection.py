"""What a run of `check` is about: asked once what was asked for, and then only passed on."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from ..policy import limits
from ..sources import changes
from ..sources.customer import CustomerTree
from ..sources.tree import CUSTOMERS, PLATFORM, Tree, TreeError


@dataclass
class Options:
    """What `check` was asked for."""

    paths: list[Path] = field(default_factory=list)
    root: Path | None = None
    since: str | None = None
    customer: str | None = None
    cached: bool = True
    workers: int | None = None
    reference: bool = False
    """Whether to hold the verdicts of rule `schema` against kubernetes-validate, which must be installed."""


class Known(Enum):
    """How far apps are known that nobody asked for: their facts count where something may be there only once."""

    CHECKED = "each is looked up in the cache, or checked now"
    CACHED = "each is looked up in the cache, and left out where it isn't there"
    LAST_RUN = "by the facts of its last run, which may be others by now; one that has none as CACHED"


@dataclass(frozen=True)
class Selection:
    """The apps to report on, and what of the others is to be known. A run over few apps differs in nothing else."""

    tree: Tree
    asked: frozenset[str]
    """The names of the apps to report on."""
    others: frozenset[str] = frozenset()
    known: Known = Known.CHECKED
    """How far the others are known."""
    since: str = "HEAD"
    """The git revision since which an app that differs has changed."""
    cached: bool = True
    workers: int | None = None
    """Processes at a time; None: one a core."""
    reference: bool = False
    """Whether kubernetes-validate judges the objects, too."""

    @property
    def whole(self) -> bool:
        """Whether all apps of the tree were asked for."""
        return not self.others


def select(options: Options) -> Selection:
    """Return what was asked for.

    Raises TreeError where there is no tree, or nothing in it to check.
    """
    tree = _tree(options)
    names = tree.app_names()
    asked = set(names) if options.customer is not None else _asked(tree, options, names)
    return Selection(
        tree,
        frozenset(asked),
        frozenset(names) - asked,
        _known(options, len(asked)),
        options.since or "HEAD",
        options.cached,
        options.workers,
        options.reference,
    )


def _tree(options: Options) -> Tree:
    """Return the tree that was asked for: a customer's own folder, the one at --root, or the one around here."""
    if options.customer is None:
        return Tree(options.root) if options.root else Tree.around(options.paths[0] if options.paths else Path())
    if options.since is not None or options.root is not None or len(options.paths) > 1:
        raise TreeError("--customer takes one PATH, and neither --since nor --root")
    return CustomerTree(options.paths[0] if options.paths else Path(), options.customer)


def _asked(tree: Tree, options: Options, every: list[str]) -> set[str]:
    """Return the names of the apps that were asked for, of all that there are. Raises TreeError where that is none."""
    names = set(every)
    if options.since is not None:
        names = changes.since(tree, options.since, names)
        if not names:
            raise TreeError(f"nothing to check: no app changed since {options.since}")
    if options.paths:
        names = changes.touched([changes.relative(tree, path) for path in options.paths], names)
        if not names:
            raise TreeError(f"nothing to check: {', '.join(map(str, options.paths))} belongs to no app")
    if not names:
        raise TreeError(f"nothing to check: there is no app under {tree.root}/{PLATFORM} or {CUSTOMERS}")
    return names


def _known(options: Options, asked: int) -> Known:
    """Return how far the other apps are known. Who names paths, as a hook does, mustn't wait for all of them."""
    if not options.paths:
        return Known.CHECKED
    return Known.LAST_RUN if asked <= limits.BATCH else Known.CACHED
