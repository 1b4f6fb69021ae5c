"""Configuration files and process lists: data under config/, filled in for the control machine or for a node."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError

import yaml
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.cluster.machines import Machine
from tests.cluster.report import ClusterError
from tests.cluster.settings import HERE, Node, Settings

CONFIG = HERE / "config"


@dataclass(frozen=True)
class Process:
    """One entry of config/processes/: a command that runs for as long as the cluster does.

    ready: a command that succeeds once the process can be used; what follows it is started only then.
    """

    name: str
    command: list[str]
    ready: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)


def write(settings: Settings, source: str, target: Path, node: Node | None = None) -> None:
    """Fill in every file (and file name) of the folder config/<source> and write it below the target folder."""
    folder = CONFIG / source
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        written = target / settings.render(str(file.relative_to(folder)), node)
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(settings.render(file.read_text(), node))


def processes(settings: Settings, name: str, node: Node | None = None) -> list[Process]:
    """The processes of config/processes/<name>.yaml, filled in."""
    text = (CONFIG / "processes" / f"{name}.yaml").read_text()
    found = [Process(**entry) for entry in yaml.safe_load(settings.render(text, node))]
    for process in found:
        if odd := [part for part in process.command if not isinstance(part, str)]:
            raise ClusterError(f"config/processes/{name}.yaml: {process.name}: put {odd[0]} into quotes")
    return found


def start(machine: Machine, name: str, node: Node | None = None) -> None:
    """Start the processes of config/processes/<name>.yaml in a machine; a node's are named after it too."""
    for process in processes(machine.settings, name, node):
        full_name = f"{node.name}-{process.name}" if node else process.name
        machine.start(full_name, process.command, process.env)
        if process.ready:
            _until(machine, full_name, process.ready)


def _until(machine: Machine, name: str, ready: list[str], seconds: float = 30) -> None:
    retrying = Retrying(
        retry=retry_if_exception_type(CalledProcessError), stop=stop_after_delay(seconds), wait=wait_fixed(0.1)
    )
    try:
        retrying(machine.run, *ready)
    except RetryError:
        log = machine.settings.logs / f"{name}.log"
        raise ClusterError(f"{log}: {name} isn't ready after {seconds:.0f} s") from None
