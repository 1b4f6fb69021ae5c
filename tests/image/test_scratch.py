"""The app that an image is tried in is the product's: made by new-app, sealed by seal, passed by check."""

import shutil
from pathlib import Path

import pytest
import yaml

from validators.image.folder import ScratchProblem, read_environment
from validators.image.init import as_job
from validators.image.scratch import MEMORY, ROUTES, wave
from validators.render.objects import Object

from ..conftest import ROOT
from ..e2e import snippets


def named(rendered: list[Object], kind: str, name: str) -> Object:
    return next(one for one in rendered if (one.kind, one.name) == (kind, name))


def web(scratch) -> dict:
    return named(scratch.render(), "Deployment", "web").pod["containers"][0]


def test_it_is_the_template_in_a_closed_namespace(make) -> None:
    scratch = make()
    rendered = scratch.render()
    assert {one.namespace for one in rendered if one.kind != "Namespace"} == {scratch.namespace}
    namespace = named(rendered, "Namespace", scratch.namespace)
    assert namespace.labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {one.kind for one in rendered} >= {"ResourceQuota", "LimitRange", "NetworkPolicy", "StatefulSet", "Job"}
    assert not {one.kind for one in rendered} & set(ROUTES)
    assert [wave(one) for one in rendered] == sorted(wave(one) for one in rendered)
    assert named(rendered, "SealedSecret", "app").get("spec", "encryptedData", "SECRET_KEY")


def test_two_runs_have_two_namespaces(make) -> None:
    assert make().namespace != make().namespace


def test_the_environment_is_given_as_in_production(make) -> None:
    scratch = make(environment={"TASK_QUEUE": "celery", "DB_HOST": "$(PGHOST)"}, secrets={"STRIPE_KEY": "x"})
    rendered = scratch.render()
    assert [row["name"] for row in web(scratch)["env"] if row["name"] == "DB_HOST"] == []
    config = next(one for one in rendered if one.kind == "ConfigMap" and one.name.startswith("app-config"))
    assert config.get("data", "TASK_QUEUE") == "celery"
    assert config.get("data", "DB_HOST") == "$(PGHOST)"  # nobody replaces it there, nor here
    [warning] = scratch.warnings()
    assert "nobody puts the value of PGHOST in" in warning
    assert "value: {name: DB_HOST, value: $(PGHOST)}" in warning
    assert config.get("data", "HOSTS") == "shop.acme.example"
    assert set(named(rendered, "SealedSecret", "app").get("spec", "encryptedData")) == {"SECRET_KEY", "STRIPE_KEY"}


def test_a_secret_in_the_environment_is_refused(make) -> None:
    with pytest.raises(ScratchProblem, match=r"app\.env.*MAIL_PASSWORD.*seal"):
        make(environment={"MAIL_PASSWORD": "hunter2"}).render()


def test_the_health_page_is_that_of_the_probes(make) -> None:
    container = web(make(health="/well/"))
    assert [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe")] == ["/well/"] * 2


def test_a_worker_can_be_added(make) -> None:
    scratch = make()
    assert not [one for one in scratch.render() if one.name == "async"]
    scratch.add_worker()
    assert named(scratch.render(), "Deployment", "async").get("spec", "replicas") == 1


def test_without_a_shell_run_is_the_command(make) -> None:
    scratch = make(health="/well")
    scratch.start_without_shell()
    assert web(scratch)["command"] == ["/run"]
    assert web(scratch)["startupProbe"]["httpGet"]["path"] == "/well"


def test_valkey_and_a_pull_secret(make) -> None:
    rendered = make(valkey=True, pull_secret='{"auths": {}}').render()
    assert named(rendered, "StatefulSet", "valkey")
    assert (
        named(rendered, "SealedSecret", "registry").get("spec", "template", "type") == "kubernetes.io/dockerconfigjson"
    )
    assert named(rendered, "ServiceAccount", "app").data["imagePullSecrets"] == [{"name": "registry"}]


def test_the_suggested_sizes_are_valid_and_reach_every_pod(make) -> None:
    scratch = make(valkey=True, scheduler=True)
    scratch.add_worker()
    names = ("web", "migrate", "async", "scheduler", "database", "valkey")
    for number, name in enumerate(names):
        request, limit = f"{160 + number * 32}Mi", f"{448 + number * 32}Mi"
        scratch.measured[name] = {"requests": {"memory": request}, "limits": {"memory": limit}}
    scratch.measured["web"]["requests"]["cpu"] = "150m"
    text = scratch.suggest()
    assert "requests: {cpu: 150m, memory: 160Mi, ephemeral-storage: 128Mi}" in text
    assert f"memory: {MEMORY}" not in text  # of the room to measure in
    sized = {
        one.name: one.data["resources"]["limits"]["memory"] for item in scratch.render() for one in item.containers()
    }
    kept = [sized[name] for name in ("web", "init", "async", "scheduler", "postgres", "valkey")]
    assert kept == ["448Mi", "480Mi", "512Mi", "544Mi", "576Mi", "608Mi"]


def test_impossible_sizes_are_refused(make) -> None:
    scratch = make()
    scratch.measured["web"] = {"requests": {"memory": "9Gi"}, "limits": {"memory": "9Gi"}}
    with pytest.raises(ScratchProblem, match=r"sizing\.yaml"):
        scratch.suggest()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A customer's folder with everything that one can have: the example's, under other names."""
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "overlays/customers/example/shop", folder)
    return folder


def test_a_customers_folder_is_taken_as_it_is(make, shop: Path) -> None:
    scratch = make(image="", host="", folder=shop, valkey=True, pull_secret='{"auths": {}}')
    rendered = scratch.render()
    assert scratch.image == "registry.example.com/example/shop:2.4.1"
    assert scratch.host == "shop.example.com"
    assert web(scratch)["startupProbe"]["httpGet"]["path"] == "/healthz"
    for name in ("app", "registry", "stripe-webhook"):
        sealed = named(rendered, "SealedSecret", name)
        assert sealed.namespace == scratch.namespace
    before = yaml.safe_load((shop / "app-secret.yaml").read_text())["spec"]["encryptedData"]
    after = named(rendered, "SealedSecret", "app").get("spec", "encryptedData")
    assert set(before) == set(after)
    assert not set(before.values()) & set(after.values())
    assert "stripe-webhook/signing.pem" in scratch.made_up
    assert scratch.secret_names() == sorted(before)
    assert named(rendered, "Deployment", "async").get("spec", "replicas") == 1


def test_what_is_given_wins_over_the_folder(make, shop: Path) -> None:
    given = {("stripe-webhook", "signing.pem"): b"a key"}
    scratch = make(
        folder=shop,
        host="shop.acme.example,www.acme.example",
        health="/well",
        secret_files=given,
        valkey=True,
        pull_secret='{"auths": {}}',
    )
    assert scratch.image == "registry.example.com/acme/shop:1.0.0"
    assert scratch.host == "shop.acme.example"
    assert web(scratch)["image"] == scratch.image
    assert web(scratch)["readinessProbe"]["httpGet"]["path"] == "/well"
    assert "stripe-webhook/signing.pem" not in scratch.made_up


def test_a_folder_without_a_secret_app_gets_a_key(make) -> None:
    scratch = make(folder=ROOT / "overlays/customers/example/minimal")
    assert (scratch.secret_names(), scratch.made_up) == (["SECRET_KEY"], [])
    assert {"secretRef": {"name": "app"}} in web(scratch)["envFrom"]


def test_a_password_to_pull_with_has_to_be_given_again(make, shop: Path) -> None:
    with pytest.raises(ScratchProblem, match="PULL_SECRET"):
        make(folder=shop, valkey=True)


def test_the_guides_patches_are_known_as_commands(make, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    shutil.copytree(ROOT / "overlays/customers/example/minimal", folder)
    snippets.write(snippets.below("docs/customer-guide.md", "An image that does not follow the contract"), folder)
    scratch = make(folder=folder)
    assert scratch.commands() == {
        "init-command": ["python", "manage.py", "migrate"],
        "run-command": ["gunicorn", "mysite.wsgi", "--bind", "[::]:8000", "--threads", "4", "--graceful-timeout", "40"],
    }
    assert make(folder=ROOT / "overlays/customers/example/minimal").commands() == {}


def test_init_in_the_sites_pod_becomes_a_job_of_its_own(make, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(ROOT / "overlays/customers/example/minimal", folder)
    lines = {
        "kustomization.yaml": "components: [../../../../components/init-container]\n",
        "app.env": "MEDIA_ROOT=/data\n",
    }
    snippets.write(lines, folder)
    rendered = make(folder=folder, storage="rwo").render()
    assert [one.name for one in rendered if one.kind == "Job"] == []
    job = as_job(named(rendered, "Deployment", "web"))
    assert [one.name for one in job.containers()] == ["wait-for-database", "init"]
    [init] = [one.data for one in job.containers() if one.name == "init"]
    assert init["command"] == ["/init"]
    assert "/data" in [mount["mountPath"] for mount in init["volumeMounts"]]
    assert (job.labels, job.pod["restartPolicy"]) == (job.get("spec", "template", "metadata", "labels"), "Never")
    assert job.labels["app.kubernetes.io/name"] == "migrate"


def test_the_facts_are_the_hosters_own(make, tmp_path: Path) -> None:
    facts = (ROOT / "overlays/cluster/facts.yaml").read_text()
    own = tmp_path / "own"
    shutil.copytree(ROOT / "overlays/cluster", own / "overlays/cluster")
    changed = facts.replace("rook-cephfs", "shared").replace("# ipv4: true", "ipv4: true")
    (own / "overlays/cluster/facts.yaml").write_text(changed)
    scratch = make(root=own, storage="cephfs")
    claim = named(scratch.render(), "PersistentVolumeClaim", "media")
    assert (claim.get("spec", "storageClassName"), scratch.ipv4) == ("shared", True)
    assert make(root=tmp_path / "none").ipv4 is False


def test_a_folder_that_is_none_is_refused(make, tmp_path: Path) -> None:
    with pytest.raises(ScratchProblem, match=r"no kustomization\.yaml"):
        make(folder=tmp_path)


def test_variables_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "app.env"
    path.write_text("# a comment\n\nA=1\nB=a=b c\nC=\n")
    assert read_environment(path) == {"A": "1", "B": "a=b c", "C": ""}
    path.write_text("A=1\nexport B=2\n")
    with pytest.raises(ScratchProblem, match=r"app\.env:2: .*write KEY=value"):
        read_environment(path)
