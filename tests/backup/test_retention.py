"""Retention thins whole points and says so only when it had an effect."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from . import fleet
from .fleet import plant
from .runs import App, restic

DATABASE, FILES = ("database", "manifest"), ("database", "media", "manifest")


def names(app: App) -> dict[str, set[str]]:
    """The parts of each point that the repository lists."""
    found: dict[str, set[str]] = {}
    for snapshot in app.snapshots():
        tags = dict(tag.split("=") for tag in snapshot.get("tags", []))
        if tags:
            found.setdefault(tags["point"], set()).add(tags["part"])
    return found


def test_points_are_thinned_as_one_and_what_broke_off_goes(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    midnight = (time.time() % 86400) / 86400  # days since the last one, in UTC
    evening, morning = 10 + midnight + 1 / 1440, 10 + midnight - 1 / 1440
    across = plant(app, evening, "database")
    plant(app, morning, "media", "manifest", point=across)
    same_day = plant(app, 10 + midnight - 0.5, *FILES)
    ancient = plant(app, 500, *DATABASE)
    half = plant(app, 3, "database", "media")
    running = plant(app, 0.01, "database")
    new = [plant(app, days, *DATABASE) for days in (2.2, 2.1, 0.1)]
    restic(app.platform, "backup", "--quiet", str(app.media / "photos"))
    hoster = fleet.make(tmp_path, monkeypatch, app)
    (hoster.root / "overlays/ungleich/acme/bare").mkdir()
    before = time.time()
    assert hoster.run("backup-retention") == 0
    assert names(app) == {same_day: set(FILES), running: {"database"}, **{name: set(DATABASE) for name in new}}
    assert [one for one in app.snapshots() if not one.get("tags")], "what somebody stored by hand is gone"
    known = hoster.known("retention", app)
    assert (set(known["points"]), known["removed"], known["part"]) == ({same_day, *new}, 3, 1)
    assert {across, ancient, half}.isdisjoint(names(app))
    assert hoster.metric("retention", "points", app) == 4
    assert hoster.metric("retention", "retention_failed", app) == 0
    assert hoster.metric("retention", "point_bytes", app) == 10
    assert hoster.metric("retention", "retention_timestamp_seconds", app) >= before - 1
    said = capsys.readouterr()
    assert f"{fleet.name_of(app)}: good (1 of 1" in said.err
    assert "1/12" in said.out
    assert said.out.endswith("Without a backup, by what their platform folders list: acme/bare\n")
    assert hoster.run("backup-retention") == 0
    assert hoster.known("retention", app)["part"] == 1, "a prune is due after a week"


def test_a_key_that_may_not_delete_is_no_success(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """restic says so and ends with 0."""
    plant(app, 500, *DATABASE)
    plant(app, 0.1, *DATABASE)
    hoster = fleet.make(tmp_path, monkeypatch, app)
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, app.environment[key])
    assert hoster.run("backup-retention") == 1
    known = hoster.known("retention", app)
    assert "2 snapshots that were to go are still there" in known["problem"]
    assert known["done"] == 0
    assert hoster.metric("retention", "retention_failed", app) == 1
    assert hoster.metric("retention", "retention_timestamp_seconds", app) == pytest.approx(known["since"], abs=1)


def test_what_goes_wrong_with_one_app_is_no_others(
    make_app: Callable[[], App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    good, broken = make_app(), make_app()
    plant(good, 0.1, *DATABASE)
    hoster = fleet.make(tmp_path, monkeypatch, broken, good)
    _remove_repository(broken)
    assert hoster.run("backup-retention", "JOBS=1") == 1
    assert hoster.known("retention", broken)["problem"] == "there is no repository in the bucket"
    assert hoster.known("retention", good)["problem"] == ""
    assert f"{fleet.name_of(broken)}: FAILED: there is no repository in the bucket" in capsys.readouterr().err
    assert hoster.metric("retention", "point_timestamp_seconds", broken) is None
    assert hoster.metric("retention", "listed_timestamp_seconds", broken) > 0


@pytest.mark.parametrize(("days_ago", "says"), [(5, "wasn't there at the last look"), (-9, "is of a time to come")])
def test_faked_points_displace_none(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days_ago: float, says: str
) -> None:
    """Who has the app's own key can add points: with the time of an old one, the rules would let that one go."""
    true = [plant(app, days, *DATABASE) for days in (5.01, 0.1)]
    hoster = fleet.make(tmp_path, monkeypatch, app)
    assert hoster.run("backup-retention") == 0
    plant(app, days_ago, *DATABASE, by=app.environment)
    assert hoster.run("backup-retention") == 1
    assert says in hoster.known("retention", app)["problem"]
    assert names(app).keys() >= set(true)


def test_data_that_are_lost_are_found(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app.backup()
    hoster = fleet.make(tmp_path, monkeypatch, app)
    fleet.objects(app, "data")[0].unlink()
    assert hoster.run("backup-retention") == 1
    assert hoster.known("retention", app)["problem"]
    assert hoster.known("retention", app)["pruned"] == 0


def test_data_that_rot_are_found_when_they_are_read(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app.backup()
    hoster = fleet.make(tmp_path, monkeypatch, app)
    monkeypatch.setattr("validators.backups.retention.PARTS", 1)
    with fleet.flipped(fleet.objects(app, "data")[0]):
        assert hoster.run("backup-retention") == 1
        assert hoster.known("retention", app)["problem"]
    assert hoster.run("backup-retention") == 0


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda patch, hoster: patch.delenv("AWS_ACCESS_KEY_ID"), "AWS_ACCESS_KEY_ID isn't set"),
        (lambda patch, hoster: patch.delenv("RESTIC_PASSWORD"), "RESTIC_PASSWORD_FILE"),
        (
            lambda patch, hoster: _facts(hoster, "drilledWithin: 30", "drilledWithin: 400"),
            "spec.backups can't be relied on",
        ),
        (
            lambda patch, hoster: (hoster.state.mkdir(), (hoster.state / "retention.json").write_text("[")),
            "put it back",
        ),
    ],
    ids=["no key", "no password", "facts", "state"],
)
def test_what_is_wrong_for_all_is_one_line(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, spoil: Callable, says: str
) -> None:
    hoster = fleet.make(tmp_path, monkeypatch, app)
    spoil(monkeypatch, hoster)
    assert hoster.run("backup-retention") == 2
    said = capsys.readouterr().err
    assert (says in said, said.count("\n")) == (True, 1), said


def test_an_app_without_backup_is_named(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    hoster = fleet.make(tmp_path, monkeypatch, app)
    assert hoster.run("backup-retention", "CUSTOMER=acme", "APP=gone") == 2
    assert "overlays/ungleich/acme/gone: no such app" in capsys.readouterr().err


def _facts(hoster: fleet.Fleet, old: str, new: str) -> None:
    path = hoster.root / "overlays/cluster/facts.yaml"
    path.write_text(path.read_text().replace(old, new))


def _remove_repository(app: App) -> None:
    [key] = {path.parent for path in fleet.objects(app, "keys")}
    (key.parent / "config").unlink()
    shutil.rmtree(key)
