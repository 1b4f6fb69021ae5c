"""One run of `check`: which apps, from the cache or in how many processes, what is suppressed, and the report."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..app import suppress
from ..app.sources import Sources
from ..finding import CUSTOMER, Finding, Place, Report, merged
from ..policy import contact, limits
from ..render import renderer_process
from ..sources import changes
from ..sources.customer import CustomerTree
from ..sources.tree import CUSTOMERS, PLATFORM, Tree, TreeError
from . import audience, engine
from .cache import Cache
from .engine import Result

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from .workspace import Workspace


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


def check(options: Options) -> Report:
    """Check and return the report.

    Raises TreeError where there is nothing to check or no tree, KustomizeError where kustomize is missing.
    """
    start = time.monotonic()
    tree = tree_of(options)
    names = tree.app_names()
    wanted = set(names) if isinstance(tree, CustomerTree) else chosen(tree, options, names)
    results = list(checked(tree, names, wanted, options))
    asked = [result for result in results if result.name in wanted]
    findings = [finding for result in asked for finding in result.findings]
    between = [f for f in _fleet(tree, results, options) if not f.app or f.app in wanted]
    if between and _quick(options, wanted):  # it was a hint: what do the others claim now?
        others = [name for name in names if name not in wanted]
        results = [*asked, *checked(tree, others, set(), options)]
        between = [f for f in _fleet(tree, results, options) if not f.app or f.app in wanted]
    findings += between
    whole = len(wanted) == len(results)
    findings = suppress.apply(findings, [s for result in asked for s in result.suppressions], whole=whole)
    findings += _stray(tree) if whole else []
    findings = [
        audience.addressed(finding, contact.UNKNOWN, own=isinstance(tree, CustomerTree)) for finding in findings
    ]
    if options.reference:
        from . import reference  # needs an extra, 108 MB

        findings += reference.findings(tree, wanted)
    if isinstance(tree, CustomerTree):
        findings = [replace(f, place=f.place._replace(path=tree.shown(f.place.path))) for f in findings]
    files = sum(result.files for result in asked) + len(tree.library.files)
    return Report(
        merged(findings),
        apps=len(asked),
        files=files,
        seconds=time.monotonic() - start,
        colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
    )


def tree_of(options: Options) -> Tree:
    """Return the tree that was asked for: a customer's own folder, the one at --root, or the one around here."""
    if options.customer is None:
        return Tree(options.root) if options.root else Tree.around(options.paths[0] if options.paths else Path())
    if options.since is not None or options.root is not None or len(options.paths) > 1:
        raise TreeError("--customer takes one PATH, and neither --since nor --root")
    return CustomerTree(options.paths[0] if options.paths else Path(), options.customer)


def chosen(tree: Tree, options: Options, every: list[str]) -> set[str]:
    """Return the names of the apps that were asked for, of all that there are.

    Raises TreeError where that is none.
    """
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


def _fleet(tree: Tree, results: list[Result], options: Options) -> list[Finding]:
    """Return what is wrong between apps: an app that hasn't changed isn't told what only another's change makes wrong.

    Who lists a host that is somebody else's must not turn that app's check red.
    """
    found = list(engine.fleet(results))
    if not found:
        return []
    changed: set[str] = set()
    with contextlib.suppress(TreeError):  # no git, no history: all are told
        changed = changes.since(tree, options.since or "HEAD", [result.name for result in results])
    before = {
        (finding.app, finding.rule, finding.place)
        for finding in engine.fleet(result for result in results if result.name not in changed)
    }
    return [f for f in found if f.app in changed or (f.app, f.rule, f.place) in before]


def _stray(tree: Tree) -> list[Finding]:
    return [Finding(Place(r.path), "customer-files", r.message, r.hint, owner=CUSTOMER) for r in tree.stray()]


def checked(tree: Tree, names: list[str], wanted: set[str], options: Options) -> Iterator[Result]:
    """Yield the results of the wanted apps, and of the others for what they claim: only as far as the cache has them
    where paths were given, as by a hook, which must be quick. To be quicker still, few apps get what the others claimed
    in their last run."""
    quick = _quick(options, wanted)
    with Cache(tree, enabled=options.cached, few=quick) as cache, _Fresh(tree, cache, options.workers) as fresh:
        claimed = cache.last_facts(names) if quick else {}
        for name in sorted(names, key=lambda name: name not in wanted):
            if name in claimed and name not in wanted:
                yield Result(name, facts=claimed[name])
            elif result := cache.get(name):
                yield result
            elif name in wanted or not options.paths:
                if quick:
                    _workspace(tree)  # its process starts while the other apps are looked up
                fresh.add(name)
        for result in fresh.results():
            if not result.failed:
                cache.put(result)
            yield result


def _quick(options: Options, wanted: set[str]) -> bool:
    """Whether few apps were asked for, as by a hook."""
    return bool(options.paths) and 0 < len(wanted) <= limits.BATCH


class _Fresh:
    """The apps to check now: in this process if they are few, else in others, which begin while more are added."""

    def __init__(self, tree: Tree, cache: Cache, workers: int | None) -> None:
        self._tree, self._cache = tree, cache
        self._workers = workers or os.cpu_count() or 1
        self._names: list[str] = []
        self._count = 0
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: list[Future] = []

    def __enter__(self) -> "_Fresh":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def add(self, name: str) -> None:
        """Take an app in."""
        self._names.append(name)
        self._count += 1
        if self._workers > 1 and len(self._names) > limits.BATCH:
            self._submit(self._names[: limits.BATCH])
            del self._names[: limits.BATCH]

    def results(self) -> Iterator[Result]:
        """Yield the results as they come."""
        if self._pool is None:
            for start in range(0, len(self._names), limits.BATCH):
                yield from _check(self._tree, self._names[start : start + limits.BATCH], self._cache)
            return
        from concurrent.futures import as_completed

        self._submit(self._names)
        done = 0
        for future in as_completed(self._waiting):
            results = future.result()
            done += len(results)
            _progress(done, self._count)
            yield from results
        _progress(0, 0)

    def _submit(self, names: list[str]) -> None:
        if self._pool is None:
            from concurrent.futures import ProcessPoolExecutor  # 30 ms that one app does without

            renderer_process.end()
            arguments = (str(self._tree.root), self._cache.enabled)
            self._pool = ProcessPoolExecutor(self._workers, initializer=_begin, initargs=arguments)
        self._waiting.append(self._pool.submit(_check_chunk, names))


_STATE: dict = {}
"""Of this process: the tree and its workspace, kept from chunk to chunk."""


def _workspace(tree: Tree) -> "Workspace":
    """Return this process's workspace for a tree."""
    if _STATE.get("tree") is not tree:
        close()
        import atexit

        from .workspace import Workspace

        _STATE.update(tree=tree, workspace=Workspace(tree.library))
        atexit.register(close)
    return _STATE["workspace"]


def _check(tree: Tree, names: list[str], cache: Cache) -> list[Result]:
    """Check some apps in this process."""
    workspace = _workspace(tree)
    workspace.baselines.store = cache
    return engine.check([Sources.read(tree, name) for name in names], workspace)


def _begin(root: str, cached: bool) -> None:
    """Prepare a worker process: by the cache, what one has rendered serves the others."""
    from multiprocessing.util import Finalize

    tree = Tree(Path(root))
    _WORKER.update(tree=tree, cache=Cache(tree, enabled=cached).__enter__())
    Finalize(None, close, exitpriority=0)  # what atexit does in the first process only


_WORKER: dict = {}
"""Of a worker process: its tree, and its own connection to the cache."""


def _check_chunk(names: list[str]) -> list[Result]:
    return _check(_WORKER["tree"], names, _WORKER["cache"])


def close() -> None:
    """Delete this process's workspace."""
    if workspace := _STATE.pop("workspace", None):
        workspace.__exit__()
    _STATE.clear()


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        text = f"\r{done:,} of {total:,} apps checked" if total else "\r" + " " * 40 + "\r"
        print(text, end="", file=sys.stderr, flush=True)
