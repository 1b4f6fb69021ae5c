"""What an example needs changed to run on the test cluster, with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from tests.cluster.settings import REPOSITORY
from tests.e2e.app import App, replace


def without_cloudnative_pg(app: App) -> None:
    """`postgres/standalone` for `postgres/cnpg`: the cluster has the operator's kinds, but no operator."""
    kustomization = app.platform_folder / "kustomization.yaml"
    replace(kustomization, "postgres/cnpg", "postgres/standalone")
    with kustomization.open("a") as file:
        file.write("patches:\n  - path: database-secret.yaml\n")
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


VARIANTS: dict[str, Callable[[App], None]] = {
    "example-shop": without_cloudnative_pg,
    "example-archive": without_operator_and_nfs,
}
