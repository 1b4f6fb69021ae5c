"""An app's data for its customer: a dump, the files as tar, and a manifest that is written when both have been read back."""

import hashlib
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import media, report
from .facts import Facts
from .media import Files
from .place import MoveProblem, Pod, last
from .report import Report
from .source import Source
from .target import Target

DUMP, TAR, MANIFEST = "database.dump", "media.tar", "manifest.json"
FORMAT = 1
TICK_SECONDS = 5


class MoveOut:
    """One run. folder: of the files in the pod, empty where there are none; out: a new folder on this machine."""

    def __init__(self, pod: Pod, folder: str, out: Path, say: Callable[[str], object]) -> None:
        self._pod, self._folder, self._out, self._say = pod, folder, out, say
        self._stamp = datetime.now(UTC)
        self.report = Report()

    def run(self) -> bool:
        """Write dump and tar, read them back, and write the manifest if they hold what the app has; tell whether they do.

        Raises MoveProblem, ClusterProblem or OSError.
        """
        self._out.mkdir(mode=0o700)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "app": self._pod.name,
            "time": f"{self._stamp:%Y-%m-%dT%H:%M:%SZ}",
        }
        manifest["database"] = self._database()
        if self._folder:
            manifest["media"] = self._files()
        if self.report.differences:
            return False
        names = [DUMP, *([TAR] if self._folder else [])]
        manifest["sha256"] = {name: digest(self._out / name) for name in names}
        (self._out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        return True

    def _database(self) -> dict[str, Any]:
        target = Target(self._pod, self._stamp)
        source, file = Source(self._pod, target.own), self._out / DUMP
        with source.moment() as moment:
            there = moment.facts()
            self._write(source.dump(moment.snapshot), file, "the database")
            there.sequences = moment.facts().sequences
        self._say("the database: read back into a second one, which is dropped afterwards")
        with target.beside():
            target.fill(["cat", str(file)], there.bytes, self._say)
            here = target.facts(target.new)
        report.database(self.report, moment.before, there, here)
        return _described(here)

    def _files(self) -> dict[str, int]:
        there, file = media.listed(self._pod, self._folder), self._out / TAR
        aside = [f"--exclude=./{name}" for name in media.ASIDE]
        tar = ("tar", "--create", "--file=-", f"--directory={self._folder}", "--dereference", *aside, ".")
        self._write(self._pod.words(*tar), file, "the files")
        self._say("the files: read back")
        paths = media.sample(there, self._stamp.isoformat())
        here, sums = read_tar(file, set(paths))
        report.files(self.report, self._stamp.timestamp(), there, here)
        report.checksums(self.report, media.checksums(self._pod, self._folder, paths), sums)
        return {"files": len(here.sizes), "bytes": here.bytes}

    def _write(self, words: list[str], file: Path, what: str) -> None:
        """Write what a command prints into a file. Raises MoveProblem."""
        with file.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=subprocess.PIPE) as process:
            try:
                while _runs(process):
                    self._say(f"{what}: {file.stat().st_size >> 20} MiB")
            finally:
                process.terminate()
            if process.returncode:
                raise MoveProblem(
                    f"{what}: {last(process.stderr.read()) or 'it broke off'}. Run it again, into another folder"
                )


def read_tar(file: Path, sampled: set[bytes]) -> tuple[Files, dict[bytes, str]]:
    """Return the files of a tar archive, and the SHA-256 of some. Raises MoveProblem."""
    files, sums = Files(), {}
    try:
        with tarfile.open(file, "r:") as archive:
            for member in archive:
                path = os.fsencode(member.name).removeprefix(b"./")
                if member.isfile():
                    files.sizes[path], files.times[path] = member.size, member.mtime
                if path in sampled and (content := archive.extractfile(member)):
                    sums[path] = hashlib.file_digest(content, "sha256").hexdigest()
    except (tarfile.TarError, OSError) as error:
        raise MoveProblem(f"{file}: can't be read back: {error}") from None
    return files, sums


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _described(facts: Facts) -> dict[str, Any]:
    """Return what a manifest says of a database."""
    return {
        "server": facts.version,
        "encoding": facts.encoding,
        "collation": facts.collation,
        "extensions": facts.extensions,
        "tables": facts.tables,
        "sequences": facts.sequences,
        "largeObjects": facts.large_objects,
    }


def _runs(process: subprocess.Popen[bytes]) -> bool:
    """Wait for a while; tell whether the process still runs."""
    try:
        process.wait(TICK_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False
