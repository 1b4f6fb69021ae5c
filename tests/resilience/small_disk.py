"""A database's volume that is really full: the test cluster's volumes are folders, whose sizes nobody enforces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.cluster import machines
from tests.cluster.machines import Machine
from tests.e2e.app import App
from tests.e2e.nodes import cordoned

FOLDER = "/run/small-disk"  # of the node: gone with it


class SmallDisk:
    """A file system of a fixed size in place of a volume, on one node."""

    def __init__(self, machine: Machine, volume: str) -> None:
        self.machine, self.volume = machine, volume

    def mount(self, megabytes: int) -> None:
        """Put it over the volume, with what is in it."""
        self.machine.run("mkdir", "-p", FOLDER)
        self.machine.run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", FOLDER)
        self.machine.run("cp", "-a", f"{self.volume}/.", FOLDER)
        self.machine.run("mount", "--bind", FOLDER, self.volume)

    def grow(self, megabytes: int) -> None:
        """What a storage driver does when the claim asks for more: in use, without a restart."""
        self.machine.run("mount", "-o", f"remount,size={megabytes}m", FOLDER)

    def unmount(self) -> None:
        """Take it away again; what was written since is kept."""
        self.machine.run("umount", self.volume)
        self.machine.run("sh", "-c", f'rm -rf "{self.volume}"/* && cp -a {FOLDER}/. "{self.volume}"')
        self.machine.run("umount", FOLDER)


@contextmanager
def small_disk(app: App, megabytes: int) -> Iterator[SmallDisk]:
    """The app's database on such a volume for as long as the block runs; it restarts before and after."""
    settings = app.kubernetes.settings
    name = app.get("persistentvolumeclaim", "database")["spec"]["volumeName"]
    source = app.kubernetes.get("persistentvolume", name)["spec"]
    node, other = settings.nodes
    disk = SmallDisk(machines.find(settings)[node.name], (source.get("hostPath") or source["local"])["path"])
    with cordoned(app.kubernetes, other.name):
        with cordoned(app.kubernetes, node.name):
            app.kubectl("delete", "pod", "database-0")
            disk.mount(megabytes)
        wait_database(app)
        try:
            yield disk
        finally:
            with cordoned(app.kubernetes, node.name):
                app.kubectl("delete", "pod", "database-0")
                disk.unmount()
            wait_database(app)


def wait_database(app: App) -> None:
    """Wait until the database is ready; raises ClusterError."""
    app.kubernetes.wait("condition=Ready", "pod/database-0", f"--namespace={app.namespace}")
