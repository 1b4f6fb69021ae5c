"""Check many apps: in this process if they are few, else in others, which begin while more are added."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from ..policy import limits
from ..sources.tree import Tree
from .cache.results import Cache
from .checker import Checker
from .result import Result

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor


class Pool:
    """The apps that are to be checked. Use it as a context manager: add them, then ask for the results."""

    def __init__(self, tree: Tree, checker: Checker, *, cached: bool, workers: int | None) -> None:
        """`checker` is this process's own; `cached`: whether the others use the cache; `workers`: None for one a core."""
        self._checker = checker
        self._arguments = (tree, cached)
        self._workers = workers or os.cpu_count() or 1
        self._names: list[str] = []
        """Added, and given to no other process yet."""
        self.count = 0
        self._processes: ProcessPoolExecutor | None = None
        self._futures: list[Future] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        if self._processes:
            self._processes.shutdown(cancel_futures=True)

    def add(self, name: str) -> None:
        """Take an app in."""
        self._names.append(name)
        self.count += 1
        if self._workers > 1 and len(self._names) > limits.BATCH:
            self._submit(self._names[: limits.BATCH])
            del self._names[: limits.BATCH]

    def results(self) -> Iterator[Result]:
        """Yield the results as they come."""
        if self._processes is None:
            for start in range(0, len(self._names), limits.BATCH):
                yield from self._checker.check(self._names[start : start + limits.BATCH])
            return
        from concurrent.futures import as_completed

        self._submit(self._names)
        done = 0
        for future in as_completed(self._futures):
            results = future.result()
            done += len(results)
            _progress(done, self.count)
            yield from results
        _progress(0, 0)

    def _submit(self, names: list[str]) -> None:
        if self._processes is None:
            from concurrent.futures import ProcessPoolExecutor  # 30 ms that one app does without

            self._checker.close()  # its renderer would be idle
            self._processes = ProcessPoolExecutor(self._workers, initializer=_worker, initargs=self._arguments)
        self._futures.append(self._processes.submit(_check, *self._arguments, names))


@cache
def _worker(tree: Tree, cached: bool) -> Checker:
    """Return the checker of this worker process, made when it starts and kept from batch to batch.

    It has its own connection to the cache: what one worker has rendered serves the others.
    """
    from multiprocessing.util import Finalize

    checker = Checker(tree, Cache(tree, enabled=cached).__enter__())
    Finalize(checker, checker.close, exitpriority=0)  # what atexit does in the first process only
    return checker


def _check(tree: Tree, cached: bool, names: list[str]) -> list[Result]:
    return _worker(tree, cached).check(names)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        text = f"\r{done:,} of {total:,} apps checked" if total else "\r" + " " * 40 + "\r"
        print(text, end="", file=sys.stderr, flush=True)
