"""The app that an image is tried in: made from the template as `new-app` makes it, in a folder that goes away again."""

import copy
import io
import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ..authoring import new_app, scaffold, seal
from ..check.run import check
from ..check.selection import Options
from ..render import kustomize, objects
from ..render.objects import Object
from ..sources.customer import library_root
from .kubectl import ClusterProblem, until

CUSTOMER = "check-image"
ROUTES = ("Ingress", "HTTPRoute")
"""Not applied: the host may be one that people visit."""
# Enough for nearly every app, since it is measured here what it needs.
MEMORY = "2Gi"
QUOTA = "16Gi"
CONTROLLER_SECONDS = 30
_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_POINTER = "/spec/template/spec/containers/0"


class ScratchProblem(Exception):
    """No app can be made of what was given. The message is one line, for people."""


@dataclass(frozen=True)
class Wanted:
    """What the command was given: names checked, files read."""

    image: str
    host: str
    health: str
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    pull_secret: str
    valkey: bool


class Scratch:
    """The two folders of the app under `root`, and what they render to."""

    def __init__(self, root: Path, wanted: Wanted) -> None:
        """Write the folders, nothing is sealed yet. Raises NameProblem, TemplateProblem or OSError."""
        for part in ("base", "components", "overlays/template", "overlays/cluster"):
            shutil.copytree(library_root() / part, root / part)
        self.app = new_app.choose(CUSTOMER, f"a{secrets.token_hex(3)}", wanted.image, wanted.host)
        self.root, self.wanted = root, wanted
        self.customer, self.platform = new_app.make(root, self.app)
        self.template = (self.platform / "sizing.yaml").read_text(encoding="utf-8")
        self._kustomization = self.customer / "kustomization.yaml"
        self._worker = False
        self._web: list[dict[str, Any]] = []
        self._give_environment()
        if wanted.health != "/":
            probes = [f"{_POINTER}/{probe}/httpGet/path" for probe in ("startupProbe", "readinessProbe")]
            self._patch_web(*({"op": "replace", "path": path, "value": wanted.health} for path in probes))
        if wanted.valkey:
            self._edit(self.platform / "kustomization.yaml", lambda text: scaffold.add_component(text, "valkey"))
        self._size()

    @property
    def namespace(self) -> str:
        """Its namespace, of a name that no other run takes."""
        return self.app.namespace

    def seal(self, certificate: Path) -> None:
        """Seal the database's password, a SECRET_KEY, the given secrets and the pull secret. Raises SealProblem."""
        values = {("database-app", "password"): seal.generated(), ("app", "SECRET_KEY"): seal.generated()}
        values |= {("app", key): value.encode() for key, value in self.wanted.secrets.items()}
        if self.wanted.pull_secret:
            values["registry", ".dockerconfigjson"] = self.wanted.pull_secret.encode()
        for (secret, key), value in values.items():
            target = seal.target(self.root, CUSTOMER, self.app.name, secret, key)
            seal.put(target, value, str(certificate))

    def add_worker(self) -> None:
        """Run /async in a Deployment of its own."""
        self._edit(self._kustomization, lambda text: scaffold.add_component(text, "async"))
        self._worker = True
        self._size()

    def start_without_shell(self) -> None:
        """Start /run itself, as a customer can patch it, where the image has no shell to find it with."""
        self._patch_web({"op": "replace", "path": f"{_POINTER}/command", "value": ["/run"]})

    def render(self) -> list[Object]:
        """Return what ArgoCD would apply, without the routes, by wave. Raises ScratchProblem where `check` refuses it."""
        self._refuse_findings()
        try:
            rendered = objects.parse(kustomize.find().build(self.platform))
        except kustomize.KustomizeError as error:
            raise ScratchProblem(str(error)) from None
        return sorted((one for one in rendered if one.kind not in ROUTES), key=wave)

    def suggest(self, web: Mapping[str, Mapping[str, str]]) -> str:
        """Return a sizing.yaml with these resources for web, and leave it in the platform's folder.

        Raises ScratchProblem where `check` refuses it.
        """
        self._size(web)
        self._refuse_findings()
        return (self.platform / "sizing.yaml").read_text(encoding="utf-8")

    def _give_environment(self) -> None:
        """Put plain lines into app.env; those that refer to another variable need a patch."""
        plain = {key: value for key, value in self.wanted.environment.items() if "$(" not in value}
        mapped = {key: value for key, value in self.wanted.environment.items() if "$(" in value}
        with (self.customer / "app.env").open("a", encoding="utf-8") as stream:
            stream.writelines(f"{key}={value}\n" for key, value in plain.items())
        if mapped:
            add = f"{_POINTER}/env/-"
            patch = [
                {"op": "add", "path": add, "value": {"name": key, "value": value}} for key, value in mapped.items()
            ]
            self._patch(
                "environment.yaml", patch, "{kind: Deployment|Job, labelSelector: hosting.ungleich.ch/image=app}"
            )

    def _patch_web(self, *operations: dict[str, Any]) -> None:
        self._web += operations
        self._patch("web.yaml", self._web, "{kind: Deployment, name: web}")

    def _patch(self, name: str, operations: list[dict[str, Any]], target: str) -> None:
        """Write a patch into the customer's folder and list it."""
        text = "".join(f"- {json.dumps(operation)}\n" for operation in operations)
        (self.customer / name).write_text(text, encoding="utf-8")
        before = self._kustomization.read_text(encoding="utf-8")
        if f"path: {name}" not in before:
            head = "" if "\npatches:\n" in before else "patches:\n"
            after = f"{before}{head}  - path: {name}\n    target: {target}\n"
            self._kustomization.write_text(after, encoding="utf-8")

    def _size(self, web: Mapping[str, Any] | None = None) -> None:
        """Write the template's sizing.yaml with room to measure in, or with what was measured for web."""
        yaml = YAML()
        yaml.width = 1 << 20
        yaml.preserve_quotes = True
        yaml.indent(mapping=2, sequence=4, offset=2)
        document = yaml.load(self.template)
        spec = document["spec"]
        if self._worker:
            spec["async"]["replicas"] = 1
            spec["async"].ca.items.pop("replicas", None)  # the template's comment says why it was 0
        if self.wanted.valkey:
            spec["valkey"] = {"storage": "1Gi", "resources": copy.deepcopy(spec["scheduler"]["resources"])}
        if web:
            for part, amounts in web.items():
                spec["web"]["resources"][part].update(amounts)
        else:
            for name in ("web", "migrate", "async"):
                spec[name]["resources"]["limits"]["memory"] = MEMORY
            spec["namespace"]["quota"]["limits.memory"] = QUOTA
        stream = io.StringIO()
        yaml.dump(document, stream)
        (self.platform / "sizing.yaml").write_text(stream.getvalue(), encoding="utf-8")

    def _refuse_findings(self) -> None:
        """Raise ScratchProblem for the first error that `check` finds."""
        report = check(Options([], self.root, None, cached=False, workers=1))
        for finding in report.findings:
            if finding.severity == "error":
                raise ScratchProblem(f"{finding.place.path}: {finding.message}; {finding.hint}")

    @staticmethod
    def _edit(path: Path, change: Any) -> None:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def wave(item: Object) -> int:
    """Return an object's sync wave."""
    return int(item.annotations.get("argocd.argoproj.io/sync-wave", "0"))


def read_environment(path: Path) -> dict[str, str]:
    """Return the variables of a file of KEY=value lines; # starts a comment line. Raises ScratchProblem or OSError."""
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise ScratchProblem(f"{path}:{number}: {line[:20]!r} is no variable; write KEY=value")
        found[match[1]] = match[2]
    return found


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
