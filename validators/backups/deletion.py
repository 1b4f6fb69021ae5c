"""The points of an app that left, all deleted; what its repository lists afterwards is the proof."""

from collections.abc import Callable
from datetime import UTC, datetime

from ..operating.moving.leaving import Left
from ..sources import cluster
from ..sources.tree import Tree
from . import points
from .problem import BackupProblem
from .repository import Repository


def delete(tree: Tree, one: Left, say: Callable[[str], object]) -> None:
    """Delete all points of an app by the platform's key, and write into its record what there was and that nothing is left.

    Raises BackupProblem, also where the server says that it has deleted and something is still listed; TreeError or OSError.
    """
    if any(app.replace("/", "-") == one.namespace for app in tree.app_names()):
        raise BackupProblem(f"{one.namespace} is an app here again: delete {one.file}, or the app")
    endpoint = cluster.fact(tree.library, "s3.endpoint")
    if not endpoint:
        raise BackupProblem(f"{cluster.FILE} has no s3.endpoint")
    repository = Repository(f"s3:{endpoint}/{one.namespace}", str(cluster.fact(tree.library, "s3.region") or ""))
    try:
        one.deleted = _emptied(repository, lambda text: say(f"{one.namespace}: {text}"))
    except BackupProblem as problem:
        raise BackupProblem(f"{one.namespace}: {problem}") from None
    one.write()


def _emptied(repository: Repository, say: Callable[[str], object]) -> dict[str, str | int]:
    repository.reach()
    repository.unlock()
    snapshots = repository.snapshots()
    whole = sum(point.whole for point in points.group(snapshots))
    say(f"{whole} points, {len(snapshots)} snapshots are deleted")
    if snapshots:
        repository.forget([snapshot.id for snapshot in snapshots])
    repository.prune()
    repository.check(1, 1)
    if rest := repository.snapshots():
        raise BackupProblem(f"{len(rest)} of {len(snapshots)} snapshots are still there: may this S3 key delete?")
    return {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "points": whole, "snapshots": len(snapshots), "left": 0}
