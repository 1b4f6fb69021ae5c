"""The app that an image is tried in is the product's: made by new-app, sealed by seal, passed by check."""

from pathlib import Path

import pytest

from validators.image.scratch import MEMORY, ROUTES, ScratchProblem, read_environment, wave
from validators.render.objects import Object


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


def test_two_runs_have_two_namespaces(make, tmp_path: Path) -> None:
    first = make().namespace
    (tmp_path / "tree").rename(tmp_path / "other")
    assert make().namespace != first


def test_the_environment_is_given_as_in_production(make) -> None:
    scratch = make(environment={"TASK_QUEUE": "celery", "DB_HOST": "$(PGHOST)"}, secrets={"STRIPE_KEY": "x"})
    rendered = scratch.render()
    assert {"name": "DB_HOST", "value": "$(PGHOST)"} in web(scratch)["env"]
    migrate = named(rendered, "Job", "migrate").pod["containers"][0]
    assert {"name": "DB_HOST", "value": "$(PGHOST)"} in migrate["env"]
    config = next(one for one in rendered if one.kind == "ConfigMap" and one.name.startswith("app-config"))
    assert config.get("data", "TASK_QUEUE") == "celery"
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


def test_the_suggested_sizes_are_valid_and_reach_the_pod(make) -> None:
    scratch = make()
    scratch.add_worker()
    text = scratch.suggest({"requests": {"cpu": "150m", "memory": "192Mi"}, "limits": {"memory": "320Mi"}})
    assert "requests: {cpu: 150m, memory: 192Mi, ephemeral-storage: 128Mi}" in text
    assert MEMORY not in text  # of the room to measure in
    resources = web(scratch)["resources"]
    assert resources["limits"] == {"cpu": "1", "memory": "320Mi", "ephemeral-storage": "1Gi"}


def test_impossible_sizes_are_refused(make) -> None:
    with pytest.raises(ScratchProblem, match=r"sizing\.yaml"):
        make().suggest({"requests": {"memory": "9Gi"}, "limits": {"memory": "9Gi"}})


def test_variables_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "app.env"
    path.write_text("# a comment\n\nA=1\nB=a=b c\nC=\n")
    assert read_environment(path) == {"A": "1", "B": "a=b c", "C": ""}
    path.write_text("A=1\nexport B=2\n")
    with pytest.raises(ScratchProblem, match=r"app\.env:2: .*write KEY=value"):
        read_environment(path)
