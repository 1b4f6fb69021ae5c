"""The cluster's settings (cluster.yaml) and where its files lie."""

from __future__ import annotations

import os
import ssl
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any

import yaml

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
CACHE = Path(os.environ.get("CLUSTER_CACHE", REPOSITORY / ".cache" / "cluster"))
FILE = Path(os.environ.get("CLUSTER_SETTINGS", HERE / "cluster.yaml"))
CONTROL = "control"
NO_APPS = "{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}"


@dataclass(frozen=True)
class Node:
    """One Kubernetes node: its name, its address, the /64 of its pods and its zone label."""

    name: str
    address: str
    pods: str
    zone: str

    @property
    def cgroup(self) -> str:
        """Name of the node's cgroup, the same in every hierarchy."""
        return f"dh-{self.name}"


@dataclass(frozen=True)
class Settings:
    """What cluster.yaml says, plus the folders: ``cache`` outlives the cluster, ``run`` does not."""

    data: dict[str, Any]
    cache: Path

    @classmethod
    def load(cls, file: Path = FILE, cache: Path = CACHE) -> Settings:
        """Read the settings; raises OSError or yaml.YAMLError."""
        return cls(yaml.safe_load(file.read_text()), cache.resolve())

    @property
    def ours(self) -> bool:
        """Whether this code brings the cluster up and takes it down."""
        return True

    @property
    def run(self) -> Path:
        """State of the running cluster: certificates, etcd, volumes, logs. Removed by `down`."""
        return self.cache / self.data["folder"]

    @property
    def logs(self) -> Path:
        """One log a process; kept after `down` until the next `up`."""
        return self.cache / f"{self.data['folder']}-logs"

    @property
    def bin(self) -> Path:
        """Links to the programs of the versions in use."""
        return self.cache / "bin"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.run / "kubeconfig" / "admin.yaml"

    @property
    def link(self) -> str:
        """Name of this machine's end of the cable to the cluster."""
        return self.data["link"]

    @cached_property
    def nodes(self) -> list[Node]:
        """The nodes for apps, in the file's order."""
        return [Node(**node) for node in self.data["nodes"]]

    @cached_property
    def control_plane(self) -> Node:
        """The node of the machine `control`: it runs the cluster's own pods, and none of apps."""
        return Node(**self.data["control_plane"])

    @cached_property
    def every_node(self) -> list[Node]:
        """The control plane's node, and those for apps."""
        return [self.control_plane, *self.nodes]

    @cached_property
    def path(self) -> str:
        """PATH for the cluster's processes: its own programs before the machine's."""
        debian = self.cache / "debian"
        folders = [self.bin, *(debian / d for d in ("usr/bin", "usr/sbin", "sbin", "bin"))]
        return ":".join([*map(str, folders), os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])

    @property
    def process_environment(self) -> dict[str, str]:
        """The environment of a machine's processes: the programs and libraries unpacked from Debian packages."""
        libraries = self.cache / "debian/usr/lib/x86_64-linux-gnu"
        return {"PATH": self.path, "LD_LIBRARY_PATH": str(libraries), "XTABLES_LIBDIR": str(libraries / "xtables")}

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment of kubectl and kubeseal: nothing of this machine's own reaches the cluster."""
        return {"PATH": self.path, "HOME": "/root"}

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """What is asked of the site's certificates: that they are of the cluster's own authority."""
        return ssl.create_default_context(cafile=self.run / "pki/ca.crt")

    def variables(self, node: Node | None = None) -> dict[str, str]:
        """What ``${name}`` stands for in the data files; with a node also its own names."""
        registry = self.data["registry"]
        names = {
            **self.data["network"],
            "domain": self.data["domain"],
            "repository": str(REPOSITORY),
            "python": sys.executable,
            "cache": str(self.cache),
            "run": str(self.run),
            "bin": str(self.bin),
            "debian": str(self.cache / "debian"),
            "config": str(HERE / "config"),
            "block": self.data["storage"]["block"],
            "files": self.data["storage"]["files"],
            "registry": registry["host"],
            "registry_user": registry["user"],
            "git": self.data["git"]["host"],
            "s3": self.data["s3"]["host"],
            "s3_user": self.data["s3"]["user"],
            "s3_password": self.data["s3"]["password"],
            "acme": self.data["acme"]["host"],
            "control_plane": self.control_plane.name,
            "path": self.path,
        }
        if node:
            names |= {
                "node": node.name,
                "address": node.address,
                "node_pods": node.pods,
                "zone": node.zone,
                "cgroup": node.cgroup,
                "taints": f"[{NO_APPS}]" if node == self.control_plane else "[]",
                "state": str(self.run / node.name),
            }
        return names

    def render(self, text: str, node: Node | None = None) -> str:
        """Fill in ``${name}``; raises KeyError for a name that isn't known."""
        return Template(text).substitute(self.variables(node))
