"""What the app has acknowledged, held against what is in its database and on its volume."""

from __future__ import annotations

import hashlib
from collections.abc import Set

from tests.e2e.app import App
from tests.resilience.mix import content
from tests.resilience.traffic import Running

SUMS = 'cd "$MEDIA_ROOT" && find . -maxdepth 1 -type f -exec sha256sum {} +'


def lost_writes(running: Running, written: Set[str]) -> set[str]:
    """Acknowledged writes that are not among those."""
    return running.acknowledged("write") - written


def lost_uploads(running: Running, sums: Set[tuple[str, str]]) -> set[str]:
    """Acknowledged uploads that are not among those (SHA-256, file name): missing, or with other content."""
    return {
        name
        for name in running.acknowledged("upload")
        if (hashlib.sha256(content(name)).hexdigest(), f"{name}.txt") not in sums
    }


def written(app: App) -> set[str]:
    """The keys of all notes in the app's database."""
    return set(app.sql("select key from example_note").split())


def stored(app: App) -> set[tuple[str, str]]:
    """SHA-256 and name of every file on the app's volume, as a web pod reads it."""
    lines = app.exec("deployment/web", "sh", "-c", SUMS, container="web").splitlines()
    return {(total, name.removeprefix("./")) for total, _, name in (line.partition("  ") for line in lines)}


def assert_nothing_lost(app: App, running: Running) -> str:
    """AssertionError naming what was acknowledged and isn't there; otherwise how much it was, for a table."""
    writes, uploads = running.acknowledged("write"), running.acknowledged("upload")
    assert writes, "no write was acknowledged: nothing was tried"
    assert not (lost := lost_writes(running, written(app))), (
        f"{len(lost)} of {len(writes)} writes lost: {sorted(lost)[:5]}"
    )
    if uploads:
        lost = lost_uploads(running, stored(app))
        assert not lost, f"{len(lost)} of {len(uploads)} uploads lost: {sorted(lost)[:5]}"
    return f"0 of {len(writes)} writes and {len(uploads)} uploads"
