"""The queue: one app after the other, and one promotion at a time in a clone."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from ..finding import printable
from ..sources.tree import TreeError
from .pending import Pending
from .platform import Platform
from .problem import Failed
from .promote import Asked, promote
from .verdict import REFUSED, Verdict

_STATUS_SECONDS = 30


@dataclass(frozen=True)
class Queue:
    """`status` is a program that is told of each verdict, or empty; `say` gets lines for people."""

    platform: Platform
    status: str
    say: Callable[[str], None]

    def one(self, name: str, asked: Asked) -> int:
        """Promote one app: 0, or 1 where its commit was refused. Raises Failed."""
        with self.platform.alone():
            return self._promoted(name, asked)

    def all(self) -> int:
        """Promote all that wait; what goes wrong with one is no other's: 0, else the highest of one()'s, 2 for failed."""
        with self.platform.alone():
            pending = Pending(self.platform)
            names, problems = pending.names()
            codes = [0]
            for name in names:
                try:
                    codes.append(self._promoted(name, Asked()))
                except (Failed, TreeError) as problem:
                    problems.append(f"{name}: {problem}")
            for problem in problems:
                self.say(f"promote: {printable(problem)}")
            return 2 if problems else max(codes)

    def _promoted(self, name: str, asked: Asked) -> int:
        verdict = promote(self.platform, name, asked, self.say)
        Pending(self.platform).done(verdict)
        landed = f", {verdict.landed[:12]} here" if verdict.landed else ""
        self.say(f"{name}: {verdict.commit[:12]} {verdict.state}{landed}")
        self.say("".join(f"  {line}\n" for line in verdict.text.splitlines()).rstrip())
        if self.status:
            self._report(verdict)
        return 1 if verdict.state == REFUSED else 0

    def _report(self, verdict: Verdict) -> None:
        command = [self.status, verdict.app, verdict.commit, verdict.state]
        try:
            subprocess.run(command, input=verdict.text, text=True, check=True, timeout=_STATUS_SECONDS)
        except (OSError, subprocess.SubprocessError) as problem:
            self.say(f"{verdict.app}: the status isn't reported: {problem}")
