"""One trial of an image: the checks in their order, in a namespace that is removed whatever happens."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator

from ..render.objects import Object
from . import files, init, memory, stop
from .database import Database
from .failure import STAYS, Ended, hint
from .kubectl import ClusterProblem, Kubectl, until
from .scratch import Scratch, wave
from .site import Site, container_status
from .verdict import Report

LABEL = "hosting.ungleich.ch/check-image"
"""On every namespace made here, to find what a power cut left behind."""
DATABASE_SECONDS = 300
REMOVE_SECONDS = 120
REST_SECONDS = 5
WORKER_SECONDS = 10
"""How long a worker must have run to count as one that stays up."""
STATUS_SECONDS = 10
"""How long Kubernetes may take to tell that a site has ended which answers no more."""
JOBS = 1
"""The wave of `migrate`: what is below comes first, what is above after it."""
WELL = 0.99
"""The share of good answers under load."""


class Trial:
    """The checks of one image."""

    def __init__(self, scratch: Scratch, seconds: float, load: int, say: Callable[[str], None]) -> None:
        """Take a sealed app, the seconds to wait for a start, those of the load, and how to tell where it is."""
        self.scratch, self.seconds, self.load, self.say = scratch, seconds, load, say
        self.kubectl = Kubectl(scratch.namespace)
        self.database = Database(self.kubectl)
        self.report = Report(scratch.wanted.image)

    def run(self) -> Report:
        """Do it. Raises ClusterProblem, ScratchProblem."""
        with _interrupted_once(), self._namespace():
            found = self._files()
            if found and files.judge(found, self.report):
                self._adapt(found)
                self._app()
        return self.report

    def _files(self) -> files.Files | None:
        """Start the database, and look at the image meanwhile."""
        rendered = self.scratch.render()
        self.say("database, and a look into the image")
        self.kubectl.apply([one for one in rendered if wave(one) < JOBS and one.kind != "Namespace"])
        return files.look(
            self.kubectl, _named(rendered, "Deployment", "web"), _named(rendered, "Job", "migrate"), self.report
        )

    def _adapt(self, found: files.Files) -> None:
        """Add what this image can have."""
        if "shell" in self.report.failed:
            self.scratch.start_without_shell()
        if self.report.found["async-command"].verdict == "ok":
            self.scratch.add_worker()
        else:
            self.report.skip("worker", self.report.found["async-command"].seen)

    def _app(self) -> None:
        rendered = self.scratch.render()
        web, migrate = _named(rendered, "Deployment", "web"), _named(rendered, "Job", "migrate")
        self._wait_for_database()
        self.say("/init, three times")
        if not init.judge(self.kubectl, migrate, self.database, self.report):
            return
        self.say("/run")
        before = self.database.uses()
        self.kubectl.apply([one for one in rendered if wave(one) != JOBS and one.kind != "Namespace"])
        site = Site(self.kubectl, web, files.tools(migrate), self.scratch.app.hosts[0])
        if not site.judge_start(self.report, self.seconds):
            return
        if site.judge_answer(self.report):
            self._under_load(site)
        self._judge_database(self.database.uses() - before)
        self._stop(site, web)

    def _under_load(self, site: Site) -> None:
        self.say(f"at rest, then under load for {self.load} s")
        rest = memory.parse(site.look(memory.script(REST_SECONDS)))
        with self.kubectl.started(*site.looking(memory.script(self.load + 1))) as sampling:
            told = site.load(self.load)
            loaded = memory.parse(sampling.communicate()[0])
        codes = told["status_codes"] or {}
        good = sum(count for code, count in codes.items() if 200 <= int(code) < 400)
        if not self._stays_up(site, 0 if good >= WELL * told["requests"] else STATUS_SECONDS):
            return
        seen = f"{good} of {told['requests']} answered well, 95 % within {told['latencies']['95th'] / 1e6:.0f} ms"
        if rest and loaded:
            seen += f"; memory {memory.at_rest(rest):.0f} MiB at rest, {memory.at_most(loaded):.0f} MiB under load"
            self.report.sizing = self.scratch.suggest(memory.resources(rest, loaded))
        if good < WELL * told["requests"]:
            told_codes = ", ".join(f"{count} with {code}" for code, count in codes.items())
            self.report.fails(
                "load", f"{seen} ({told_codes})", "See its log; more workers or threads help if it is slow."
            )
        else:
            self.report.ok("load", seen)

    def _stays_up(self, site: Site, seconds: float = 0) -> bool:
        """Say how the site ended if it did, however long after its start; it may take `seconds` to be known."""
        ended = until(seconds, lambda: site.ended(self.kubectl.get("pod", site.pod.name)))
        if ended:
            self.report.fails("stays-up", f"restarted: {ended.seen}", STAYS + hint(ended))
        return not ended

    def _judge_database(self, uses: int) -> None:
        if tables := self.database.tables():
            self.report.ok("database", f"{tables} tables, used {uses} times by /run and /async")
        else:
            self.report.fails(
                "database", "no table in it after /init and /run",
                'Take it from the environment: DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}; '
                "or give your own names: DB_HOST=$(PGHOST) in ENV=<file>.",
            )  # fmt: skip

    def _stop(self, site: Site, web: Object) -> None:
        self.say("SIGTERM")
        if "worker" not in self.report.found:
            self._stop_worker()
        if self._stays_up(site):
            stop.judge(site, web, self.report)

    def _stop_worker(self) -> None:
        def stays() -> bool | None:
            pod = next(iter(self.kubectl.pods("async")), None)
            status = container_status(pod, "async") if pod else {}
            state = status.get("state", {}).get("terminated") or status.get("lastState", {}).get("terminated")
            if state:
                log = self.kubectl.logs(pod["metadata"]["name"], "async", previous=status["restartCount"] > 0)
                ended = Ended(state["exitCode"], state["reason"], log or state.get("message", ""))
                self.report.fails("worker", ended.seen, STAYS + hint(ended))
                return False
            started = status.get("state", {}).get("running")
            first.setdefault(bool(started), time.monotonic())
            return True if started and time.monotonic() - first[True] > WORKER_SECONDS else None

        first: dict[bool, float] = {}
        if until(self.seconds, stays):
            stop.judge_worker(self.kubectl, self.kubectl.pods("async")[0]["metadata"]["name"], self.report, "stays up")

    def _wait_for_database(self) -> None:
        def ready() -> bool | None:
            return self.kubectl.get("statefulset", "database")["status"].get("readyReplicas") or None

        if not until(DATABASE_SECONDS, ready):
            pods = self.kubectl.get("pods", "--selector=app.kubernetes.io/name=database")["items"]
            conditions = [one.get("message", "") for pod in pods for one in pod["status"].get("conditions", [])]
            raise ClusterProblem(
                f"the database didn't start in {DATABASE_SECONDS} s: {' '.join(filter(None, conditions))[:300]}"
            )

    @contextlib.contextmanager
    def _namespace(self) -> Iterator[None]:
        """Make the namespace; remove it with all that is in it, also when the block is interrupted."""
        try:
            namespace = next(one for one in self.scratch.render() if one.kind == "Namespace")
            namespace.labels[LABEL] = "true"
            self.say(f"namespace {self.scratch.namespace}")
            self.kubectl.apply([namespace])
            yield
        finally:
            _ignore_interruptions()
            self.say("removing the namespace")
            self._remove()

    def _remove(self) -> None:
        namespace = self.scratch.namespace
        try:
            self.kubectl.run("delete", "deployments,statefulsets,jobs", "--all", "--wait=false")
            # Nothing in it needs the time to end well, which a worker has ten minutes of.
            self.kubectl.run("delete", "pods", "--all", "--grace-period=1", "--wait=false")
        finally:
            self.kubectl.run("delete", "namespace", namespace, "--ignore-not-found", "--wait=false")
        listing = ["get", "namespace", namespace, "--ignore-not-found", "--output=name"]
        if not until(REMOVE_SECONDS, lambda: True if not self.kubectl.run(*listing) else None):
            self.say(f"namespace {namespace} was deleted and isn't gone yet")


SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def _interrupted_once() -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the block, and no second one what it then puts in order."""

    def stop(*_: object) -> None:
        _ignore_interruptions()
        raise KeyboardInterrupt

    before = {sign: signal.signal(sign, stop) for sign in SIGNALS}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _ignore_interruptions() -> None:
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)


def _named(rendered: list[Object], kind: str, name: str) -> Object:
    return next(one for one in rendered if (one.kind, one.name) == (kind, name))
