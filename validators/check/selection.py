"""What a run of `check` is about: asked once what was asked for, and then only passed on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..sources import changes
from ..sources.customer import CustomerTree
from ..sources.tree import CUSTOMERS, Tree, TreeError
from . import libraries


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


@dataclass(frozen=True)
class Selection:
    """The apps to report on; the others are known by what they claim. A run over few apps differs in nothing else."""

    tree: Tree
    asked: frozenset[str]
    """The names of the apps to report on."""
    others: frozenset[str] = frozenset()
    cached: bool = True
    workers: int | None = None
    """Processes at a time; None: one a core."""
    reference: bool = False
    """Whether kubernetes-validate judges the objects, too."""

    @property
    def whole(self) -> bool:
        """Whether all apps of the tree were asked for."""
        return not self.others

    def by_library(self) -> Iterator["Selection"]:
        """Yield the parts that each version of the library renders: one, where the tree has no rings.

        Raises TreeError where a ring's version isn't in the repository.
        """
        for tree, names in libraries.by_library(self.tree, self.asked | self.others):
            part = frozenset(names)
            yield replace(self, tree=tree, asked=self.asked & part, others=self.others & part)


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
    if options.paths:
        names = changes.touched([changes.relative(tree, path) for path in options.paths], names, tree.zones)
        if not names and not any(tree.stray()):
            raise TreeError(f"nothing to check: {', '.join(map(str, options.paths))} belongs to no app")
    if not every:
        raise TreeError(f"nothing to check: there is no app under {tree.root}/{tree.zones.platform} or {CUSTOMERS}")
    return names
