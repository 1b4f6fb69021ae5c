"""/init: once, again, and twice at once on an empty database; each time in a Job like `migrate`."""

import copy
import json
from typing import Any

from ..render.objects import Object
from .database import Database
from .failure import Ended, hint, user_trouble
from .kubectl import Kubectl, until
from .verdict import Report

_LOCK = (
    "Take a lock around all it does, such as PostgreSQL's pg_try_advisory_lock, tried each second, as "
    "examples/app/example/management/commands/init.py does."
)


def judge(kubectl: Kubectl, migrate: Object, database: Database, report: Report) -> bool:
    """Say what /init does; False if the site can't be tried on what it leaves. Raises ClusterProblem."""
    first = _run(kubectl, migrate, "migrate")[0]
    if trouble := first.exit_code != 0 and user_trouble(first):
        report.fails("user", f"/init: {first.seen}", trouble)
        return False
    if first.exit_code != 0:
        report.fails("init", first.seen, hint(first))
        return False
    report.ok("init", f"{database.tables()} tables in the database")
    again = _run(kubectl, migrate, "migrate-again")[0]
    if again.exit_code != 0:
        report.fails("init-again", again.seen, "It runs at each sync: do only what isn't done yet. " + hint(again))
        return False
    report.ok("init-again", "succeeds")
    database.empty()
    failed = [one for one in _run(kubectl, migrate, "migrate-left", "migrate-right") if one.exit_code != 0]
    if failed:
        report.fails("init-at-once", f"{len(failed)} of 2 failed, {failed[0].seen}", _LOCK)
        database.empty()
        _run(kubectl, migrate, "migrate-once-more")
    else:
        report.ok("init-at-once", "both succeed")
    return True


def _run(kubectl: Kubectl, migrate: Object, *names: str) -> list[Ended]:
    """Run Jobs like migrate at once, and return how /init ended in each."""
    for name in names:
        job = copy.deepcopy(migrate.data)
        job["metadata"]["name"] = name
        kubectl.run("create", "--filename=-", stdin=json.dumps(job))
    # The Job's own deadline ends it; the rest is for the pod to be made and to go.
    seconds = migrate.get("spec", "activeDeadlineSeconds") + 60
    return [_ended(kubectl, name, until(seconds, lambda name=name: _over(kubectl, name))) for name in names]


def _over(kubectl: Kubectl, name: str) -> dict[str, Any] | None:
    """The Job's condition, once it has come to an end."""
    conditions = kubectl.get("job", name)["status"].get("conditions", [])
    return next((one for one in conditions if one["type"] in ("Complete", "Failed") and one["status"] == "True"), None)


def _ended(kubectl: Kubectl, name: str, condition: dict[str, Any] | None) -> Ended:
    pods = kubectl.get("pods", f"--selector=batch.kubernetes.io/job-name={name}")["items"]
    states = [one["state"].get("terminated") for pod in pods for one in pod["status"].get("containerStatuses", [])]
    ended = next((state for state in states if state), None)
    log = kubectl.logs(f"job/{name}", "init")
    if ended:
        return Ended(ended["exitCode"], ended["reason"], log or ended.get("message", ""))
    reason = condition.get("reason", "") if condition else "no end"
    return Ended(None, reason, log)
