"""Engines: what runs in the cluster for some tests only, built and started when the first of them asks for it.

An engine is a name. What bears it belongs to it: tools and images with `engine: <name>`, config/processes/<name>.yaml (run in
the machine `control`), and what config/engines.yaml says is applied for it. It goes away with the cluster.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import yaml

from tests.cluster import build as go_tools
from tests.cluster import configuration, images, machines, recipes, registry
from tests.cluster.kubernetes import MANIFESTS, Kubernetes
from tests.cluster.report import step
from tests.cluster.settings import CONTROL, Settings


def names() -> list[str]:
    """Every engine that there is."""
    return list(applied())


def applied() -> dict[str, list[str]]:
    """What is applied for each engine, as config/engines.yaml has it."""
    return yaml.safe_load((configuration.CONFIG / "engines.yaml").read_text())


def build(settings: Settings, engine: str) -> None:
    """Build what an engine is made of and isn't built yet; prints each step."""
    go_tools.build_all(settings, engine)
    images.build_all(settings, engine)


def start(settings: Settings, kubernetes: Kubernetes, engine: str) -> None:
    """Build an engine, start it in the running cluster and wait until it is ready; at once where it runs."""
    with _alone(settings, engine) as started:
        if started:
            return
        build(settings, engine)
        with step(f"{engine} started"):
            control = machines.find(settings)[CONTROL]
            for name, recipe in recipes.load(settings).items():
                if recipe.engine == engine:
                    for reference in recipe.references:
                        registry.push(settings, control, images.layout(settings, name), reference.split("/", 1)[1])
            if (configuration.CONFIG / "processes" / f"{engine}.yaml").exists():
                configuration.start(control, engine)
            for name in applied()[engine]:
                _apply(settings, kubernetes, name)


def _apply(settings: Settings, kubernetes: Kubernetes, name: str) -> None:
    """Apply one entry of config/engines.yaml and wait for what it runs; apps that are there may be broken on purpose."""
    kind, _, rest = name.partition("/")
    if kind == "engines":
        start(settings, kubernetes, rest)
        return
    if kind == "modules":
        file = settings.cache / name
        kubernetes.apply(file)
        text = file.read_text() if file.is_file() else ""
    else:
        kubernetes.apply_manifest(name)
        text = settings.render((MANIFESTS / f"{name}.yaml").read_text())
    for item in yaml.safe_load_all(text):
        if item and item["kind"] == "Deployment":
            what = f"deployment/{item['metadata']['name']}"
            kubernetes.wait("condition=Available", what, f"--namespace={item['metadata']['namespace']}")


@contextmanager
def _alone(settings: Settings, engine: str) -> Iterator[bool]:
    """Hold an engine against other runs that start it; whether it has been started already."""
    folder = settings.run / "engines"
    folder.mkdir(exist_ok=True)
    with (folder / f"{engine}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = folder / engine
        yield done.exists()
        done.touch()
