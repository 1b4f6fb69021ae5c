"""The points of apps that left, deleted by the platform's key; what the repository lists afterwards is the proof."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...sources import cluster
from ...sources.tree import Tree
from .leaving import Left
from .place import MoveProblem, last

VARIABLES = ("RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""The platform's restic password and its S3 key, in the environment."""


def delete(root: Path, one: Left, say: Callable[[str], object]) -> None:
    """Delete all points of an app, and write into its record what there was and that nothing is left.

    Raises MoveProblem: also where the server says that it has deleted, and the points are still listed.
    """
    if any(app.replace("/", "-") == one.namespace for app in Tree(root).app_names()):
        raise MoveProblem(f"{one.namespace}: is an app here again: delete {one.file}, or the app")
    environment = _environment(root, one.namespace)
    snapshots = _snapshots(environment)
    say(f"{one.namespace}: {len(snapshots)} snapshots are deleted")
    if snapshots:
        _restic(environment, "forget", "--prune", "--retry-lock=10m", *(snapshot["id"] for snapshot in snapshots))
    rest, size = _snapshots(environment), json.loads(_restic(environment, "stats", "--mode=raw-data", "--json"))
    if rest or size["total_size"]:
        raise MoveProblem(
            f"{one.namespace}: {len(rest)} snapshots and {size['total_size']} bytes are still there: may this S3 key delete?"
        )
    one.deleted = {
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "points": sum("part=manifest" in snapshot.get("tags", []) for snapshot in snapshots),
        "snapshots": len(snapshots),
        "left": len(rest),
    }
    one.write()


def _environment(root: Path, namespace: str) -> dict[str, str]:
    library = Tree(root).library
    endpoint, region = cluster.fact(library, "s3.endpoint"), cluster.fact(library, "s3.region")
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    if missing or not endpoint:
        lacking = f"{', '.join(missing)} in the environment" if missing else f"s3.endpoint in {cluster.FILE}"
        raise MoveProblem(f"missing: {lacking}: the platform's key and password delete points (docs/moving-out.md)")
    return {**os.environ, "RESTIC_REPOSITORY": f"s3:{endpoint}/{namespace}", "AWS_DEFAULT_REGION": str(region or "")}


def _snapshots(environment: dict[str, str]) -> list[dict[str, Any]]:
    return json.loads(_restic(environment, "snapshots", "--json", "--no-lock")) or []


def _restic(environment: dict[str, str], *arguments: str) -> str:
    try:
        done = subprocess.run(["restic", *arguments], env=environment, capture_output=True)
    except OSError as error:
        raise MoveProblem(f"restic: {error}") from None
    if done.returncode:
        raise MoveProblem(f"{environment['RESTIC_REPOSITORY']}: restic {arguments[0]}: {last(done.stderr)}")
    return done.stdout.decode()
