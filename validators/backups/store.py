"""What a run leaves in a folder: its JSON, which the next run begins with, and metrics for Prometheus' textfile collector."""

import fcntl
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Generic, TypeVar

from ..authoring.scaffold import write_atomically
from .problem import BackupProblem

Record = TypeVar("Record")
Metric = tuple[str, str, Mapping[str, float]]
"""A gauge's name without prefix, its help, and its value for each app."""
_PREFIX = "hosting_backup_"


@dataclass(frozen=True)
class Store(Generic[Record]):
    """`<folder>/<name>.json` and `<folder>/backup-<name>.prom`; `record` is the dataclass of one app's entry."""

    folder: Path
    name: str
    record: type[Record]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Refuse a second run on the same folder. Raises BackupProblem."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{self.name}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupProblem(f"another backup-{self.name} is at work on {self.folder}") from None
            yield

    def load(self) -> dict[str, Record]:
        """Return what the last run left, by app. Raises BackupProblem."""
        path = self.folder / f"{self.name}.json"
        known = {field.name for field in fields(self.record)}
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return {
                app: self.record(
                    **{
                        key: tuple(value) if isinstance(value, list) else value
                        for key, value in entry.items()
                        if key in known
                    }
                )
                for app, entry in found.items()
            }
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError):
            raise BackupProblem(f"{path} isn't what this command wrote: put it back, or delete it") from None

    def save(self, records: Mapping[str, Record], metrics: Iterable[Metric]) -> None:
        """Write both files, each in one step. Raises OSError."""
        write_atomically(
            self.folder / f"{self.name}.json", json.dumps({app: asdict(one) for app, one in records.items()}, indent=1)
        )
        write_atomically(self.folder / f"backup-{self.name}.prom", exposition(metrics))


def exposition(metrics: Iterable[Metric]) -> str:
    """Return metrics in Prometheus' text format. Names of customers and apps are labels of DNS, so nothing needs escaping."""
    lines = []
    for name, text, values in metrics:
        lines += [f"# HELP {_PREFIX}{name} {text}", f"# TYPE {_PREFIX}{name} gauge"]
        for app, value in sorted(values.items()):
            customer, _, own = app.partition("/")
            labels = f'{{customer="{customer}",app="{own}"}}' if app else ""
            lines.append(f"{_PREFIX}{name}{labels} {value:.0f}")
    return "".join(f"{line}\n" for line in lines)
