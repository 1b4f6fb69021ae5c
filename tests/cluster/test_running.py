"""What the cluster promises, shown on the running cluster."""

from __future__ import annotations

import base64
import ipaddress
import json
import subprocess
import sys
from pathlib import Path
from string import Template

import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.cluster import argocd, images, ingress, machines, processes, registry, web
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import CONTROL, Settings

pytestmark = pytest.mark.cluster
READ_LIMIT = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max"
TESTDATA = Path(__file__).parent / "testdata"


def eventually(seconds: float = 60) -> Retrying:
    """Retry an assertion or a request until it holds."""
    wanted = (AssertionError, LookupError, OSError, subprocess.CalledProcessError)  # a status may not be there yet
    return Retrying(
        retry=retry_if_exception_type(wanted), stop=stop_after_delay(seconds), wait=wait_fixed(0.5), reraise=True
    )


def addresses(kubernetes: Kubernetes) -> list[str]:
    """Every address of nodes, pods and services."""
    nodes = [a["address"] for n in kubernetes.get("nodes")["items"] for a in n["status"]["addresses"]]
    pods = [ip["ip"] for p in kubernetes.get("pods", "-A")["items"] for ip in p["status"].get("podIPs", [])]
    services = [ip for s in kubernetes.get("services", "-A")["items"] for ip in s["spec"].get("clusterIPs", [])]
    names = {node["metadata"]["name"] for node in kubernetes.get("nodes")["items"]}
    return [address for address in nodes + pods + services if address not in {*names, "None"}]


def test_every_address_is_ipv6(kubernetes: Kubernetes) -> None:
    assert {ipaddress.ip_address(address).version for address in addresses(kubernetes)} == {6}


def test_pods(kubernetes: Kubernetes, settings: Settings, namespace: str) -> None:
    here = f"--namespace={namespace}"
    kubernetes.kubectl("apply", here, f"--filename={TESTDATA / 'pods.yaml'}")
    for name in ("pair", "single"):
        kubernetes.wait("condition=Available", f"deployment/{name}", here)
    pods = {p["spec"]["nodeName"]: p["metadata"]["name"] for p in kubernetes.get("pods", here, "-lapp=pair")["items"]}
    first, second = (node.name for node in settings.nodes)
    assert set(pods) == {first, second}

    kubernetes.kubectl("exec", here, pods[first], "--", "sh", "-c", "echo from the first > /shared/file")
    assert kubernetes.kubectl("exec", here, pods[second], "--", "cat", "/shared/file") == "from the first\n"

    fetch = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())"
    for pod in pods.values():
        for host in ("pair", f"pair.{namespace}", f"pair.{namespace}.svc.{settings.data['domain']}"):
            url = f"http://{host}/file"
            assert "from the first" in kubernetes.kubectl("exec", here, pod, "--", "python", "-c", fetch, url)

    # As the API server reaches a webhook.
    address = kubernetes.get("service", "pair", here)["spec"]["clusterIP"]
    command = [sys.executable, "-c", fetch, f"http://[{address}]/file"]
    assert "from the first" in machines.find(settings)[CONTROL].run(*command)

    limit = kubernetes.kubectl("exec", here, pods[first], "--", "sh", "-c", READ_LIMIT)
    assert int(limit) == 96 * 2**20


def test_block_volume_follows_its_pod(kubernetes: Kubernetes, namespace: str) -> None:
    here = f"--namespace={namespace}"
    kubernetes.kubectl("apply", here, f"--filename={TESTDATA / 'pods.yaml'}")
    kubernetes.wait("condition=Available", "deployment/single", here)
    kubernetes.kubectl("exec", here, "deployment/single", "--", "sh", "-c", "echo kept > /own/file && sync")
    first = kubernetes.get("pods", here, "-lapp=single")["items"][0]["spec"]["nodeName"]
    kubernetes.kubectl("cordon", first)
    try:
        kubernetes.kubectl("rollout", "restart", here, "deployment/single")
        kubernetes.kubectl("rollout", "status", here, "deployment/single", "--timeout=60s")
        [pod] = kubernetes.get("pods", here, "-lapp=single")["items"]
        assert pod["spec"]["nodeName"] != first
        assert kubernetes.kubectl("exec", here, "deployment/single", "--", "cat", "/own/file") == "kept\n"
    finally:
        kubernetes.kubectl("uncordon", first)


def test_a_volume_grows_under_its_pod(kubernetes: Kubernetes, namespace: str) -> None:
    here = f"--namespace={namespace}"
    kubernetes.kubectl("apply", here, f"--filename={TESTDATA / 'pods.yaml'}")
    kubernetes.wait("condition=Available", "deployment/single", here)
    [before] = kubernetes.get("pods", here, "-lapp=single")["items"]
    patch = '{"spec": {"resources": {"requests": {"storage": "96Mi"}}}}'
    kubernetes.kubectl("patch", "persistentvolumeclaim", "own", here, f"--patch={patch}")
    for attempt in eventually(20):
        with attempt:
            claim = kubernetes.get("persistentvolumeclaim", "own", here)
            assert claim["status"]["capacity"]["storage"] == "96Mi"
    volume = kubernetes.get("persistentvolume", claim["spec"]["volumeName"])
    assert volume["spec"]["capacity"]["storage"] == "96Mi"
    [after] = kubernetes.get("pods", here, "-lapp=single")["items"]
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    smaller = patch.replace("96Mi", "32Mi")
    with pytest.raises(processes.CommandError, match="can not be less than"):
        kubernetes.kubectl("patch", "persistentvolumeclaim", "own", here, f"--patch={smaller}")


def test_ingress_and_gateway(kubernetes: Kubernetes, settings: Settings, namespace: str) -> None:
    here = f"--namespace={namespace}"
    kubernetes.kubectl("apply", here, f"--filename={TESTDATA / 'pods.yaml'}", f"--filename={TESTDATA / 'routes.yaml'}")
    ingress.tls_secret(settings, kubernetes, namespace, "web-tls")
    kubernetes.wait("condition=Available", "deployment/pair", here)
    for host, through in (("by-ingress", "ingress"), ("by-route", "gateway")):
        for attempt in eventually(30):
            with attempt:
                answer = web.request(settings, "GET", f"https://{host}.example.com/", through=through)
                assert (answer.status, b"Directory listing" in answer.body) == (200, True)
    assert web.request(settings, "GET", "http://unknown.example.com/").status == 404


def seal(kubernetes: Kubernetes, namespace: str, value: str) -> str:
    """A SealedSecret `sealed` of one key for a namespace, made by kubeseal with the controller's own certificate."""
    secret = kubernetes.kubectl(
        "create", "secret", "generic", "sealed", f"--namespace={namespace}", f"--from-literal=key={value}",
        "--dry-run=client", "--output=yaml",
    )  # fmt: skip
    command = ["kubeseal", f"--kubeconfig={kubernetes.settings.kubeconfig}", "--format=yaml"]
    return processes.run(command, stdin=secret, env={"PATH": kubernetes.settings.path})


def test_sealed_secret(kubernetes: Kubernetes, namespace: str) -> None:
    here = f"--namespace={namespace}"
    kubernetes.kubectl("apply", "--filename=-", stdin=seal(kubernetes, namespace, "value"))
    for attempt in eventually():
        with attempt:
            secret = kubernetes.get("secret", "sealed", here)
            assert base64.b64decode(secret["data"]["key"]) == b"value"


def test_sealed_secret_of_another_namespace_is_refused(kubernetes: Kubernetes, namespace: str) -> None:
    here = f"--namespace={namespace}"
    stolen = seal(kubernetes, "default", "value").replace("namespace: default", f"namespace: {namespace}")
    kubernetes.kubectl("apply", "--filename=-", stdin=stolen)
    for attempt in eventually():
        with attempt:
            [condition] = kubernetes.get("sealedsecret", "sealed", here)["status"]["conditions"]
            assert (condition["type"], condition["status"]) == ("Synced", "False")
    assert not kubernetes.get("secrets", here)["items"]


@pytest.fixture
def private_image(kubernetes: Kubernetes, settings: Settings, tmp_path: Path) -> str:
    """An image that was derived from a built one and pushed to the registry with the password."""
    images.derive(settings, "debian", tmp_path / "image", {"/greeting": (0o644, b"hello")})
    registry.push(settings, machines.find(settings)[CONTROL], tmp_path / "image", "test/private:1", private=True)
    return f"{settings.data['registry']['host']}/test/private:1"


def test_registry_wants_the_password(
    kubernetes: Kubernetes, settings: Settings, namespace: str, private_image: str
) -> None:
    here = f"--namespace={namespace}"
    run = ["run", here, f"--image={private_image}", "--image-pull-policy=Always"]
    sleep = ["--command", "--", "sleep", "infinity"]
    kubernetes.kubectl(*run, "without", *sleep)
    for attempt in eventually():
        with attempt:
            [status] = kubernetes.get("pod", "without", here)["status"]["containerStatuses"]
            assert status["state"]["waiting"]["reason"] in ("ErrImagePull", "ImagePullBackOff")
            assert any("401" in e["message"] for e in kubernetes.get("events", here)["items"])
    kubernetes.kubectl(
        "create", "secret", "generic", "registry", here, "--type=kubernetes.io/dockerconfigjson",
        f"--from-literal=.dockerconfigjson={registry.pull_secret(settings)}",
    )  # fmt: skip
    overrides = json.dumps({"spec": {"imagePullSecrets": [{"name": "registry"}]}})
    kubernetes.kubectl(*run, "with", f"--overrides={overrides}", *sleep)
    kubernetes.wait("condition=Ready", "pod/with", here)
    assert kubernetes.kubectl("exec", here, "with", "--", "cat", "/greeting") == "hello"


def commit(repository: Path, work: Path, value: str) -> None:
    """Push an app folder whose ConfigMap holds a value."""
    app = work / "app"
    app.mkdir(parents=True, exist_ok=True)
    (app / "kustomization.yaml").write_text(
        f"configMapGenerator: [{{name: settings, literals: [key={value}]}}]\n"
        "generatorOptions: {disableNameSuffixHash: true}\n"
    )
    git = ["git", "-C", work, "-c", "user.name=test", "-c", "user.email=test@example.com"]
    if not (work / ".git").exists():
        processes.run(["git", "init", "--quiet", "--initial-branch=main", work])
    processes.run([*git, "add", "--all"])
    processes.run([*git, "commit", "--quiet", f"--message={value}"])
    processes.run([*git, "push", "--quiet", repository, "HEAD:main"])


def test_argocd_syncs_git(kubernetes: Kubernetes, settings: Settings, namespace: str, tmp_path: Path) -> None:
    repository = argocd.create_repository(settings, namespace)
    commit(repository, tmp_path, "first")
    application = Template((TESTDATA / "application.yaml").read_text())
    application = application.substitute(name=namespace, url=argocd.url(settings, namespace))
    kubernetes.kubectl("apply", "--filename=-", stdin=application)
    try:
        for value in ("first", "second"):
            if value != "first":
                commit(repository, tmp_path, value)
            for attempt in eventually(60):
                with attempt:
                    data = kubernetes.get("configmap", "settings", f"--namespace={namespace}")["data"]
                    assert data == {"key": value}
        for attempt in eventually():
            with attempt:
                status = kubernetes.get("application", namespace, "--namespace=argocd")["status"]
                assert (status["sync"]["status"], status["health"]["status"]) == ("Synced", "Healthy")
    finally:
        kubernetes.kubectl("delete", "application", namespace, "--namespace=argocd")
