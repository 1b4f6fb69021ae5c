"""What an example needs changed to run on the test cluster, with the reason."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import yaml

from tests.cluster.settings import REPOSITORY
from tests.e2e import elsewhere, snippets
from tests.e2e.app import App, replace


def without_cloudnative_pg(app: App) -> None:
    """`postgres/standalone` for `postgres/cnpg`: what most tests measure shall not depend on an operator."""
    kustomization = app.platform_folder / "kustomization.yaml"
    replace(kustomization, "postgres/cnpg", "postgres/standalone")
    head, key, rest = kustomization.read_text().partition("\npatches:\n")
    kustomization.write_text(f"{head.rstrip()}\npatches:\n  - path: database-secret.yaml\n{rest if key else ''}")
    shutil.copy(REPOSITORY / "overlays/template/ungleich/database-secret.yaml", app.platform_folder)
    sizing = app.platform_folder / "sizing.yaml"
    sizing.write_text("".join(line for line in sizing.open() if "instances:" not in line))


def without_operator_and_nfs(app: App) -> None:
    """Also `storage/cephfs` for `storage/nfs`: the machine's kernel has no NFS client."""
    without_cloudnative_pg(app)
    kustomization = app.platform_folder / "kustomization.yaml"
    replace(kustomization, "storage/nfs", "storage/cephfs")
    replace(kustomization, "  - media-volume.yaml\n", "")
    (app.platform_folder / "media-volume.yaml").unlink()


def database_elsewhere(app: App) -> None:
    """A PostgreSQL in another namespace for the managed one outside of the cluster: see elsewhere.py."""
    secret = app.platform_folder / "database-secret.yaml"
    host = yaml.safe_load(secret.read_text())["spec"]["template"]["data"]["host"]
    secret.write_text(secret.read_text().replace(host, elsewhere.HOST))
    files = snippets.below("components/postgres/external/README.md", "A server in this cluster")
    snippets.write(
        {name: text.replace("databases", elsewhere.NAMESPACE) for name, text in files.items()}, app.platform_folder
    )


def without_certificate(app: App) -> None:
    """certify() gives each app one of the test cluster's authority, which its visitors trust: test_certificate.py has the other."""
    kustomization = app.platform_folder / "kustomization.yaml"
    kustomization.write_text("".join(line for line in kustomization.open() if "components/certificate" not in line))


def little_requested(app: App) -> None:
    """Little CPU is requested, so that one of two small nodes has room for every app when the other is drained."""
    sizing = app.platform_folder / "sizing.yaml"
    sizing.write_text(re.sub(r"requests: {cpu: [^,]+", "requests: {cpu: 20m", sizing.read_text()))


VARIANTS: dict[str, Callable[[App], None]] = {
    "example-shop": without_cloudnative_pg,
    "example-archive": without_operator_and_nfs,
    "example-legacy": database_elsewhere,
}
