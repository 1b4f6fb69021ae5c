"""A fleet in rings: the commands that a platform's engineer gives, in the fleet's working copy."""

from __future__ import annotations

import re
import sys

from tests.cluster import processes
from tests.cluster.settings import REPOSITORY
from tests.e2e.app import replace
from tests.e2e.fleet import ARGOCD, Fleet

RINGS = "overlays/ungleich/rings.yaml"
_HEAD = "apiVersion: hosting.ungleich.ch/v1\nkind: Rings\nmetadata: {name: rings}\nspec:\n"
_APP = "apiVersion: hosting.ungleich.ch/v1\nkind: App\nmetadata: {{name: {}}}\nspec: {{ring: all}}\n"


class Ringed:
    """Two rings, `first` and `all`."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    def begin(self, *first: str) -> None:
        """Give both rings what is committed, as v1.0.0; the apps `first`, customer/app, are in the first one."""
        commit = self.fleet.repository.git("rev-parse", "HEAD")
        self.fleet.repository.git("tag", "v1.0.0")
        for folder in sorted((self.fleet.root / "overlays/ungleich").glob("*/*/sizing.yaml")):
            name = "/".join(folder.parent.parts[-2:])
            file = folder.parent / "app.yaml"
            text = file.read_text() if file.exists() else _APP.format(folder.parent.name)
            file.write_text(re.sub(r"(\bring: ?)[a-z0-9-]+", rf"\g<1>{'first' if name in first else 'all'}", text))
        versions = f'    - {{name: v1.0.0, commit: "{commit}", taken: "2026-01-01T00:00:00Z"}}\n'
        rings = "".join(
            f'    - {{name: {ring}, version: v1.0.0, since: "2026-01-01T00:00:00Z", soak: 0d, maximumAge: 4000d}}\n'
            for ring in ("first", "all")
        )
        (self.fleet.root / RINGS).write_text(f"{_HEAD}  versions:\n{versions}  rings:\n{rings}")

    def read_by_argocd(self, revision: str, before: str) -> None:
        """Let ArgoCD read another branch: the line in repository.yaml, and what its page says to apply."""
        replace(
            self.fleet.root / ARGOCD / "repository/repository.yaml", f"  revision: {before}", f"  revision: {revision}"
        )
        self.commit(f"ArgoCD reads {revision}")
        folder = self.fleet.root / ARGOCD
        self.fleet.kubernetes.kubectl("apply", "--server-side", "--force-conflicts", f"--kustomize={folder}")

    def command(self, *arguments: str) -> str:
        """Run `python -m validators` in the working copy, with the cluster's KUBECONFIG; raises CommandError."""
        settings = self.fleet.settings
        way = [f"--connect=[{settings.data['network']['ingress']}]:443", f"--authority={settings.run / 'pki/ca.crt'}"]
        environment = {
            **settings.environment,
            "KUBECONFIG": str(settings.kubeconfig),
            "PYTHONPATH": str(REPOSITORY),
            "HOME": str(self.fleet.folder),
        }
        more = way if arguments[0] == "rings-advance" else []
        command = [sys.executable, "-m", "validators", *arguments, *more, f"--root={self.fleet.root}"]
        return processes.run(command, env=environment)

    def render(self) -> str:
        """Render what is committed, and push both branches; returns the commit that ArgoCD is to read."""
        git, server = self.fleet.repository.git, self.fleet.repository.server
        self.command("rings-render")
        for branch in ("HEAD:refs/heads/main", "refs/heads/deploy"):
            git("push", "--quiet", server, branch)
        return git("rev-parse", "refs/heads/deploy")

    def commit(self, message: str) -> str:
        """Commit, render and push; returns the commit that ArgoCD is to read."""
        self.fleet.repository.commit(message)
        return self.render()

    def release(self, tag: str) -> None:
        """Commit the library as it is, and tag it as a version."""
        self.fleet.repository.commit(f"Library {tag}")
        self.fleet.repository.git("tag", tag)
