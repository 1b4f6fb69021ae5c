"""One app's restic repository, opened by the platform's key and password, which are in the environment.

restic's exit codes: https://restic.readthedocs.io/en/stable/075_scripting.html
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from ..finding import printable
from .points import Snapshot
from .problem import BackupProblem

_ANSWER_SECONDS = 60
_HOURS = 6 * 3600
_ENDED_SECONDS = 1
_WAIT = "--retry-lock=15m"
_MEANING = {
    10: "there is no repository in the bucket",
    11: "it is locked: a backup is at work, or was killed less than half an hour ago",
    12: "the platform's restic password doesn't open it",
}
_MESSAGE_MAX = 300


@dataclass(frozen=True)
class Repository:
    """restic's address of it, and the region of its server."""

    address: str
    region: str

    def reach(self) -> None:
        """Ask for an answer; restic itself would try for a quarter of an hour. Raises BackupProblem."""
        self._run("cat", "config", "--no-lock", seconds=_ANSWER_SECONDS)

    def unlock(self) -> None:
        """Take away locks whose owner hasn't renewed them for half an hour. Raises BackupProblem."""
        self._run("unlock")

    def snapshots(self) -> list[Snapshot]:
        """Return all that the repository lists. Raises BackupProblem."""
        found = json.loads(self._run("snapshots", "--no-lock") or "[]")
        return [
            Snapshot(one["id"], datetime.fromisoformat(one["time"]).timestamp(), frozenset(one.get("tags") or ()))
            for one in found
        ]

    def outdated(self, tag: str, keep: dict[str, str]) -> set[str]:
        """Return the ids of the snapshots with a tag that the keep rules of policy.retention let go; removes none.

        Raises BackupProblem.
        """
        rules = [f"--keep-within{'' if name == 'all' else '-' + name}={span}" for name, span in keep.items()]
        answer = self._run("forget", "--dry-run", "--no-lock", "--group-by=", f"--tag={tag}", *rules)
        groups = json.loads(answer or "[]") or []
        return {one["id"] for group in groups for one in group.get("remove") or ()}

    def forget(self, ids: list[str]) -> None:
        """Ask for the removal of snapshots. That restic is content says nothing: a key that may not delete looks the same."""
        self._run("forget", _WAIT, *ids)

    def prune(self) -> None:
        """Remove what no snapshot needs. Raises BackupProblem."""
        self._run("prune", _WAIT, as_json=False)  # it has no JSON

    def check(self, part: int, parts: int) -> None:
        """Check the structure, and read back one part of all data. Raises BackupProblem, also where prune left something."""
        answer = self._run("check", _WAIT, f"--read-data-subset={part}/{parts}")
        summary = next((line for line in _lines(answer) if line.get("message_type") == "summary"), {})
        if summary.get("num_errors"):
            raise BackupProblem(f"{summary['num_errors']} errors in what is stored: restic check says which")
        if summary.get("suggest_prune"):
            raise BackupProblem("prune has left data that no point needs: may the platform's key delete below data/?")

    def document(self, snapshot: str, path: str) -> object:
        """Return a JSON file of a snapshot. Raises BackupProblem."""
        answer = self._run("dump", "--no-lock", snapshot, path, as_json=False)
        try:
            return json.loads(answer)
        except ValueError:
            raise BackupProblem(f"{path} of snapshot {snapshot[:8]} is no JSON") from None

    @contextmanager
    def stream(self, snapshot: str, path: str) -> Iterator[IO[bytes]]:
        """Yield a file of a snapshot, or a folder as tar, as it is read; all of it must be read. Raises BackupProblem afterwards
        where it broke off."""
        command = ["restic", "dump", "--no-lock", "--archive=tar", snapshot, path]
        with (
            tempfile.TemporaryFile("w+", errors="replace") as said,
            subprocess.Popen(
                command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
            ) as process,
        ):
            try:
                yield process.stdout
                process.stdout.close()
            except BackupProblem:
                # Who reads a stream that broke off says that it is too short; restic has said why, and ended.
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_ENDED_SECONDS)
                if not process.poll():
                    process.kill()
                    raise
            except BaseException:
                process.kill()
                raise
            if code := process.wait():
                said.seek(0)
                raise BackupProblem(_why(code, said.read()))

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "RESTIC_REPOSITORY": self.address, "AWS_DEFAULT_REGION": self.region}

    def _run(self, *words: str, seconds: int = _HOURS, as_json: bool = True) -> str:
        command = ["restic", *words, *(["--json"] if as_json else [])]
        try:
            done = subprocess.run(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=seconds,
            )
        except FileNotFoundError:
            raise BackupProblem("restic isn't on PATH: install 0.18 or newer") from None
        except subprocess.TimeoutExpired:
            what = "S3 doesn't answer" if seconds == _ANSWER_SECONDS else f"restic {words[0]} didn't end"
            raise BackupProblem(f"{what} within {seconds} s") from None
        if done.returncode:
            raise BackupProblem(_why(done.returncode, done.stderr or done.stdout))
        return done.stdout


def _why(code: int, said: str) -> str:
    if code in _MEANING:
        return _MEANING[code]
    lines = [line for line in said.splitlines() if line.strip()] or [f"restic ended with status {code}"]
    messages = [line["message"] for line in _lines(said) if isinstance(line.get("message"), str)]
    return printable(" ".join(messages[-1:] or lines[-2:]))[:_MESSAGE_MAX]


def _lines(text: str) -> Iterator[dict]:
    """Yield the JSON objects among the lines of an answer."""
    for line in text.splitlines():
        if line.startswith("{"):
            try:
                yield json.loads(line)
            except ValueError:
                continue
