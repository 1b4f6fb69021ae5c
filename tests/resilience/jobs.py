"""Tasks handed to an app's queue over its API, and what became of those it has accepted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.e2e.app import App
from tests.e2e.wait import eventually
from tests.e2e.watch import repeated

QUERY = "select coalesce(json_agg(json_build_object('id', id, 'state', state, 'attempts', attempts)), '[]') from example_job"


def set_variables(app: App, **variables: object) -> None:
    """Commit lines of app.env, which rolls the pods."""

    def change(app: App) -> None:
        file = app.customer_folder / "app.env"
        kept = [line for line in file.read_text().splitlines() if line.partition("=")[0] not in variables]
        file.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in variables.items()), ""]))

    app.commit(", ".join(variables), change)


class Jobs:
    """The tasks that an app has accepted."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.accepted: list[str] = []
        self.refused = 0

    def submit(self, seconds: float, count: int = 1) -> list[str]:
        """Hand in tasks of that length; AssertionError unless all are accepted."""
        made = [self.try_submit(seconds) for _ in range(count)]
        assert all(made), f"{made.count('')} of {count} tasks were refused"
        return made

    def try_submit(self, seconds: float) -> str:
        """Hand a task in; its id, or nothing if the app did not say that it has it."""
        try:
            answer = self.app.api("POST", "jobs", {"seconds": seconds})
        except OSError:
            answer = None
        if answer is None or answer.status != 202:
            self.refused += 1
            return ""
        self.accepted.append(json.loads(answer.body)["id"])
        return self.accepted[-1]

    @contextmanager
    def keep_submitting(self, every: float = 0.5) -> Iterator[None]:
        """Hand in short tasks, one after the other, for as long as the block runs."""
        with repeated(lambda: self.try_submit(0.1), every):
            yield

    def found(self) -> dict[str, dict[str, Any]]:
        """Each accepted task's state and attempts, as the app's database has them."""
        rows = {row["id"]: row for row in json.loads(self.app.sql(QUERY))}
        return {name: rows.get(name, {"state": "lost", "attempts": 0}) for name in self.accepted}

    def states(self) -> Counter[str]:
        """How many are queued, running, done, lost."""
        return Counter(row["state"] for row in self.found().values())

    def wait_running(self, names: list[str], seconds: float = 60) -> None:
        """Wait until a worker has begun each of those."""
        for attempt in eventually(seconds):
            with attempt:
                found = self.found()
                states = [found[name]["state"] for name in names]
                assert set(states) == {"running"}, states

    def wait_done(self, seconds: float) -> None:
        """Wait until every accepted task is done."""
        for attempt in eventually(seconds):
            with attempt:
                assert self.states().keys() == {"done"}, dict(self.states())

    def repeated(self) -> set[str]:
        """Those that were begun more than once."""
        return {name for name, row in self.found().items() if row["attempts"] > 1}

    def __str__(self) -> str:
        done, again = self.states()["done"], len(self.repeated())
        return f"{done} of {len(self.accepted)} done, {again} begun twice, {self.refused} refused at once"
