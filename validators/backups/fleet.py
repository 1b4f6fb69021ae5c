"""Which apps have backups, and one app's turn after the other: what goes wrong with one is no other's."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..finding import printable
from ..policy.retention import PATH, Retention, read
from ..sources import cluster
from ..sources.tree import EXAMPLE, Tree
from .problem import BackupProblem
from .repository import Repository

_NEEDED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_PASSWORDS = ("RESTIC_PASSWORD", "RESTIC_PASSWORD_FILE", "RESTIC_PASSWORD_COMMAND")
_COMPONENT = "backup"
_STOPPED = "suspended"


class Outcome(Protocol):
    """What comes of an app's turn: `problem` is a line for people, or empty."""

    problem: str
    seconds: float


Record = TypeVar("Record", bound=Outcome)


@dataclass(frozen=True)
class Member:
    """An app with backups. `expected`: whether new points are; a suspended app makes none."""

    name: str
    repository: Repository
    expected: bool


@dataclass(frozen=True)
class Fleet:
    """All apps with backups, by name, and the names of those without one."""

    members: dict[str, Member]
    without: list[str]
    retention: Retention


def load(tree: Tree, only: str = "") -> Fleet:
    """Return the apps whose platform folder lists the backup. Raises BackupProblem or TreeError.

    only: `customer/app` that must be among them, or empty. Of the library's worked examples, which nobody deploys, there is
    none but the one that is asked for.
    """
    if missing := [name for name in _NEEDED if not os.environ.get(name)]:
        raise BackupProblem(f"{missing[0]} isn't set: the environment has to hold the platform's S3 key")
    if not any(os.environ.get(name) for name in _PASSWORDS):
        raise BackupProblem(
            f"none of {', '.join(_PASSWORDS)} is set: the platform's password opens every app's repository"
        )
    retention = read(cluster.fact(tree.library, PATH))
    if retention is None:
        raise BackupProblem(f"{cluster.FILE}: spec.{PATH} can't be relied on: make check says what is wrong with it")
    endpoint, region = (str(cluster.fact(tree.library, f"s3.{key}") or "") for key in ("endpoint", "region"))
    if not endpoint:
        raise BackupProblem(f"{cluster.FILE}: spec.s3.endpoint is missing: it says where the buckets are")
    found, without = {}, []
    for name in tree.app_names():
        listed = tree.read(f"{tree.zones.platform}/{name}").component_names()
        if _COMPONENT in listed and (name == only or not name.startswith(f"{EXAMPLE}/")):
            repository = Repository(f"s3:{endpoint}/{name.replace('/', '-')}", region)
            found[name] = Member(name, repository, _STOPPED not in listed)
        elif not name.startswith(f"{EXAMPLE}/"):
            without.append(name)
    if not found and not only:
        raise BackupProblem(f"no app in {tree.zones.platform} lists components/backup")
    if only and only not in found:
        path = tree.zones.of(only)[1]
        raise BackupProblem(f"{path}: no such app, or its kustomization.yaml doesn't list components/backup")
    return Fleet(found, without, retention)


def turns(
    members: list[Member],
    records: dict[str, Record],
    work: Callable[[Member, Record], Record],
    save: Callable[[], None],
    jobs: int,
) -> None:
    """Give every app its turn, `jobs` at a time, and put what comes of it into `records`; save after each.

    `work` answers for what goes wrong with its app by its result; what it raises ends the run.
    """
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(work, member, records[member.name]): member for member in members}
        try:
            for number, future in enumerate(as_completed(running), 1):
                member, known = running[future], future.result()
                records[member.name] = known
                save()
                verdict = f"FAILED: {printable(known.problem)}" if known.problem else "good"
                print(
                    f"{member.name}: {verdict} ({number} of {len(members)}, {known.seconds:.0f} s)",
                    file=sys.stderr,
                    flush=True,
                )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
