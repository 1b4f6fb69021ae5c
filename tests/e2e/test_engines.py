"""Each engine of the test cluster does what tests are to build on: S3, pushes by SSH, certificates, a database, metrics."""

from __future__ import annotations

import json
import os
import socket
import ssl
import urllib.request
from pathlib import Path

import pytest

from tests.cluster import engines, git_server, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e import prometheus
from tests.e2e.wait import eventually

pytestmark = pytest.mark.test_cluster("engines are the test cluster's")
REFUSE = """\
#!/bin/sh
while read -r old new ref; do
  if git show "$new:forbidden" >/dev/null 2>&1; then
    echo "$GIT_WHO: forbidden is not allowed here" >&2
    exit 1
  fi
done
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}
spec:
  tls: [{hosts: [%(host)s], secretName: web-tls}]
  rules: [{host: %(host)s, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: nothing}, ports: [{port: 80}]}
"""
DATABASE = """\
spec: {instances: 2, storage: {size: 1Gi, storageClass: %s}}
"""
ASK = """\
import ssl, sys, urllib.request, urllib.error
context = ssl.create_default_context(cadata=sys.stdin.read())
try:
    print(urllib.request.urlopen(sys.argv[1], context=context, timeout=10).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


def authority(settings: Settings) -> Path:
    """The certificate authority of every server here."""
    return settings.run / "pki/ca.crt"


def from_a_pod(kubernetes: Kubernetes, namespace: str, url: str) -> str:
    """The status that a pod gets from a URL, the certificate checked."""
    here = f"--namespace={namespace}"
    image = "docker.io/library/python:3.13-slim-trixie"
    kubernetes.kubectl("run", "client", here, f"--image={image}", "--command", "--", "sleep", "infinity")
    kubernetes.wait("condition=Ready", "pod/client", here)
    pem = authority(kubernetes.settings).read_text()
    return kubernetes.kubectl("exec", "-i", here, "client", "--", "python3", "-c", ASK, url, stdin=pem).strip()


def test_s3_takes_a_restic_backup(kubernetes: Kubernetes, settings: Settings, namespace: str, tmp_path: Path) -> None:
    engines.start(settings, kubernetes, "s3")
    s3 = settings.data["s3"]
    where = f"s3:https://[{settings.data['network']['control']}]:7070/{namespace}"
    environment = {
        "PATH": settings.path,
        "HOME": str(tmp_path),
        "RESTIC_REPOSITORY": where,
        "RESTIC_PASSWORD": "only for tests",
        "AWS_ACCESS_KEY_ID": s3["user"],
        "AWS_SECRET_ACCESS_KEY": s3["password"],
        "AWS_DEFAULT_REGION": "main",
    }
    restic = ["restic", f"--cacert={authority(settings)}"]
    (tmp_path / "file").write_text("kept")
    processes.run([*restic, "init"], env=environment)
    processes.run([*restic, "backup", tmp_path / "file"], env=environment)
    processes.run([*restic, "check", "--read-data"], env=environment)
    assert processes.run([*restic, "dump", "latest", tmp_path / "file"], env=environment) == "kept"
    with pytest.raises(processes.CommandError, match=r"(?i)signature|denied"):
        processes.run([*restic, "snapshots"], env={**environment, "AWS_SECRET_ACCESS_KEY": "another"})
    assert from_a_pod(kubernetes, namespace, f"https://{s3['host']}:7070/") == "403"


def test_git_takes_pushes_by_ssh_and_runs_hooks(
    kubernetes: Kubernetes, settings: Settings, namespace: str, tmp_path: Path
) -> None:
    engines.start(settings, kubernetes, "git")
    key = tmp_path / "key"
    processes.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    url = git_server.create_repository(settings, namespace, pre_receive=REFUSE)
    environment = {**os.environ, "GIT_SSH_COMMAND": git_server.ssh_command(settings, key)}
    work = tmp_path / "work"
    git = ["git", "-C", work, "-c", "user.name=test", "-c", "user.email=test@example.com"]
    processes.run(["git", "init", "--quiet", "--initial-branch=main", work])

    def push(name: str) -> None:
        (work / name).write_text("")
        processes.run([*git, "add", "--all"])
        processes.run([*git, "commit", "--quiet", f"--message={name}"])
        processes.run([*git, "push", "--quiet", url, "main"], env=environment)

    with pytest.raises(processes.CommandError, match="Permission denied"):
        push("before")
    git_server.admit(settings, key.with_suffix(".pub").read_text(), GIT_WHO="customer acme")
    push("good")
    with pytest.raises(processes.CommandError, match="customer acme: forbidden is not allowed here"):
        push("forbidden")
    read = ["git", "ls-remote", f"git://[{settings.data['network']['control']}]/{namespace}.git", "main"]
    assert processes.run([*git, "rev-parse", "HEAD~1"]).strip() == processes.run(read).split()[0]


def test_an_acme_server_with_tls(kubernetes: Kubernetes, settings: Settings, namespace: str) -> None:
    engines.start(settings, kubernetes, "acme")
    context = ssl.create_default_context(cafile=authority(settings))
    url = f"https://[{settings.data['network']['control']}]:14000/dir"
    with urllib.request.urlopen(url, context=context, timeout=10) as answer:
        assert {"newAccount", "newNonce", "newOrder"} <= json.load(answer).keys()
    assert from_a_pod(kubernetes, namespace, f"https://{settings.data['acme']['host']}:14000/dir") == "200"


def test_cert_manager_has_a_certificate_issued(kubernetes: Kubernetes, settings: Settings, namespace: str) -> None:
    engines.start(settings, kubernetes, "cert-manager")
    here, host, network = f"--namespace={namespace}", f"{namespace}.example.com", settings.data["network"]
    kubernetes.kubectl("apply", here, "--filename=-", stdin=INGRESS % {"host": host})
    kubernetes.wait("condition=Ready", "certificate/web-tls", here, seconds=120)
    ours = ssl.create_default_context(cafile=authority(settings))
    with urllib.request.urlopen(f"https://[{network['control']}]:15000/roots/0", context=ours, timeout=10) as answer:
        pebble = ssl.create_default_context(cadata=answer.read().decode())
    for attempt in eventually(30):  # until Envoy has it, too
        with attempt, socket.create_connection((network["ingress"], 443), 10) as plain:
            pebble.wrap_socket(plain, server_hostname=host).close()


def test_cloudnative_pg_runs_a_database(kubernetes: Kubernetes, settings: Settings, namespace: str) -> None:
    """The component's own manifest, with sizes."""
    engines.start(settings, kubernetes, "cloudnative-pg")
    here, cluster = f"--namespace={namespace}", "cluster.postgresql.cnpg.io/database"
    manifest = REPOSITORY / "components/postgres/cnpg/cluster.yaml"
    sizes = DATABASE % settings.data["storage"]["block"]
    sized = kubernetes.kubectl(
        "patch", "--local", f"--filename={manifest}", "--type=merge", f"--patch={sizes}", "--output=yaml"
    )
    kubernetes.kubectl("apply", here, "--filename=-", stdin=sized)
    kubernetes.wait("condition=Ready", cluster, here, seconds=240)
    primary = kubernetes.get(cluster, here)["status"]["currentPrimary"]
    query = ["psql", "--no-align", "--tuples-only", "--command=select state from pg_stat_replication"]
    assert kubernetes.kubectl("exec", here, primary, "--container=postgres", "--", *query).split() == ["streaming"]


def test_prometheus_scrapes_what_a_pod_monitor_names(kubernetes: Kubernetes, settings: Settings) -> None:
    prometheus.start(settings, kubernetes)
    for attempt in eventually(60):
        with attempt:
            [metric] = prometheus.ask(kubernetes, "query?query=up%7Bcontainer%3D%22kube-state-metrics%22%7D")["result"]
            assert metric["value"][1] == "1"
