"""A hoster's tree with some apps that have backups, and the commands that look after them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT
from validators.cli import main

from .runs import SECONDS, App

FACTS = ROOT / "overlays/cluster/facts.yaml"


@dataclass
class Fleet:
    """A repository at `root`, and the folder that the commands keep their reports in."""

    root: Path
    state: Path

    def run(self, command: str, *words: str) -> int:
        """Run a command on it."""
        return main([command, f"--root={self.root}", f"STATE={self.state}", *words])

    def known(self, command: str, app: App) -> dict:
        """What the last run left of an app."""
        return json.loads((self.state / f"{command}.json").read_text())[name_of(app)]

    def metric(self, command: str, name: str, app: App | None = None) -> float | None:
        """The value of a gauge; None where there is none."""
        customer, _, own = name_of(app).partition("/") if app else ("", "", "")
        labels = f'{{customer="{customer}",app="{own}"}}' if app else ""
        lines = (self.state / f"backup-{command}.prom").read_text().splitlines()
        start = f"hosting_backup_{name}{labels} "
        return next((float(line.removeprefix(start)) for line in lines if line.startswith(start)), None)


def name_of(app: App) -> str:
    """`customer/app`."""
    return app.name.replace("-", "/", 1)


def make(folder: Path, monkeypatch: pytest.MonkeyPatch, *apps: App) -> Fleet:
    """A tree with these apps, and the platform's key in the environment."""
    root = folder / "repository"
    for part in ("base", "components/backup"):
        shutil.copytree(ROOT / part, root / part)
    (root / "overlays/cluster").mkdir(parents=True)
    for app in apps:
        platform = root / "overlays/ungleich" / name_of(app)
        platform.mkdir(parents=True)
        lines = ["kind: Kustomization", "components: [../../../../components/backup]"]
        (platform / "kustomization.yaml").write_text("\n".join(lines))
    endpoint = apps[0].platform["RESTIC_REPOSITORY"].removeprefix("s3:").rpartition("/")[0]
    facts = FACTS.read_text().replace("https://s3.example.com", endpoint).replace("us-east-1", "main")
    (root / "overlays/cluster/facts.yaml").write_text(facts)
    for key, value in apps[0].platform.items():
        monkeypatch.setenv(key, value)
    return Fleet(root, folder / "state")


def plant(
    app: App, days_ago: float, *parts: str, point: str = "", by: dict[str, str] | None = None, manifest: str = ""
) -> str:
    """Store parts as the backup does, with a time that is past; the point's name."""
    moment = datetime.fromtimestamp(datetime.now(UTC).timestamp() - days_ago * 86400, UTC)
    point = point or f"{moment:%Y%m%dT%H%M%SZ}-{os.urandom(3).hex()}"
    text = manifest or json.dumps({**_MANIFEST, "point": point})
    for part in parts:
        name = f"{part}.json" if part == "manifest" else f"{part}.dump"
        command = ["restic", "backup", "--quiet", "--stdin", f"--stdin-filename={name}", f"--host={app.name}"]
        command += [f"--time={moment:%Y-%m-%d %H:%M:%S}", f"--tag=point={point}", f"--tag=part={part}"]
        content = text if part == "manifest" else f"{part} of {point}"
        subprocess.run(
            command, env={**(by or app.platform), "TZ": "UTC"}, input=content, text=True, check=True, timeout=SECONDS
        )
    return point


def objects(app: App, kind: str) -> list[Path]:
    """The objects of a kind in the app's bucket, the largest first."""
    bucket = next(app.media.parents[2].glob(f"*/buckets/{app.name}"))
    found = [path for path in bucket.glob(f"{kind}/**/*") if path.is_file()]
    return sorted(found, key=lambda path: path.stat().st_size, reverse=True)


@contextmanager
def flipped(path: Path) -> Iterator[None]:
    """One bit of an object is another one, as on a disk that rots."""
    whole = path.read_bytes()
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    try:
        yield
    finally:
        path.write_bytes(whole)


_MANIFEST = {
    "format": 1,
    "database": {"server": "15.1", "encoding": "UTF8", "extensions": {}, "tables": [], "bytes": 10},
    "media": None,
}
