"""Programs from Debian packages, unpacked into the cache: the machine's own packages stay as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml
from tenacity import retry, stop_after_attempt, wait_fixed

from tests.cluster import processes
from tests.cluster.build import content_key, link
from tests.cluster.report import step
from tests.cluster.settings import HERE, Settings

PACKAGES = HERE / "config/debian-packages.yaml"


def unpack(settings: Settings) -> None:
    """Download and unpack the packages of config/debian-packages.yaml, once for that list and Debian release."""
    release = Path("/etc/os-release").read_bytes()
    target = settings.cache / f"debian-{content_key(PACKAGES.read_bytes(), release)}"
    if not target.exists():
        with step("unpack Debian packages"):
            _unpack(settings, yaml.safe_load(PACKAGES.read_text()), target)
    link(settings.cache / "debian", target)


def _unpack(settings: Settings, packages: list[str], target: Path) -> None:
    partial, downloads = (target.with_name(f"{target.name}.{suffix}") for suffix in ("partial", "downloads"))
    for folder in (partial, downloads):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    _download(settings, packages, downloads)
    for package in sorted(downloads.glob("*.deb")):
        processes.run(["dpkg-deb", "--extract", package, partial])
    shutil.rmtree(downloads)
    partial.rename(target)


@retry(stop=stop_after_attempt(3), wait=wait_fixed(5), reraise=True)
def _download(settings: Settings, packages: list[str], folder: Path) -> None:
    """Download by apt, with package lists of its own so that the machine's are neither needed nor renewed."""
    lists = settings.cache / "apt"
    (lists / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (lists / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-qq", f"-oDir::State::lists={lists}/lists", f"-oDir::Cache={lists}", "-oAPT::Sandbox::User=root"]
    processes.run([*apt, "update"])
    script = f'cd "{folder}" && exec "$@"'  # apt-get download knows no target folder
    processes.run(["sh", "-c", script, "apt-get", *apt, "download", *packages])
