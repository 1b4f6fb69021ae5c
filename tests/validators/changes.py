"""Changes of a repository that tests draw at random: mistakes of each kind, and deletions."""

import re
import shutil
from collections.abc import Callable
from random import Random

from tests.zones import PLATFORM
from validators.sources.tree import CUSTOMERS

from .repository import Repository

DATABASE_OF_OURS = "OTHER_URL=postgresql://database-rw:5432/other"
APPS = ("example/minimal", "example/blog", "example/legacy")
LINKS = (
    f"{CUSTOMERS}/example/evil",
    f"{CUSTOMERS}/evil",
    f"{PLATFORM}/example/evil",
    f"{PLATFORM}/evil",
    "base/evil.yaml",
    f"{CUSTOMERS}/example/blog/evil",
    f"{PLATFORM}/example/blog/evil",
)


def link(repository: Repository, random: Random) -> None:
    """One that leads out of the repository, for which ArgoCD refuses all apps in it."""
    path = repository.root / random.choice(LINKS)
    if path.parent.is_dir():  # and not deleted by another change
        path.symlink_to("/etc")


def another_spelling(repository: Repository, random: Random) -> None:
    """A second env file with a mistake, under a name that isn't its plain one."""
    folder = repository.root / CUSTOMERS / random.choice(APPS[:2])
    path = folder / "kustomization.yaml"
    if path.exists() and "more.env" not in path.read_text():
        spelled = random.choice(("more.env", "././more.env", ".//more.env", "a/../more.env"))
        path.write_text(path.read_text().replace("      - app.env\n", f"      - app.env\n      - {spelled}\n"))
        (folder / "more.env").write_text("NO_VALUE\n")


def same_host(repository: Repository, random: Random) -> None:
    """A host that another app lists."""
    first, second = (repository.root / CUSTOMERS / name / "app.env" for name in random.sample(APPS[:2], 2))
    if first.exists() and second.exists():
        host = first.read_text().partition("HOSTS=")[2].split("\n")[0].split(",")[0]
        before = second.read_text().partition("HOSTS=")[2].split("\n")[0].split(",")[0]
        second.write_text(second.read_text().replace(before, host))


def delete(repository: Repository, random: Random) -> None:
    """One or both of an app's folders."""
    name = random.choice(APPS[1:])
    for zone in random.choice(((CUSTOMERS,), (PLATFORM,), (CUSTOMERS, PLATFORM))):
        shutil.rmtree(repository.root / zone / name, ignore_errors=True)


def rename(repository: Repository, random: Random) -> None:
    """A file moves within its app, or to another."""
    files = [path for name in APPS for path in (repository.root / CUSTOMERS / name).glob("*.*") if path.is_file()]
    source, target = random.choice(files), random.choice(files)
    source.rename(target if random.random() < 0.5 else source.with_name("renamed.env"))


def library(repository: Repository, random: Random) -> None:
    """The library, of which all apps are made."""
    edits = (("base/web/deployment.yaml", "", "# a comment\n"), ("base/web/service.yaml", "port: 80", "port: 81"))
    path, old, new = random.choice(edits)
    text = (repository.root / path).read_text()
    (repository.root / path).write_text(text + new if not old else text.replace(old, new))


def platform(repository: Repository, random: Random) -> None:
    """A size that nobody gives any more."""
    path = repository.root / PLATFORM / random.choice(APPS) / "kustomization.yaml"
    if path.exists():
        path.write_text(path.read_text().replace("  - ../../../../components/sizing\n", ""))


def environment(repository: Repository, random: Random) -> None:
    """Variables with a mistake, or that name what only some apps have."""
    path = repository.root / CUSTOMERS / random.choice(APPS) / "app.env"
    lines = (
        "EMAIL_PASSWORD=h4Jx9-kQ27vLw",
        "WEB_BIND=0.0.0.0:8000",
        "CACHE_URL=redis://valkey:6379/0",
        DATABASE_OF_OURS,
    )
    if path.exists():
        path.write_text(f"{path.read_text()}{random.choice(lines)}\n")


def feature(repository: Repository, random: Random) -> None:
    """A component that the platform may not have granted, or that another one excludes."""
    path = repository.root / CUSTOMERS / random.choice(APPS) / "kustomization.yaml"
    if path.exists():
        new = random.choice(("async", "init-container", "scheduler", "egress", "gateway", "hosts/4"))
        line = "  - ../../../../components/"
        path.write_text(path.read_text().replace(f"{line}ingress\n", f"{line}{new}\n{line}ingress\n"))


def same_seal(repository: Repository, random: Random) -> None:
    """A seal that was copied from another app."""
    source, target = (repository.root / CUSTOMERS / name / "app-secret.yaml" for name in APPS[:0:-1])
    seal = re.search(r": Ag\S+", source.read_text()) if source.exists() else None
    if seal and target.exists():
        target.write_text(re.sub(r": Ag\S+", seal[0], target.read_text(), count=1))


CHANGES: tuple[Callable[[Repository, Random], None], ...] = (
    *(link, another_spelling, same_host, delete, rename, library, platform, environment, feature, same_seal),
)
