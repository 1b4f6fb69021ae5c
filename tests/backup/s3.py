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


@dataclass
class S3:
    """The server: `start` and `stop` make it be there and be away, its buckets stay in `folder`."""

    folder: Path
    path: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://[::1]:{self.port}"

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

    def bucket(self, app: str, policy: list[dict]) -> None:
        """Make an app's bucket, and a key of its name with no other rights than the policy's."""
        admin = ["versitygw", "admin", f"--access={ADMIN}", f"--secret={ADMIN_SECRET}", f"--region={REGION}"]
        admin += [
            f"--endpoint-url={self.url}",
            "create-user",
            "--role=user",
            f"--access={app}",
            f"--secret={APP_SECRET}",
        ]
        subprocess.run(admin, env={"PATH": self.path}, check=True, capture_output=True, timeout=SECONDS)
        self._put(app)
        self._put(f"{app}?policy=", json.dumps({"Version": "2012-10-17", "Statement": policy}))

    def _put(self, where: str, body: str = "") -> None:
        command = ["curl", "--silent", "--show-error", "--globoff", "--fail-with-body", "--noproxy", "*"]
        command += ["--aws-sigv4", f"aws:amz:{REGION}:s3", "--user", f"{ADMIN}:{ADMIN_SECRET}"]
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

    def environment(self, app: str, key: str = "") -> dict[str, str]:
        """What restic reads: the app's key, or the platform's where `key` is its name."""
        return {
            "PATH": f"{self.path}:{os.environ['PATH']}",
            "RESTIC_REPOSITORY": f"s3:{self.url}/{app}",
            "RESTIC_PASSWORD": f"password of {key or app}",
            "AWS_ACCESS_KEY_ID": key or app,
            "AWS_SECRET_ACCESS_KEY": ADMIN_SECRET if key else APP_SECRET,
            "AWS_DEFAULT_REGION": REGION,
        }


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
