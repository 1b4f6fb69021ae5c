"""What runs beside the site: a worker (/async) and a scheduler (/scheduler), in pods of their own or in web's."""

from __future__ import annotations

import re
import time
from pathlib import Path

from ..render.objects import Object
from . import advice, stop
from .failure import STAYS, Ended, hint
from .kubectl import Kubectl, until
from .verdict import Report
from .watch import Watch, status

STAY_SECONDS = 10
"""How long it must have run to count as one that stays up."""
TASK_SECONDS = 60
CHECKS = {"async": "worker", "scheduler": "scheduler"}
_COMMANDS = "for process in /proc/[0-9]*; do tr '\\0' ' ' < $process/cmdline; echo; done 2>/dev/null"
_CELERY_APP = re.compile(r"(?:^|\s)(?:-A|--app)[ =]?(\S+)")


class Helper:
    """The container `async` or `scheduler`, where the app has one."""

    def __init__(self, kubectl: Kubectl, rendered: list[Object], name: str, tools: str) -> None:
        """Take what is deployed, the container's name, and an image with bash."""
        self.kubectl, self.name, self.check, self._tools = kubectl, name, CHECKS[name], tools
        holders = [one.name for one in rendered for container in one.containers() if container.name == name]
        self.holder = holders[0] if holders else ""
        """The Deployment that it is part of: its own, or web."""
        self.watch: Watch | None = None

    def judge_stays(self, report: Report, seconds: float) -> bool:
        """Say whether it stays up, and watch it then. Raises ClusterProblem."""
        first: dict[bool, float] = {}

        def stays() -> bool | None:
            pod = next(iter(self.kubectl.pods(self.holder)), None)
            now = status(pod, self.name) if pod else {}
            state = now.get("state", {}).get("terminated") or now.get("lastState", {}).get("terminated")
            if state:
                log = self.kubectl.logs(pod["metadata"]["name"], self.name, previous=now["restartCount"] > 0)
                ended = Ended(state["exitCode"], state["reason"], log or state.get("message", ""))
                report.fails(self.check, ended.seen, STAYS + hint(ended))
                return False
            started = bool(now.get("state", {}).get("running"))
            first.setdefault(started, time.monotonic())
            return True if started and time.monotonic() - first[True] > STAY_SECONDS else None

        if not until(seconds, stays):
            if self.check not in report.found:
                report.fails(self.check, f"didn't start in {seconds:.0f} s", hint(Ended(None, "", "")))
            return False
        pod = self.kubectl.pods(self.holder)[0]["metadata"]["name"]
        watch = Watch(self.kubectl, pod, self.name, self._tools, f"look-{self.name}")
        self.watch = watch if watch.start() else None
        return self.watch is not None

    def judge_task(self, report: Report, site: Watch) -> None:
        """Send a task from the site, and say whether this worker does it."""
        if not self.watch:
            return
        commands = self.watch.run(_COMMANDS)
        queue = "celery" if "celery" in commands else "django-q" if "qcluster" in commands else ""
        if not queue:
            report.skip("task", "neither Celery nor Django Q: which tasks it does isn't known")
            return
        app = _CELERY_APP.search(commands)
        told = site.ask("task", queue, app[1] if app else "", str(TASK_SECONDS))
        if "problem" in told:
            report.fails(
                "task", f"the site can't send one: {told['problem'][-200:]}", hint(Ended(1, "", told["problem"]))
            )
        elif told["done"]:
            report.ok("task", told["seen"])
        else:
            report.fails("task", told["seen"], advice.TASK)

    def judge_end(self, report: Report, logs: Path) -> None:
        """Stop a worker that has a Deployment of its own, and say how it goes; its whole log is kept. Raises ClusterProblem."""
        if self.holder != self.name:
            report.ok(self.check, "stays up, in web's pod")
        elif self.watch and self.name == "async":
            stop.judge_worker(self.kubectl, self.watch.pod, report, "stays up", logs)
        elif self.watch:
            report.ok(self.check, "stays up")
