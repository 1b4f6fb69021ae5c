"""One trial of an image: the checks in their order, in a namespace that is removed whatever happens."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..render.objects import Object
from . import files, memory, scene, stop
from .database import Database
from .failure import STAYS, hint
from .helpers import Helper
from .init import Init, as_job
from .kubectl import ClusterProblem, Kubectl, until
from .scratch import Scratch, wave
from .site import Site
from .use import Use
from .verdict import Report
from .watch import Watch

DATABASE_SECONDS = 300
STATUS_SECONDS = 10
"""How long Kubernetes may take to tell that a site has ended which answers no more."""
JOBS = 1
"""The wave of `migrate`: what is below comes first, what is above after it."""
WELL = 0.99
"""The share of good answers under load."""
SERVERS = {"database": "postgres", "valkey": "valkey"}
"""StatefulSets beside the app, and their containers."""


@dataclass(frozen=True)
class Times:
    """Seconds: to wait for a start at most, and how long the load lasts."""

    wait: float
    load: int


class Trial:
    """The checks of one image."""

    def __init__(self, scratch: Scratch, times: Times, logs: Path, say: Callable[[str], None]) -> None:
        """Take a sealed app, a folder for the containers' logs, and how to tell where it is."""
        self.scratch, self.times, self.logs, self.say = scratch, times, logs, say
        self.kubectl = Kubectl(scratch.namespace)
        self.database = Database(self.kubectl)
        self.report = Report(scratch.image)
        self.watches: dict[str, Watch] = {}

    def run(self) -> Report:
        """Do it. Raises ClusterProblem, ScratchProblem."""
        made = next(one for one in self.scratch.render() if one.kind == "Namespace")
        with scene.namespace(self.kubectl, made, self.logs, self.say):
            found = self._files()
            if found and files.judge(found, self.scratch.commands(), self.report):
                self._adapt(found)
                self._app()
        if self.logs.is_dir():
            self.report.logs = str(self.logs)
        return self.report

    def _files(self) -> files.Files | None:
        """Start the database, and look at the image meanwhile."""
        rendered = self.scratch.render()
        self.say("database, and a look into the image")
        self.kubectl.apply([one for one in rendered if wave(one) < JOBS and one.kind != "Namespace"])
        web, migrate = _commands(rendered)
        return files.look(self.kubectl, web, migrate, self.report)

    def _adapt(self, found: files.Files) -> None:
        """Add what this image can have, where no folder says it."""
        if "shell" in self.report.failed:
            self.scratch.start_without_shell()
        if not self.scratch.wanted.folder and self.report.found["async-command"].verdict == "ok":
            self.scratch.add_worker()

    def _app(self) -> None:
        rendered = self.scratch.render()
        web, migrate = _commands(rendered)
        tools = files.tools(migrate)
        self._wait_for_database()
        self.say("/init, three or four times")
        media, seen = _mounted(web, "web"), _mounted(migrate, "init")
        in_its_pod = migrate not in rendered
        if in_its_pod:
            self.kubectl.apply([one for one in rendered if one.kind == "PersistentVolumeClaim"])
        unseen = media if media and not seen else ""
        init = Init(self.kubectl, migrate, self.database, self.report, unseen, alone=in_its_pod)
        if not init.judge():
            return
        self.say("/run")
        before = self.database.uses()
        self.kubectl.apply([one for one in rendered if wave(one) != JOBS and one.kind != "Namespace"])
        for name, container in SERVERS.items():
            if any(one.name == name for one in rendered):
                self._watch_server(f"{name}-0", container, name, tools)
        site = Site(self.kubectl, web, tools, self.scratch.host, ipv4=self.scratch.ipv4)
        if not site.judge_start(self.report, self.times.wait):
            return
        helpers = {name: Helper(self.kubectl, rendered, name, tools) for name in ("async", "scheduler")}
        self._helpers(site, helpers)
        if site.judge_answer(self.report):
            self._use(site, media)
        self._judge_database(self.database.uses() - before)
        self._size(init, helpers)
        self._stop(site, web, helpers)

    def _helpers(self, site: Site, helpers: dict[str, Helper]) -> None:
        for name, helper in helpers.items():
            if not helper.holder:
                self.report.skip(helper.check, f"no {name} in this app")
            elif helper.judge_stays(self.report, self.times.wait) and name == "async":
                self.say("a task for /async")
                helper.judge_task(self.report, site.pod.watch)
        if not helpers["async"].holder:
            self.report.skip("task", "no async in this app")

    def _use(self, site: Site, media: str) -> None:
        rest = site.samples()
        self.watches["web"] = site.pod.watch
        with contextlib.ExitStack() as ways:
            try:
                browser = ways.enter_context(site.browsed())
            except ConnectionError:
                self._stays_up(site, STATUS_SECONDS)
                return
            use = Use(browser, site.pod.watch, self.report, site.path, self.scratch.wanted.login)
            self.say("as a visitor")
            use.as_visitor()
            use.judge_key(self.scratch.secret_names())
            self.say("as an editor")
            use.as_editor()
            if not self._stays_up(site):
                return
            if media:
                use.judge_upload(media)
            else:
                self.report.skip("upload", "no storage; STORAGE=rwo or cephfs gives it some")
            addresses = [address for address in use.seen if address.startswith("https:")]
            health = f"https://{site.host}{site.path}"
            self._under_load(site, rest, list(dict.fromkeys([health, *addresses])), browser.cookie_header())

    def _under_load(self, site: Site, rest: list[memory.Usage], addresses: list[str], cookies: str) -> None:
        self.say(f"under load for {self.times.load} s, on {len(addresses)} pages")
        before = len(site.samples())
        try:
            told = site.load(self.times.load, addresses, cookies)
        except ClusterProblem:
            if self._stays_up(site, STATUS_SECONDS):
                raise
            return
        samples = site.samples()
        codes = told["status_codes"] or {}
        good = sum(count for code, count in codes.items() if 200 <= int(code) < 400)
        if not self._stays_up(site, 0 if good >= WELL * told["requests"] else STATUS_SECONDS):
            return
        seen = f"{good} of {told['requests']} answered well, 95 % within {told['latencies']['95th'] / 1e6:.0f} ms"
        if rest and len(samples) > before:
            seen += f"; memory {memory.at_rest(rest):.0f} MiB at rest, {memory.at_most(samples):.0f} MiB at most"
            self.scratch.measured["web"] = memory.resources(samples, samples[before:])
        if good < WELL * told["requests"]:
            told_codes = ", ".join(f"{count} with {code}" for code, count in codes.items())
            change = "See its log; more workers or threads help if it is slow."
            self.report.fails("load", f"{seen} ({told_codes})", change)
        else:
            self.report.ok("load", seen)

    def _size(self, init: Init, helpers: dict[str, Helper]) -> None:
        """Suggest the sizes of every container that was watched."""
        if "web" not in self.scratch.measured:
            return
        found = {"migrate": init.samples}
        found |= {name: helper.watch.samples() for name, helper in helpers.items() if helper.watch}
        found |= {name: watch.samples() for name, watch in self.watches.items() if name != "web"}
        self.scratch.measured |= {name: memory.resources(samples) for name, samples in found.items() if samples}
        self.report.sizing = self.scratch.suggest()

    def _stays_up(self, site: Site, seconds: float = 0) -> bool:
        """Say how the site ended if it did, however long after its start; it may take `seconds` to be known."""
        ended = until(seconds, lambda: site.ended(self.kubectl.get("pod", site.pod.name)))
        if ended:
            self.report.fails("stays-up", f"restarted: {ended.seen}", STAYS + hint(ended))
        return not ended

    def _judge_database(self, uses: int) -> None:
        by = "/run and /async" if self.report.found["async-command"].verdict == "ok" else "/run"
        if tables := self.database.tables():
            self.report.ok("database", f"{tables} tables, used {uses} times by {by}")
        else:
            self.report.fails(
                "database", "no table in it after /init and /run",
                'Take it from the environment: DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}; '
                "or give it names of your own by a patch, and try that with FOLDER=: docs/customer-guide.md.",
            )  # fmt: skip

    def _stop(self, site: Site, web: Object, helpers: dict[str, Helper]) -> None:
        self.say("SIGTERM")
        scene.keep_logs(self.kubectl, self.logs)
        for helper in helpers.values():
            if helper.holder and helper.check not in self.report.found:
                helper.judge_end(self.report, self.logs)
        if self._stays_up(site):
            stop.judge(site, web, self.report, self.logs)

    def _watch_server(self, pod: str, container: str, name: str, tools: str) -> None:
        watch = Watch(self.kubectl, pod, container, tools)
        if watch.start():
            self.watches[name] = watch

    def _wait_for_database(self) -> None:
        def ready() -> bool | None:
            return self.kubectl.get("statefulset", "database")["status"].get("readyReplicas") or None

        if not until(DATABASE_SECONDS, ready):
            pods = self.kubectl.get("pods", "--selector=app.kubernetes.io/name=database")["items"]
            conditions = [one.get("message", "") for pod in pods for one in pod["status"].get("conditions", [])]
            raise ClusterProblem(
                f"the database didn't start in {DATABASE_SECONDS} s: {' '.join(filter(None, conditions))[:300]}"
            )


def _mounted(item: Object, container: str) -> str:
    """Where a container sees the uploads, empty if it doesn't."""
    mounts = [mount for one in item.containers() if one.name == container for mount in one.data.get("volumeMounts", [])]
    return next((mount["mountPath"] for mount in mounts if mount["name"] == "media"), "")


def _commands(rendered: list[Object]) -> tuple[Object, Object]:
    """The Deployment of /run, and the Job of /init: made of the former, where /init runs in its pod."""
    web = _named(rendered, "Deployment", "web")
    jobs = [one for one in rendered if (one.kind, one.name) == ("Job", "migrate")]
    return web, jobs[0] if jobs else as_job(web)


def _named(rendered: list[Object], kind: str, name: str) -> Object:
    return next(one for one in rendered if (one.kind, one.name) == (kind, name))
