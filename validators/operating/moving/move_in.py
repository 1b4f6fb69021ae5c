"""An app's data from its VM: looked at, copied, compared, and only then in its place."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ...image.kubectl import Kubectl
from . import history, media, report
from .facts import Facts
from .media import Files
from .place import MoveProblem, Pod, Vm, run
from .report import Report
from .source import Source
from .target import Target

DATABASE, MEDIA = "database", "media"
PARTS = (DATABASE, MEDIA)
_PROGRAMS = {DATABASE: ("psql", "pg_dump"), MEDIA: ("rsync", "find", "sha256sum", "xargs")}
_SOME = 5


@dataclass(frozen=True)
class Wanted:
    """What is moved. folder: of the files on the VM; target: in the pod; room: bytes of the database's volume, 0 if nobody
    knows; replace: what is here already may be moved aside; sorted_otherwise: another collation is accepted."""

    vm: Vm
    parts: tuple[str, ...]
    database: str
    folder: str
    target: str
    room: int
    replace: bool
    sorted_otherwise: bool


class MoveIn:
    """One run."""

    def __init__(self, kubectl: Kubectl, pod: Pod, wanted: Wanted, say: Callable[[str], object]) -> None:
        self._kubectl, self._pod, self._wanted, self._say = kubectl, pod, wanted, say
        self._stamp = datetime.now(UTC)
        self._source = Source(wanted.vm, wanted.database)
        self._target = Target(pod, self._stamp)
        self.report = Report()
        self.notes: list[str] = []
        self._bytes = 0

    def run(self) -> bool:
        """Move; tell whether both ends are alike. Raises MoveProblem or ClusterProblem; then the app's database is as it was."""
        self._refuse()
        start = time.monotonic()
        self._record("broke off", start)
        if MEDIA in self._wanted.parts:
            self._files()
        if DATABASE in self._wanted.parts:
            self._database()
        alike = not self.report.differences
        self._record("alike" if alike else "differs", start)
        return alike

    def _record(self, how: str, start: float) -> None:
        entry = {
            "from": self._wanted.vm.address,
            "parts": list(self._wanted.parts),
            "result": how,
            "seconds": round(time.monotonic() - start),
            "report": self.report.rows,
        }
        history.write(self._kubectl, f"{self._stamp:%Y%m%dT%H%M%SZ}", entry)

    def _refuse(self) -> None:
        """Raise MoveProblem for what would fail later, or would hit data."""
        self._say(f"{self._wanted.vm.name} and {self._pod.name} are looked at")
        wanted, reasons = self._wanted, []
        programs = [program for part in wanted.parts for program in _PROGRAMS[part]]
        script = 'for program; do command -v "$program" >/dev/null || echo "$program"; done'
        said = run(wanted.vm.words("sh", "-c", script, "sh", *programs), wanted.vm.name).decode().split()
        if said:
            raise MoveProblem(
                f"{wanted.vm.name} lacks {', '.join(said)}: install it there, or see that a login finds it"
            )
        earlier = {part for entry in history.read(self._kubectl).values() for part in entry["parts"]}
        if DATABASE in wanted.parts:
            there, here = self._source.facts(), self._target.facts()
            self._bytes = there.bytes
            reasons += self._unlike(there, here)
            if (used := here.used()) and DATABASE not in earlier and not wanted.replace:
                some = ", ".join(f"{name} {rows:,}" for name, rows in list(used.items())[:_SOME])
                reasons.append(
                    f"its database has rows that no import brought ({some}): REPLACE=1 keeps it under another name"
                )
        if MEDIA in wanted.parts:
            found, brought = media.listed(wanted.vm, wanted.folder), media.listed(self._pod, wanted.target)
            if not found.sizes:
                reasons.append(f"{wanted.folder} on {wanted.vm.name} has no files: is it the right folder?")
            if brought.sizes and MEDIA not in earlier and not wanted.replace:
                reasons.append(
                    f"it has {len(brought.sizes):,} files that no import brought: REPLACE=1 moves aside what differs"
                )
            if (needed := found.bytes - brought.bytes) > (free := media.room(self._pod, wanted.target)):
                reasons.append(
                    f"the files need {needed >> 20} MiB more, and {free >> 20} are free: raise media.storage"
                )
        if reasons:
            raise MoveProblem(f"{self._pod.name}: {'; '.join(reasons)}. Nothing is changed")

    def _unlike(self, there: Facts, here: Facts) -> list[str]:
        """Return why the database can't come here."""
        wanted, reasons = self._wanted, []
        if there.version > here.version:
            reasons.append(f"PostgreSQL {there.version} there is newer than {here.version} here")
        if missing := sorted(set(there.extensions) - set(here.available)):
            reasons.append(
                f"the database here can't have the extensions {', '.join(missing)}: docs/database-extensions.md"
            )
        if (sorting := report.collation(there, here)) and not wanted.sorted_otherwise:
            reasons.append(f"{sorting}, so lists come in another order: ACCEPT=collation if that may be")
        needed = here.volume + there.bytes
        if wanted.room and needed > wanted.room:
            reasons.append(
                f"the database's volume needs {needed >> 20} MiB, and has {wanted.room >> 20}: raise database.storage"
            )
        self.notes += [f"not brought: the setting {setting} of the VM's database" for setting in there.settings]
        return reasons

    def _files(self) -> None:
        wanted = self._wanted
        begun = float(run(wanted.vm.words("date", "+%s.%N"), wanted.vm.name))
        aside = f".{self._target.old}"
        media.bring(wanted.vm, wanted.folder, self._pod, wanted.target, aside, self._say)
        self._say("the files: both ends are counted")
        there, here = media.listed(wanted.vm, wanted.folder), media.listed(self._pod, wanted.target)
        report.files(self.report, begun, there, here)
        early = Files({path: size for path, size in there.sizes.items() if there.times[path] < begun})
        paths = media.sample(early, self._target.old)
        both = [
            media.checksums(place, at, paths) for place, at in ((wanted.vm, wanted.folder), (self._pod, wanted.target))
        ]
        report.checksums(self.report, *both)

    def _database(self) -> None:
        target = self._target
        with self._source.moment() as moment, target.beside():
            self._say("the database: dumped there and restored here, beside the one that is here")
            target.fill(self._source.dump(moment.snapshot), self._bytes, self._say)
            self._say("the database: the rows of both ends are counted")
            report.database(self.report, moment.before, moment.facts(), target.facts(target.new))
            if self.report.differences:
                self.notes.append("the app's database is as it was")
                return
            target.take_place()
        self.notes += [f"kept: database {name}, until you drop it" for name in target.kept()]
