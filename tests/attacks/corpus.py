"""The corpus of attacks: what a hostile customer commits, a file for each technique, and the layers that must refuse it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from validators import engine, rules
from validators.app import App
from validators.engine import Choice
from validators.finding import Finding
from validators.render import Workspace
from validators.tree import Folder, Tree

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NAME = "mallory/app"

LAYERS = {
    "source": Choice(frozenset(rule.id for rule in rules.of_scope(rules.SOURCE)), gate=False),
    "render": Choice(frozenset({"render-difference"}), gate=False),
    "build": Choice(frozenset({"kustomize-build"}), gate=False),
    "absolute": Choice(frozenset({"object-set", "size-differs"}), gate=False),
}

SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: app
  namespace: mallory-app
spec:
  encryptedData:
    SECRET_KEY: AgBx
"""
KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../../../base
  - app-secret.yaml
components:
  - ../../../../components/sealed-secrets
  - ../../../../components/async
  - ../../../../components/ingress
images:
  - name: app
    newName: registry.example.com/mallory/app
    newTag: 1.0.0
configMapGenerator:
  - name: app-config
    behavior: merge
    envs: [app.env]
"""
CUSTOMER = {"kustomization.yaml": KUSTOMIZATION, "app.env": "HOSTS=app.example.com\n", "app-secret.yaml": SEALED}
PLATFORM_KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: mallory-app
resources:
  - ../../../customers/mallory/app
  - sizing.yaml
components:
  - ../../../../components/tenant
  - ../../../../components/postgres/cnpg
  - ../../../../components/sizing
"""


def platform() -> dict[str, bytes]:
    """Return the files of the platform's folder: those of the example shop, without valkey and monitoring."""
    sizing = (ROOT / "overlays/ungleich/example/shop/sizing.yaml").read_bytes()
    return {"kustomization.yaml": PLATFORM_KUSTOMIZATION.encode(), "sizing.yaml": sizing}


@dataclass(frozen=True)
class Attack:
    """One attack: the files of the customer's folder, and the layers that must each refuse it alone."""

    technique: str
    name: str
    files: dict[str, Any]
    layers: tuple[str, ...]
    rule: str

    def __str__(self) -> str:
        return f"{self.technique}: {self.name}"

    def app(self, library: Folder) -> App:
        """Return the app with the attack in it; for those that need no real file system."""
        files = {name: encoded(data) for name, data in self.files.items()}
        customer = Folder(f"overlays/customers/{NAME}", files)
        return App(NAME, customer, Folder(f"overlays/ungleich/{NAME}", platform()), library)

    def findings(self, layer: str, library: Folder, workspace: Workspace) -> list[Finding]:
        """Return what one layer finds, the others being off."""
        app = self.app(library)
        if layer == "source":
            return list(engine.sources(app, LAYERS[layer]))
        return engine.check(None, [app], workspace, LAYERS[layer])[0].findings


def attacks() -> Iterator[Attack]:
    """Yield all attacks."""
    for path in sorted(HERE.glob("*.yaml")):
        group = yaml.safe_load(path.read_text())
        for case in group["cases"]:
            yield Attack(
                technique=path.stem,
                name=case["name"],
                files=files_of(case),
                layers=tuple(case.get("layers", group.get("layers", ["source"]))),
                rule=case.get("rule", group.get("rule", "")),
            )


def files_of(case: dict) -> dict[str, Any]:
    """Return the customer's files of a case: the good ones, changed as the case says."""
    files: dict[str, Any] = dict(CUSTOMER)
    for old, new in case.get("replace", {}).items():
        assert old in files["kustomization.yaml"], case["name"]
        files["kustomization.yaml"] = files["kustomization.yaml"].replace(old, new)
    if "merge" in case:
        files["attack.yaml"] = yaml.safe_dump(case["merge"])
        files["kustomization.yaml"] += "patches:\n  - path: attack.yaml\n"
    if "ops" in case:
        files["attack.yaml"] = yaml.safe_dump(case["ops"], default_flow_style=False)
        target = case.get("target", {"kind": "Deployment", "name": "web"})
        files["kustomization.yaml"] += f"patches:\n  - path: attack.yaml\n    target: {target}\n"
    if "object" in case:
        files["attack.yaml"] = yaml.safe_dump(case["object"])
        files["kustomization.yaml"] = files["kustomization.yaml"].replace(
            "  - app-secret.yaml\n", "  - app-secret.yaml\n  - attack.yaml\n"
        )
    files["kustomization.yaml"] += case.get("append", "")
    files["app.env"] += case.get("env", "")
    for name, data in case.get("files", {}).items():
        if data is None:
            del files[name]
        else:
            files[name] = data
    for name, how in case.get("made", {}).items():
        files[name] = eval(how, {"__builtins__": {"range": range, "str": str}})  # noqa: S307 our own file
    return files


def encoded(data: Any) -> bytes:
    """Return a file of a case as bytes."""
    return data if isinstance(data, bytes) else str(data).encode()


def tree() -> Tree:
    """Return this repository."""
    return Tree(ROOT)
