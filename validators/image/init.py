"""/init: once, again, and twice at once on an empty database; each time in a Job like `migrate`."""

import copy
import json
from typing import Any

from ..render.objects import Object
from .database import Database
from .failure import Ended, hint, user_trouble
from .files import tools
from .kubectl import ClusterProblem, Kubectl, until
from .memory import Usage
from .verdict import Report
from .watch import Watch, status

SECONDS = 1800
"""How long /init may take, as in Job migrate."""
_LOCK = (
    "Take a lock around all it does, such as PostgreSQL's pg_try_advisory_lock, tried each second, as "
    "examples/app/example/management/commands/init.py does; around an image that you can't change by a patch: "
    "docs/customer-guide.md, A lock around /init."
)
_ALONE = (
    "A plain `migrate` may stay so: the hosting runs one /init at a time, a second only where somebody ends a sync while it "
    "runs, and what was left is repaired by the next. A lock ends it: examples/app/example/management/commands/init.py, or "
    "for an image that you can't change docs/customer-guide.md, A lock around /init."
)
_ONE_FOLDER = (
    "Job migrate doesn't see MEDIA_ROOT. List components/init-container: it runs /init in the site's pod, which does. The "
    "scheduler sees the files with storage/cephfs or nfs only."
)


class Init:
    """The command /init of one app; `samples` is what its first run used."""

    def __init__(
        self, kubectl: Kubectl, migrate: Object, database: Database, report: Report, media: str, *, alone: bool = False
    ) -> None:
        """`media`: where uploads are mounted and /init doesn't see them, empty if there is no such place. `alone`: there
        is never a second one, since it runs in the site's only pod."""
        self.kubectl, self.migrate, self.database, self.report, self.media = kubectl, migrate, database, report, media
        self.alone = alone
        self.samples: list[Usage] = []

    def judge(self) -> bool:
        """Say what /init does; False if the site can't be tried on what it leaves. Raises ClusterProblem."""
        first = self._run("migrate", watched=True)[0]
        if first.exit_code != 0 and self.media and f"{self.media.rstrip('/')}" in first.log and user_trouble(first):
            self.report.fails("init", first.seen, _ONE_FOLDER)
            return False
        if trouble := first.exit_code != 0 and user_trouble(first):
            self.report.fails("user", f"/init: {first.seen}", trouble)
            return False
        if first.exit_code != 0:
            self.report.fails("init", first.seen, hint(first))
            return False
        self.report.ok("init", f"{self.database.tables()} tables in the database")
        again = self._run("migrate-again")[0]
        if again.exit_code != 0:
            change = "It runs at each sync: do only what isn't done yet. " + hint(again)
            self.report.fails("init-again", again.seen, change)
            return False
        self.report.ok("init-again", "succeeds")
        if self.alone:
            self.report.skip("init-at-once", "it runs in the site's pod, one at a time")
        else:
            self._judge_two()
        return True

    def _judge_two(self) -> None:
        self.database.empty()
        failed = [one for one in self._run("migrate-left", "migrate-right") if one.exit_code != 0]
        if not failed:
            self.report.ok("init-at-once", "both succeed")
            return
        seen, after = f"{len(failed)} of 2 failed, {failed[0].seen}", self._run("migrate-after")[0]
        if after.exit_code == 0:
            self.report.warns("init-at-once", f"the next succeeds, but {seen}", _ALONE)
            return
        self.report.fails("init-at-once", f"{seen}; and so does the next: {after.seen}", _LOCK)
        self.database.empty()
        self._run("migrate-once-more")

    def _run(self, *names: str, watched: bool = False) -> list[Ended]:
        """Run Jobs like migrate at once, and return how /init ended in each."""
        for name in names:
            job = copy.deepcopy(self.migrate.data)
            job["metadata"]["name"] = name
            self.kubectl.run("create", "--filename=-", stdin=json.dumps(job))
        watch: list[Watch] = []

        def over(name: str) -> dict[str, Any] | None:
            if watched and not watch:
                watch.extend(self._watch(name))
            return _over(self.kubectl, name)

        # The Job's own deadline ends it; the rest is for the pod to be made and to go.
        seconds = self.migrate.get("spec", "activeDeadlineSeconds") + 60
        ended = [_ended(self.kubectl, name, until(seconds, lambda name=name: over(name))) for name in names]
        self.samples += [sample for one in watch for sample in one.samples()]
        return ended

    def _watch(self, job: str) -> list[Watch]:
        """Look at what it uses, once it runs and as long as it does."""
        for pod in self.kubectl.get("pods", f"--selector=batch.kubernetes.io/job-name={job}")["items"]:
            if "running" in status(pod, "init").get("state", {}):
                watch = Watch(self.kubectl, pod["metadata"]["name"], "init", tools(self.migrate))
                try:
                    watch.start()
                except ClusterProblem:  # it has ended meanwhile
                    return []
                return [watch]
        return []


def as_job(web: Object) -> Object:
    """/init of init-container as a Job: the site's pod up to it, without the site."""
    spec = copy.deepcopy(web.pod)
    before = [one["name"] for one in spec["initContainers"]].index("init")
    spec["containers"] = [spec["initContainers"][before]]
    spec["initContainers"] = spec["initContainers"][:before]
    spec["restartPolicy"] = "Never"
    labels = {**web.get("spec", "template", "metadata", "labels"), "app.kubernetes.io/name": "migrate"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return Object({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "migrate", "namespace": web.namespace, "labels": labels},
        "spec": {"backoffLimit": 0, "activeDeadlineSeconds": SECONDS, "template": template},
    })  # fmt: skip


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
