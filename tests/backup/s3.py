"""A real S3 server on ::1 with a bucket per app, whose key can add points and not delete them."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster import build
from tests.cluster.settings import Settings
from tests.examples.services import free_port
from tests.examples.wait import wait_until

REGION = "main"
ADMIN, ADMIN_SECRET = "platform", "only for tests"
APP_SECRET = "only for this app"
SECONDS = 60


@dataclass(frozen=True)
class Buckets:
    """An S3 server that somebody runs: its address, its administrator, and the file of its authority where it has one of its own."""

    url: str
    path: str
    admin: str = ADMIN
    secret: str = ADMIN_SECRET
    authority: str = ""

    def make(self, app: str, policy: list[dict]) -> None:
        """Make an app's bucket, and a key of its name with no other rights than the policy's."""
        self._admin("create-user", "--role=user", f"--access={app}", f"--secret={APP_SECRET}")
        self._put(app)
        self._put(f"{app}?policy=", json.dumps({"Version": "2012-10-17", "Statement": policy}))

    def forget(self, app: str) -> None:
        """Remove an app's key. Raises subprocess.CalledProcessError where there is none."""
        self._admin("delete-user", f"--access={app}")

    def _admin(self, *words: str) -> None:
        admin = ["versitygw", "admin", f"--access={self.admin}", f"--secret={self.secret}", f"--region={REGION}"]
        environment = {"PATH": self.path, "SSL_CERT_FILE": self.authority}
        command = [*admin, f"--endpoint-url={self.url}", *words]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=SECONDS)

    def _put(self, where: str, body: str = "") -> None:
        command = ["curl", "--silent", "--show-error", "--globoff", "--fail-with-body", "--noproxy", "*"]
        command += ["--aws-sigv4", f"aws:amz:{REGION}:s3", "--user", f"{self.admin}:{self.secret}"]
        command += ["--cacert", self.authority] if self.authority else []
        digest = hashlib.sha256(body.encode()).hexdigest()
        command += [
            "--header",
            f"x-amz-content-sha256: {digest}",
            "--request",
            "PUT",
            "--data",
            body,
            f"{self.url}/{where}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr

    def environment(self, app: str, *, platform: bool = False) -> dict[str, str]:
        """What restic reads: the app's key, or the platform's."""
        return {
            "PATH": f"{self.path}:{os.environ['PATH']}",
            "RESTIC_REPOSITORY": f"s3:{self.url}/{app}",
            "RESTIC_PASSWORD": f"password of {ADMIN if platform else app}",
            "AWS_ACCESS_KEY_ID": self.admin if platform else app,
            "AWS_SECRET_ACCESS_KEY": self.secret if platform else APP_SECRET,
            "AWS_DEFAULT_REGION": REGION,
            **({"RESTIC_CACERT": self.authority} if self.authority else {}),
        }


@dataclass
class S3:
    """A server of the test's own: `start` and `stop` make it be there and be away, its buckets stay in `folder`."""

    folder: Path
    path: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def buckets(self) -> Buckets:
        """What it serves."""
        return Buckets(f"http://[::1]:{self.port}", self.path)

    def start(self) -> None:
        """Run it until it answers."""
        for name in ("users", "buckets"):
            (self.folder / name).mkdir(exist_ok=True)
        command = ["versitygw", f"--port=[::1]:{self.port}", f"--region={REGION}", f"--access={ADMIN}"]
        command += [
            f"--secret={ADMIN_SECRET}",
            f"--iam-dir={self.folder / 'users'}",
            "posix",
            str(self.folder / "buckets"),
        ]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(command, env={"PATH": self.path}, stdout=log, stderr=log)

        def answers() -> bool:
            with socket.socket(socket.AF_INET6) as client:
                return client.connect_ex(("::1", self.port)) == 0

        wait_until(answers, SECONDS, f"versitygw did not answer: {self.folder / 'log'}")

    def stop(self) -> None:
        """Take it away."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(SECONDS)
            self.process = None


@contextmanager
def server(folder: Path) -> Iterator[S3]:
    """A running server; its program and restic are built where they aren't yet."""
    settings = Settings.load()
    build.build_all(settings, "s3")
    found = S3(folder, settings.path, free_port())
    found.start()
    try:
        yield found
    finally:
        found.stop()
