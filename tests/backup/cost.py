"""What retention costs, per repository and per GB: python -m tests.backup.cost. For docs/backup.md#what-it-costs."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from validators.backups.repository import Repository
from validators.backups.retention import Kept, keep

from . import s3
from .runs import restic
from .test_documented import documented_policy

DAY, GB = 86400, 1 << 30
KEEP = {"all": "3d", "daily": "14d", "weekly": "2m", "monthly": "1y"}
MANIFEST = (
    '{"format": 1, "point": "%s", "media": null, "database": '
    '{"server": "15", "encoding": "UTF8", "extensions": {}, "tables": [], "bytes": 1}}'
)


def main() -> None:
    """Print seconds of wall clock and of CPU for each kind of turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repositories", type=int, default=50)
    parser.add_argument("--points", type=int, default=20, help="in each repository, one a day")
    parser.add_argument(
        "--gigabytes", type=int, default=1, help="in the newest point of the repository that is read back"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, s3.server(Path(name)) as store:
        folder = Path(name)
        os.environ.update(store.buckets.environment("first", platform=True), RESTIC_CACHE_DIR=str(folder / "cache"))
        store.buckets.make("first", documented_policy("first"))
        restic(dict(os.environ), "init")
        for number in range(options.points):
            _point(folder, number)
        names = [f"app-{number}" for number in range(options.repositories)]
        for copy in names:
            subprocess.run(["cp", "-a", folder / "buckets/first", folder / "buckets" / copy], check=True)
        repositories = [Repository(f"s3:{store.buckets.url}/{copy}", s3.REGION) for copy in names]
        now = time.time()
        first = _timed("points removed, prune, a twelfth read", repositories, Kept(now), now)
        _timed("a look, nothing to remove", repositories, first, now)
        with (folder / "large").open("wb") as large:
            for _ in range(options.gigabytes * 64):
                large.write(os.urandom(GB // 64))
        _point(folder, 0, folder / "large")
        _timed(
            f"prune and a twelfth of {options.gigabytes} GB read",
            [Repository(os.environ["RESTIC_REPOSITORY"], s3.REGION)],
            Kept(now),
            now,
        )


def _point(folder: Path, days_ago: int, file: Path | None = None) -> None:
    """A point of that many days ago; its database is some random bytes, or a file."""
    moment = time.gmtime(time.time() - days_ago * DAY - 60)
    point = time.strftime("%Y%m%dT%H%M%SZ", moment) + f"-{days_ago:06x}"
    (folder / "dump").write_bytes(os.urandom(200_000))
    (folder / "manifest.json").write_text(MANIFEST % point)
    for part, path in (("database", file or folder / "dump"), ("manifest", folder / "manifest.json")):
        shell = f"restic backup --quiet --stdin --stdin-filename={path.name} --tag=point={point} --tag=part={part}"
        command = [*shell.split(), f"--time={time.strftime('%Y-%m-%d %H:%M:%S', moment)}"]
        with path.open("rb") as stream:
            subprocess.run(command, env={**os.environ, "TZ": "UTC"}, stdin=stream, check=True)


def _timed(what: str, repositories: list[Repository], before: Kept, now: float) -> Kept:
    """One turn of each, one after the other; what the last one knows."""
    start, spent = time.monotonic(), _cpu()
    known = before
    for repository in repositories:
        known = keep(repository, KEEP, before, now)
        if known.problem:
            sys.exit(f"{repository.address}: {known.problem}")
    count = len(repositories)
    wall, cpu = (time.monotonic() - start) / count, (_cpu() - spent) / count
    print(f"{what}: {wall:.2f} s, {cpu:.2f} s of CPU a repository ({count}); {known.removed} removed", flush=True)
    return replace(known, removed=0)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
