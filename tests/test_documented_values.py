"""Figures and names that the pages promise are those of the renders."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.generators import _component_files as component_files
from validators.policy.components import pattern
from validators.render import objects

from .conftest import PLATFORM_FOLDERS, ROOT

CONTRACT = (ROOT / "docs/image-contract.md").read_text()
GUIDE = (ROOT / "docs/platform-guide.md").read_text()
KEPT = "Delete=false,Prune=false"


@cache
def rendered(name: str) -> dict[str, objects.Object]:
    """Return the golden render of an example, by kind/name."""
    items = objects.parse((ROOT / f"tests/golden/apps/example-{name}.yaml").read_bytes())
    return {f"{item.kind}/{item.name}": item for item in items}


def pod(app: str, workload: str) -> dict[str, Any]:
    """Return a workload's pod spec."""
    return rendered(app)[workload].get("spec", "template", "spec")


def settings(app: str, generated: str) -> dict[str, str]:
    """Return the data of a generated ConfigMap, whose name ends with a hash."""
    (found,) = (item for key, item in rendered(app).items() if key.startswith(f"ConfigMap/{generated}"))
    return found.get("data")


def row(page: str, first: str) -> str:
    """Return the one table row with this first cell."""
    (found,) = re.findall(rf"^\| {re.escape(first)} \|.*$", page, re.M)
    return found


def seconds(text: str) -> list[int]:
    """Return each `50 s` of a text."""
    return [int(number) for number in re.findall(r"(\d+) s\b", text)]


def test_the_time_to_end_is_the_grace_period() -> None:
    web = pod("shop", "Deployment/web")
    drain = web["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert f"no new visitors, and {drain} s later SIGTERM" in CONTRACT
    assert seconds(row(CONTRACT, "`/run`")) == [web["terminationGracePeriodSeconds"] - drain]
    workers = [pod("shop", "Deployment/async"), pod("blog", "Deployment/web")]
    assert seconds(row(CONTRACT, "`/async`")) == [spec["terminationGracePeriodSeconds"] for spec in workers]
    scheduler = pod("shop", "Deployment/scheduler")
    assert seconds(row(CONTRACT, "`/scheduler`")) == [scheduler["terminationGracePeriodSeconds"]]


def test_init_is_tried_as_often_and_as_long() -> None:
    applications = yaml.safe_load((ROOT / "overlays/ungleich/argocd/customer/application-set.yaml").read_text())
    tries = applications["spec"]["template"]["spec"]["syncPolicy"]["retry"]["limit"] + 1
    job = rendered("shop")["Job/migrate"].get("spec")
    assert f"ArgoCD tries {tries} times, {job['activeDeadlineSeconds'] // 60} minutes each" in row(CONTRACT, "`/init`")
    assert job["backoffLimit"] == 0


@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=str)
def test_one_scheduler(folder: Path) -> None:
    if scheduler := rendered(folder.name).get("Deployment/scheduler"):
        assert scheduler.get("spec", "replicas", default=1) == 1
        assert scheduler.get("spec", "strategy", "type") == "Recreate"


def test_probes_are_as_promised() -> None:
    (web,) = pod("minimal", "Deployment/web")["containers"]
    start, ready, live = (web[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness"))
    minutes = start["periodSeconds"] * start["failureThreshold"] // 60
    assert f"asked every {ready['periodSeconds']} s; for a start you have {minutes} minutes" in " ".join(
        CONTRACT.split()
    )
    assert "tcpSocket" in live
    assert (
        f"does not accept connections for {live['periodSeconds'] * live['failureThreshold'] // 60} minutes" in CONTRACT
    )
    headers = {header["name"]: header["value"] for header in ready["httpGet"]["httpHeaders"]}
    hosts = settings("minimal", "app-config")["HOSTS"].split(",")
    assert headers == {"Host": hosts[0], "X-Forwarded-Proto": "https"}
    assert ready["httpGet"]["path"] == "/"


@pytest.mark.parametrize(
    "names", ["`PORT`", "`HOME`, `USER`", "`PYTHONDONTWRITEBYTECODE`, `PYTHONUNBUFFERED`", "`MEDIA_ROOT`"]
)
def test_the_environment_is_as_promised(names: str) -> None:
    given = settings("minimal", "app-defaults") | settings("minimal", "app-config")
    promised = re.findall(r"`([^`]+)`", row(CONTRACT, names).split("|")[2])
    assert promised
    assert {given[name.strip("`")] for name in names.split(", ")} == set(promised)


@pytest.mark.parametrize("app", ["shop", "blog", "learn", "legacy"])
def test_all_containers_have_one_environment_in_this_order(app: str) -> None:
    """Kubernetes: of two values of one variable the later source's counts."""
    specs = [pod(app, key) for key, item in rendered(app).items() if item.kind in ("Deployment", "Job")]
    found = [
        container
        for spec in specs
        for container in spec.get("initContainers", []) + spec["containers"]
        if container["image"].startswith("registry.example.com/")
    ]
    assert len(found) > 1
    assert all(container["envFrom"] == found[0]["envFrom"] for container in found)
    own = [{entry["name"] for entry in container["env"]} for container in found]
    assert all(names == own[0] for names in own)
    defaults, given, secret = found[0]["envFrom"]
    assert defaults["configMapRef"]["name"].startswith("app-defaults-")
    assert given["configMapRef"]["name"].startswith("app-config-")
    assert secret["secretRef"]["name"] == "app"


def test_valkey_is_two_databases() -> None:
    given = settings("shop", "app-defaults")
    broker, cache = given["VALKEY_BROKER_URL"], given["CACHE_URL"]
    assert given["BROKER_URL"] == broker  # the older name
    assert broker.startswith("redis://") and cache.startswith("redis://") and broker != cache
    assert not {"VALKEY_BROKER_URL", "BROKER_URL", "CACHE_URL"} & settings("minimal", "app-defaults").keys()


def test_waves_are_as_documented() -> None:
    """Each object of each example has the wave that its component says, from which the table is generated."""
    said: dict[str, set[str]] = {}
    for component in component_files.read(ROOT).values():
        for key, wave in component.objects.items():
            said.setdefault(re.sub(r"\..*/", "/", key), set()).add(str(wave))
    wrong = set()
    items = [item for folder in PLATFORM_FOLDERS for item in rendered(folder.name).values()]
    own = {path.stem for folder in PLATFORM_FOLDERS for path in (ROOT / folder).glob("*.yaml")}  # docs/own-pods.md
    for item in items:
        wave = item.get("metadata", "annotations", "argocd.argoproj.io/sync-wave", default="0")
        name = re.sub(r"-[bcdfghkmt2456789]{10}$", "", item.name) if item.kind == "ConfigMap" else item.name
        name = "tenant" if item.kind == "Namespace" else name
        key = f"{item.kind}/{name}"
        if item.name not in own and wave not in said.get(key, said.get(pattern(key, said), set())):
            wrong.add((wave, item.kind, item.name))
    assert len(items) > 100
    assert wrong == set()


def test_the_user_is_as_promised() -> None:
    security = pod("minimal", "Deployment/web")["securityContext"]
    assert f"The uid is {security['runAsUser']} and may change" in CONTRACT


def test_what_is_kept_is_what_the_guide_says() -> None:
    """The guide's table and the objects that ArgoCD neither prunes nor deletes."""
    table = GUIDE.partition("| Kept | By component |")[2].partition("\n\n")[0]
    documented = {tuple(pair) for pair in re.findall(r"(PVC|Cluster|NetworkPolicy) `([a-z-]+)`", table)}
    kept = {item for folder in PLATFORM_FOLDERS for item in rendered(folder.name).values() if keeps(item)}
    short = {"PersistentVolumeClaim": "PVC"}
    found = {(short.get(item.kind, item.kind), item.name) for item in kept}
    assert {pair for pair in found if pair[0] not in ("Namespace", "PersistentVolume")} == documented
    assert {kind for kind, _ in found} - {kind for kind, _ in documented} == {"Namespace", "PersistentVolume"}
    assert re.search(r"^\| Namespace, ", table, re.M) and re.search(r"^\| PersistentVolume `", table, re.M)


def keeps(item: objects.Object) -> bool:
    return item.get("metadata", "annotations", "argocd.argoproj.io/sync-options", default="") == KEPT
