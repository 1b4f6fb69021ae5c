"""/run in a pod of `web`: what it listens on, what it answers, how long it takes, and what it needs."""

import contextlib
import http.client
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..render import kustomize
from ..render.objects import Object
from . import memory, sockets
from .failure import STAYS, Ended, hint, user_trouble
from .files import PULL_ERRORS
from .health import complaint
from .kubectl import ClusterProblem, Kubectl, until
from .verdict import Report
from .visitor import Browser
from .watch import Watch, status

SETTLE = 15
"""Seconds from which on a server that listens wrongly isn't waited for."""
PROBE_SECONDS = 5
RATE = 20
AT_ONCE = 8
"""The load: requests a second, and how many may wait for their answers. A slow site gets fewer, not a queue."""


@dataclass
class Pod:
    """A pod of web, and the container beside it that looks into it."""

    name: str
    address: str
    watch: Watch


class Site:
    """The Deployment `web` while it is tried."""

    def __init__(self, kubectl: Kubectl, web: Object, tools: str, host: str, *, ipv4: bool = False) -> None:
        """Take the Deployment as rendered, an image with bash, and whether pods have IPv4 addresses alone."""
        self.kubectl, self.tools, self.host, self.ipv4 = kubectl, tools, host, ipv4
        [container] = [one.data for one in web.containers() if one.name == "web"]
        self.probe = container["startupProbe"]
        self.path = self.probe.get("httpGet", {}).get("path", "/")
        self.start_seconds = self.probe["periodSeconds"] * self.probe["failureThreshold"]
        self.pod: Pod | None = None

    def judge_start(self, report: Report, seconds: float) -> bool:
        """Wait until the pod is ready or can't become so, and say which; False if it isn't. Raises ClusterProblem."""
        start = time.monotonic()
        limit = min(seconds, self.start_seconds)
        wrong: dict[str, float] = {}

        def look() -> bool | None:
            pod = next(iter(self.kubectl.pods("web")), None)
            now = status(pod, "web") if pod else {}
            if not pod or not now:
                return None
            if ended := self.ended(pod):
                self._crashed(ended, report)
                return False
            if "running" not in now.get("state", {}):
                reason = now.get("state", {}).get("waiting", {}).get("reason")
                return False if reason in PULL_ERRORS else None
            if now["ready"]:
                self._watch(pod)
                _runs(report)
                report.ok("listens", f"ready after {time.monotonic() - start:.0f} s")
                return True
            self._watch(pod)
            return self._faulty(report, wrong, time.monotonic() - start)

        ready = until(limit, look)
        if ready is None:
            self._too_slow(report, limit)
        return bool(ready)

    def _faulty(self, report: Report, wrong: dict[str, float], elapsed: float) -> bool | None:
        """False for a running server that listens or answers wrongly and has done so for a while, else None."""
        listening = self.listening()
        fault = sockets.complaint(listening, self.pod.address, ipv4=self.ipv4)
        if fault and not listening:
            return None
        if fault:
            if elapsed - wrong.setdefault(fault[0], elapsed) > SETTLE:
                _runs(report)
                report.fails("listens", *fault)
                return False
            return None
        answer = self.ask()
        if answer and (trouble := complaint(answer, self.path, self.host)):
            if elapsed - wrong.setdefault(trouble[0], elapsed) > SETTLE:
                _runs(report)
                report.ok("listens", ", ".join(map(str, listening)))
                report.fails("health", f"{trouble[0]}{self._reason(answer.status)}", trouble[1])
                return False
        return None

    def judge_answer(self, report: Report) -> bool:
        """Say what the health page answers; more is asked than Kubernetes asks. Returns whether it is well."""
        answer = self.ask()
        if not answer and (ended := self.ended(self.kubectl.get("pod", self.pod.name))):
            self._crashed(ended, report)
            return False
        if not answer:
            report.fails(
                "health", f"GET {self.path}: no answer in {PROBE_SECONDS} s", "It has to answer in 5 s: make it cheap."
            )
            return False
        if trouble := complaint(answer, self.path, self.host):
            report.fails("health", f"{trouble[0]}{self._reason(answer.status)}", trouble[1])
            return False
        report.ok("health", f"GET {self.path}, Host: {self.host}: {answer.status}")
        return True

    def _reason(self, status: int) -> str:
        """Why the page fails, as far as Django tells: asked there, since many settings log nothing once DEBUG is off."""
        problem = self.pod.watch.ask("page", self.path, self.host).get("problem", "") if status >= 500 else ""
        return f", {problem[:200]}" if problem else ""

    def ask(self) -> http.client.HTTPResponse | None:
        """What the page answers to a request like the probes', None if that isn't HTTP, or not in time."""
        with contextlib.ExitStack() as ways:
            try:
                port = ways.enter_context(self.way())
            except ClusterProblem:  # the site has ended
                return None
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROBE_SECONDS)
            try:
                connection.request("GET", self.path, headers={"Host": self.host, "X-Forwarded-Proto": "https"})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return None
            finally:
                connection.close()
            return answer

    def load(self, seconds: int, addresses: list[str], cookies: str) -> dict[str, Any]:
        """Ask for the pages in turn, RATE times a second if it keeps up; vegeta's report. Raises ClusterProblem."""
        vegeta = kustomize.program("vegeta")
        if not vegeta:
            raise ClusterProblem("no vegeta: run `make setup`, or install it on PATH")
        with self.way() as port:
            headers = f"Host: {self.host}\nX-Forwarded-Proto: https\n" + (f"Cookie: {cookies}\n" if cookies else "")
            paths = [address.removeprefix(f"https://{self.host}") for address in addresses]
            targets = "\n".join(f"GET http://127.0.0.1:{port}{path}\n{headers}" for path in paths)
            attack = [vegeta, "attack", f"-duration={seconds}s", f"-rate={RATE}", f"-max-workers={AT_ONCE}"]
            attack += ["-timeout=30s", "-redirects=-1"]
            sent = subprocess.run(attack, input=targets.encode(), capture_output=True, start_new_session=True)
        told = subprocess.run([vegeta, "report", "-type=json"], input=sent.stdout, capture_output=True)
        if sent.returncode or told.returncode:
            raise ClusterProblem(f"vegeta: {(sent.stderr + told.stderr).decode(errors='replace').strip()[-300:]}")
        return json.loads(told.stdout)

    @contextlib.contextmanager
    def browsed(self) -> Iterator[Browser]:
        """A browser on the site; kubectl's way there, which ends at a connection cut short, is made again then."""
        with contextlib.ExitStack() as ways:

            def way() -> int:
                try:
                    return ways.enter_context(self.way())
                except ClusterProblem as problem:  # the site has ended
                    raise ConnectionError(str(problem)) from None

            yield Browser(self.host, way(), way)

    def listening(self) -> list[sockets.Socket]:
        """What the pod listens on now."""
        return sockets.parse(self.look("cat /proc/net/tcp /proc/net/tcp6"))

    def way(self) -> contextlib.AbstractContextManager[int]:
        """A port of 127.0.0.1 that leads to the site. Raises ClusterProblem once it has ended."""
        return self.pod.watch.relayed(self.pod.address, sockets.PORT)

    def look(self, script: str) -> str:
        """Run a bash script beside the site; it sees the site's processes, /proc/1 is /run. Empty if it fails."""
        return self.pod.watch.run(script)

    def samples(self) -> list[memory.Usage]:
        """What the site has used since it runs."""
        return self.pod.watch.samples()

    def _watch(self, pod: dict[str, Any]) -> None:
        """Put a container beside the site, once for each start of it."""
        name, restarts = pod["metadata"]["name"], status(pod, "web")["restartCount"]
        watch = Watch(self.kubectl, name, "web", self.tools, f"look-{restarts}")
        if self.pod and (self.pod.name, self.pod.watch.name) == (name, watch.name):
            return
        watch.start()
        self.pod = Pod(name, pod["status"]["podIP"], watch)

    def ended(self, pod: dict[str, Any]) -> Ended | None:
        """How the site ended the last time, None if it never did."""
        web = status(pod, "web")
        now, last = web.get("state", {}), web.get("lastState", {})
        state = now.get("terminated") or last.get("terminated")
        if not state:
            return None
        log = self.kubectl.logs(pod["metadata"]["name"], "web", previous="terminated" not in now)
        return Ended(state["exitCode"], state["reason"], log or state.get("message", ""))

    def _crashed(self, ended: Ended, report: Report) -> None:
        if trouble := user_trouble(ended):
            report.fails("user", f"/run: {ended.seen}", trouble)
        else:
            report.fails("stays-up", ended.seen, STAYS + hint(ended))

    def _too_slow(self, report: Report, seconds: float) -> None:
        """Say what is there at the end of the wait."""
        if not self.pod:
            raise ClusterProblem(f"the pod of web didn't start in {seconds:.0f} s")
        fault = sockets.complaint(self.listening(), self.pod.address, ipv4=self.ipv4)
        if fault:
            report.fails("listens", f"{fault[0]} after {seconds:.0f} s", fault[1])
        elif self.judge_answer(report):
            raise ClusterProblem(f"web answers, but isn't ready after {seconds:.0f} s")


def _runs(report: Report) -> None:
    """Say what a server that is there has shown."""
    report.ok("user", "/init and /run do, as uid 10001")
    report.ok("stays-up", "no restart")
