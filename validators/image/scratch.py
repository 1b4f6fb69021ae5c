"""The app that an image is tried in: made from the template as `new-app` makes it, in a folder that goes away again."""

import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..authoring import new_app, scaffold, seal
from ..check.run import check
from ..check.selection import Options
from ..finding import Finding
from ..render import kustomize, objects
from ..render.objects import Object
from ..sources.cluster import FILE, ipv4
from ..sources.customer import library_root
from ..sources.folder import CLUSTER
from ..sources.tree import Tree
from ..sources.zones import TEMPLATE
from .folder import CustomerFolder, ScratchProblem, edit
from .kubectl import ClusterProblem, until

CUSTOMER = "check-image"
ENVIRONMENT = "environment-value"
"""The rule of variables that the container sees otherwise than they read."""
ROUTES = ("Ingress", "HTTPRoute")
"""Not applied: the host may be one that people visit."""
# Enough for nearly every app, since it is measured here what it needs.
MEMORY = "2Gi"
QUOTA = "16Gi"
ROOM = {"pods": "40", "limits.cpu": "32", "limits.ephemeral-storage": "64Gi"}
"""The namespace's quota has room for every component that a customer's folder may list."""
CONTROLLER_SECONDS = 30
COMMANDS = {"web": "run-command", "init": "init-command", "async": "async-command", "scheduler": "scheduler-command"}
"""The containers that run the image's commands, and the check of each."""


@dataclass(frozen=True)
class Wanted:
    """What the command was given: names checked, files read. `folder` is a customer's, None for one of the template's."""

    image: str
    host: str
    health: str
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    pull_secret: str
    valkey: bool
    storage: str = ""
    scheduler: bool = False
    folder: Path | None = None
    secret_files: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    """The contents of further secrets, by the Secret's name and the key."""
    login: str = ""
    root: Path = Path()
    """The repository whose overlays/cluster has the facts; the library's are taken where it has none."""


class Scratch:
    """The two folders of the app under `root`, and what they render to."""

    def __init__(self, root: Path, wanted: Wanted) -> None:
        """Write the folders, nothing is sealed yet. Raises NameProblem, TemplateProblem, ScratchProblem or OSError."""
        for part in ("base", "components", TEMPLATE):
            shutil.copytree(library_root() / part, root / part)
        facts = [at / CLUSTER for at in (wanted.root, library_root()) if (at / FILE).is_file()]
        shutil.copytree(facts[0], root / CLUSTER)
        self.ipv4 = ipv4(Tree(root).library)
        given = CustomerFolder(wanted.folder) if wanted.folder else None
        self.image = wanted.image or (given.image() if given else "")
        host = wanted.host or (given.hosts() if given else "")
        self.app = new_app.choose(
            CUSTOMER,
            f"a{secrets.token_hex(3)}",
            self.image,
            host,
            storage=wanted.storage,
            valkey=str(int(wanted.valkey)),
            scheduler=str(int(wanted.scheduler)),
            health=wanted.health,
            components=",".join(given.granted() if given else []),
        )
        self.host = self.app.hosts[0]
        self.root, self.wanted = root, wanted
        self.customer, self.platform = new_app.make(root, self.app)
        self.sealed = given.copy(self.customer, self.app.image, wanted.host, wanted.health) if given else {}
        self.template = (self.platform / "sizing.yaml").read_text(encoding="utf-8")
        self.made_up: list[str] = []
        """The keys of the folder's sealed secrets that got a random value here, as Secret/key."""
        self.measured: dict[str, dict[str, dict[str, str]]] = {}
        """Requests and limits by the names that sizing.yaml has for the containers."""
        self._kustomization = self.customer / "kustomization.yaml"
        self._give_environment()
        self._size(room=True)

    @property
    def namespace(self) -> str:
        """Its namespace, of a name that no other run takes."""
        return self.app.namespace

    def seal(self, certificate: Path) -> None:
        """Seal the database's password, and what the app has sealed or was given. Raises SealProblem, ScratchProblem."""
        values = {("database-app", "password"): seal.generated()}
        values |= {("app", key): value.encode() for key, value in self.wanted.secrets.items()}
        values |= self.wanted.secret_files
        if self.wanted.pull_secret:
            values["registry", ".dockerconfigjson"] = self.wanted.pull_secret.encode()
        if not any(secret == "app" for secret, _ in self.sealed):
            values.setdefault(("app", "SECRET_KEY"), seal.generated())
        for (secret, key), sealed in self.sealed.items():
            if (secret, key) not in values:
                if sealed.type == "kubernetes.io/dockerconfigjson":
                    raise ScratchProblem(
                        f"{sealed.file}: only its own cluster can open it; give it again: PULL_SECRET=file"
                    )
                self.made_up.append(f"{secret}/{key}")
                values[secret, key] = seal.generated()
        for (secret, key), value in values.items():
            zone = self.platform if secret == seal.DATABASE else self.customer
            name = "database-secret.yaml" if secret == seal.DATABASE else f"{secret}-secret.yaml"
            known = self.sealed.get((secret, key))
            type_ = known.type if known else seal.TYPES.get(key, "")
            target = seal.Target(self.namespace, secret, key, type_, zone / (known.file if known else name))
            seal.put(target, value, str(certificate))
        self._secret_names = sorted({key for secret, key in values if secret == "app"})

    def secret_names(self) -> list[str]:
        """The variables of Secret app."""
        return self._secret_names

    def add_worker(self) -> None:
        """Run /async in a Deployment of its own."""
        self._edit(self._kustomization, lambda text: scaffold.add_component(text, "async"))
        self._size(room=True)

    def commands(self) -> dict[str, list[str]]:
        """The commands that the customer's patches give instead of the contract's, by the check of that one."""
        plain = {}
        for path in sorted(
            [*(self.root / "base").rglob("*.yaml"), *(self.root / "components").rglob("deployment.yaml")]
        ):
            for item in objects.parse(path.read_text(encoding="utf-8")):
                plain |= {one.name: one.data.get("command") for one in item.containers()}
        found = {}
        for item in self.render():
            for one in item.containers():
                if one.name in COMMANDS and one.data.get("command") != plain.get(one.name):
                    found[COMMANDS[one.name]] = [*one.data.get("command", []), *one.data.get("args", [])]
        return found

    def start_without_shell(self) -> None:
        """Start /run itself, as a customer can patch it, where the image has no shell to find it with."""
        name, pointer = "check-image-web.yaml", "/spec/template/spec/containers/0/command"
        operation = {"op": "replace", "path": pointer, "value": ["/run"]}
        (self.customer / name).write_text(f"- {json.dumps(operation)}\n", encoding="utf-8")
        patch = {"path": name, "target": {"kind": "Deployment", "name": "web"}}
        edit(self._kustomization, lambda data: data.setdefault("patches", []).append(patch))

    def render(self) -> list[Object]:
        """Return what ArgoCD would apply, without the routes, by wave. Raises ScratchProblem where `check` refuses it."""
        self._refuse_findings()
        try:
            rendered = objects.parse(kustomize.find().build(self.platform))
        except kustomize.KustomizeError as error:
            raise ScratchProblem(str(error)) from None
        return sorted((one for one in rendered if one.kind not in ROUTES), key=wave)

    def suggest(self) -> str:
        """Return a sizing.yaml with what was measured, and leave it in the platform's folder.

        Raises ScratchProblem where `check` refuses it.
        """
        self._size(room=False)
        self._refuse_findings()
        return (self.platform / "sizing.yaml").read_text(encoding="utf-8")

    def _give_environment(self) -> None:
        with (self.customer / "app.env").open("a", encoding="utf-8") as stream:
            stream.writelines(f"{key}={value}\n" for key, value in self.wanted.environment.items())

    def _size(self, *, room: bool) -> None:
        """Write the template's sizing.yaml with room to measure in, or with what was measured."""
        path = self.platform / "sizing.yaml"
        path.write_text(self.template, encoding="utf-8")
        worker = re.search(r"components/async(-container)?\s*$", self._kustomization.read_text(encoding="utf-8"), re.M)

        files = (file.read_text(encoding="utf-8") for file in self.customer.glob("*.yaml"))
        jobs = sum(len(re.findall(r"^kind: CronJob\s*$", text, re.M)) for text in files)

        def change(document: Any) -> None:
            spec = document["spec"]
            if worker:
                spec["async"]["replicas"] = 1
                spec["async"].ca.items.pop("replicas", None)  # the template's comment says why it was 0
            for name, resources in ({} if room else self.measured).items():
                for part, amounts in resources.items():
                    spec[name]["resources"][part].update(amounts)
            if "cron" in spec:
                spec["cron"]["jobs"] = max(spec["cron"]["jobs"], jobs)
            spec["namespace"]["quota"].update(ROOM)
            if room:
                for name in ("web", "migrate", "async", "scheduler"):
                    spec[name]["resources"]["limits"]["memory"] = MEMORY
                spec["namespace"]["quota"]["limits.memory"] = QUOTA

        edit(path, change)

    def warnings(self) -> list[str]:
        """Return what `check` says of variables that the container sees otherwise than they read."""
        findings = self._findings()
        return [f"{one.place.path}: {one.message}; {one.hint}" for one in findings if one.rule == ENVIRONMENT]

    def _findings(self) -> list[Finding]:
        return check(Options([], self.root, None, cached=False, workers=1)).findings

    def _refuse_findings(self) -> None:
        """Raise ScratchProblem for the first error that `check` finds."""
        for finding in self._findings():
            if finding.severity == "error":
                raise ScratchProblem(f"{finding.place.path}: {finding.message}; {finding.hint}")

    @staticmethod
    def _edit(path: Path, change: Any) -> None:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def wave(item: Object) -> int:
    """Return an object's sync wave."""
    return int(item.annotations.get("argocd.argoproj.io/sync-wave", "0"))


def certificate(folder: Path) -> Path:
    """Write the certificate of the cluster's SealedSecrets controller to a file and return it. Raises ClusterProblem."""
    kubeseal = kustomize.program("kubeseal")
    if not kubeseal:
        raise ClusterProblem("no kubeseal: run `make setup`, or install it on PATH")
    said = ""

    def fetch() -> str | None:
        nonlocal said
        done = subprocess.run([kubeseal, "--fetch-cert"], capture_output=True, text=True, timeout=60)
        said = " ".join(done.stderr.split())[:300]
        return done.stdout if "BEGIN CERTIFICATE" in done.stdout else None

    # Its only pod may be on its way from one node to another.
    if not (found := until(CONTROLLER_SECONDS, fetch)):
        raise ClusterProblem(f"no certificate of a SealedSecrets controller: {said}")
    path = folder / "cluster.pem"
    path.write_text(found, encoding="utf-8")
    return path
