"""A VM as apps come from, with sshd, PostgreSQL, nginx, a crontab and an app: see tests/cluster/images/vm.yaml."""

from __future__ import annotations

import http.client
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import engines, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings

NAME, NAMESPACE = "vm1", "e2e-vm"
HOST = "shop.example.com"
MEDIA = "/srv/shop/media"
MANIFEST = Path(__file__).parent / "testdata/vm.yaml"


class Vm:
    """The VM at an address, with a folder for a program `ssh` that knows it as `vm1`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.address = folder, ""
        for key in ("host", "client"):
            processes.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key])

    def known(self, address: str, path: str) -> None:
        """Write `ssh` and what it knows; path: PATH, where the real one is found."""
        self.address, bin_ = address, self.folder / "bin"
        host = " ".join((self.folder / "host.pub").read_text().split()[:2])
        (self.folder / "known_hosts").write_text(f"{NAME} {host}\n")
        (self.folder / "config").write_text(
            f"Host {NAME}\n  HostName {address}\n  User admin\n  HostKeyAlias {NAME}\n"
            f"  IdentityFile {self.folder}/client\n  UserKnownHostsFile {self.folder}/known_hosts\n"
        )
        bin_.mkdir()
        (bin_ / "ssh").write_text(f'#!/bin/sh\nPATH={path} exec ssh -F {self.folder}/config "$@"\n')
        (bin_ / "ssh").chmod(0o755)

    def run(self, command: str, stdin: bytes = b"") -> str:
        """What a shell of the VM prints for who logs in; raises subprocess.CalledProcessError."""
        words = [self.folder / "bin/ssh", NAME, command]
        done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, check=True, timeout=300)
        return done.stdout.decode().strip()

    def sql(self, statement: str, database: str = "shop") -> str:
        """What a statement returns there: unaligned, without heading."""
        psql = f"sudo -u postgres psql -XqAt -v ON_ERROR_STOP=1 --dbname={database}"
        return self.run(psql, statement.encode())

    def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, str]:
        """Ask its site as a visitor who has the token of its API: the status and the text."""
        connection = http.client.HTTPConnection(self.address, 80, timeout=20)
        connection.request(method, path, body, {"Host": HOST, "Authorization": "Bearer token-of-the-vm"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@contextmanager
def running(kubernetes: Kubernetes, settings: Settings, folder: Path) -> Iterator[Vm]:
    """Start the VM, and remove its namespace at the end."""
    engines.start(settings, kubernetes, "moving")
    vm, here = Vm(folder), f"--namespace={NAMESPACE}"
    kubernetes.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
    kubernetes.kubectl("create", "namespace", NAMESPACE)
    try:
        files = [f"--from-file=host={folder}/host", f"--from-file=authorized_keys={folder}/client.pub"]
        kubernetes.kubectl("create", "secret", "generic", "keys", here, *files)
        kubernetes.kubectl("apply", "--server-side", here, f"--filename={MANIFEST}")
        kubernetes.wait("condition=Available", "deployment/vm", here, seconds=120)
        [pod] = kubernetes.get("pods", here)["items"]
        vm.known(pod["status"]["podIP"], os.environ["PATH"])
        yield vm
    finally:
        kubernetes.kubectl("delete", "namespace", NAMESPACE, "--wait=false")
