"""An app goes only after its export was read again; its points go on their day, and the record proves it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.validators.repository import Repository, with_examples
from validators import cli

from .runs import App

PLATFORM = "overlays/ungleich/acme/photos"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A fleet with an app of the customer acme."""
    repository = with_examples(tmp_path / "fleet", "example/photos", "example/minimal")
    for zone in ("customers", "ungleich"):
        (repository.root / f"overlays/{zone}/acme").mkdir()
        (repository.root / f"overlays/{zone}/example/photos").rename(repository.root / f"overlays/{zone}/acme/photos")
    repository.commit()
    return repository


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of it, as `make export` writes one: tests/moving/test_export.py makes real ones."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "database.dump").write_bytes(b"dump")
    sums = {"database.dump": hashlib.sha256(b"dump").hexdigest()}
    manifest = {"format": 1, "app": "acme-photos", "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "sha256": sums}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def leave(repository: Repository, export: Path, until: str = "", app: str = "photos") -> int:
    words = ["CUSTOMER=acme", f"APP={app}", f"EXPORT={export}", f"UNTIL={until or day(30)}"]
    return cli.main(["leave", f"--root={repository.root}", *words])


def test_an_app_that_was_exported_may_go(repository: Repository, export: Path, capsys: pytest.CaptureFixture) -> None:
    assert leave(repository, export) == 0
    assert not (repository.root / PLATFORM).exists()
    assert not (repository.root / "overlays/customers/acme/photos").exists()
    record = yaml.safe_load((repository.root / "overlays/left/acme-photos.yaml").read_text())
    assert record["spec"]["pointsUntil"] == day(30)
    assert record["spec"]["export"]["sha256"]["database.dump"] == hashlib.sha256(b"dump").hexdigest()
    repository.commit()
    capsys.readouterr()
    assert cli.main(["left", f"--root={repository.root}"]) == 0
    assert ["acme-photos", day(30), "kept"] in [line.split() for line in capsys.readouterr().out.splitlines()]
    assert cli.main(["check", f"--root={repository.root}", "--no-cache"]) == 0


def _changed(export: Path, **fields: str) -> None:
    manifest = json.loads((export / "manifest.json").read_text())
    (export / "manifest.json").write_text(json.dumps({**manifest, **fields}))


@pytest.mark.parametrize(
    ("spoil", "words", "says"),
    [
        (
            lambda export, _: (export / "manifest.json").unlink(),
            {},
            "may not go before its last export has been read back",
        ),
        (lambda export, _: (export / "database.dump").write_bytes(b"rot"), {}, "isn't what was read back"),
        (lambda export, _: _changed(export, app="acme-shop"), {}, "is of acme-shop"),
        (lambda export, _: _changed(export, time="2026-01-01T00:00:00Z"), {}, "is older than 7 days"),
        (lambda *_: None, {"until": "soon"}, "write a day, as 2027-01-31"),
        (lambda *_: None, {"until": "2026-01-01"}, "is past"),
        (lambda *_: None, {"app": "gone"}, "no such app"),
        (lambda _, root: (root / PLATFORM / "sizing.yaml").open("a").write("#\n"), {}, "isn't committed"),
    ],
    ids=[
        "not read back",
        "another content",
        "another app's",
        "too old",
        "no day",
        "a past day",
        "no app",
        "uncommitted",
    ],
)
def test_an_app_whose_export_does_not_count_stays(
    repository: Repository,
    export: Path,
    capsys: pytest.CaptureFixture,
    spoil: Callable,
    words: dict[str, str],
    says: str,
) -> None:
    spoil(export, repository.root)
    assert leave(repository, export, **words) == 2
    said = capsys.readouterr()
    assert (says in said.err, said.err.count("\n"), said.out) == (True, 1, "")
    assert (repository.root / PLATFORM).is_dir()
    assert not (repository.root / "overlays/left").exists()


@pytest.fixture
def gone(app: App, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The record of an app with two points, whose day is past."""
    for _ in range(2):
        app.backup()
    endpoint = app.platform["RESTIC_REPOSITORY"].removeprefix("s3:").removesuffix(f"/{app.name}")
    repository.edit("overlays/cluster/facts.yaml", "https://s3.example.com # EDIT", endpoint)
    repository.edit("overlays/cluster/facts.yaml", "region: us-east-1", f"region: {app.platform['AWS_DEFAULT_REGION']}")
    record = {"metadata": {"name": app.name}, "spec": {"pointsUntil": day(-1)}}
    file = repository.root / f"overlays/left/{app.name}.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(record))
    for name, value in app.platform.items():
        monkeypatch.setenv(name, value)
    return file


def test_points_are_deleted_on_their_day_and_the_record_proves_it(
    gone: Path, app: App, repository: Repository, capsys: pytest.CaptureFixture
) -> None:
    words = ["left", f"--root={repository.root}"]
    assert cli.main(words) == 1
    assert "to be deleted: DELETE=1" in capsys.readouterr().out
    assert len(app.points()) == 2
    assert cli.main([*words, "DELETE=1"]) == 0
    assert app.snapshots() == []
    deleted = yaml.safe_load(gone.read_text())["spec"]["deleted"]
    assert (deleted["points"], deleted["snapshots"], deleted["left"]) == (2, 6, 0)
    assert cli.main(words) == 0
    assert "2 points" in capsys.readouterr().out


def test_a_key_that_deletes_nothing_proves_nothing(
    gone: Path, app: App, repository: Repository, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, app.environment[name])
    assert cli.main(["left", f"--root={repository.root}", "DELETE=1"]) == 2
    assert app.name in capsys.readouterr().err
    assert len(app.points()) == 2
    assert "deleted" not in yaml.safe_load(gone.read_text())["spec"]


def test_points_that_are_kept_need_no_key(
    repository: Repository, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, gone: Path
) -> None:
    monkeypatch.delenv("RESTIC_PASSWORD")
    assert cli.main(["left", f"--root={repository.root}", "DELETE=1"]) == 2
    assert "password" in capsys.readouterr().err
    gone.write_text(gone.read_text().replace(day(-1), day(0)))
    assert cli.main(["left", f"--root={repository.root}", "DELETE=1"]) == 0
