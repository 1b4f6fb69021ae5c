"""A backup for which the facts of the cluster don't say what it needs.

What: an app lists components/backup, and overlays/cluster/facts.yaml lacks the S3 server (`s3.endpoint`, `s3.region`,
`s3.egress`), or how long points are kept and how often they are tried (`backups`); or no point is kept for longer than the
cycle of the drills.
Why: the build fails without the first. Without the second `make backup-retention` and `make backup-drill` refuse all apps. If
a drill finds the newest points rotten, the last good one must still be there.

Bad:

    # file: platform/kustomization.yaml
    components:
      - ../../../cluster
      - ../../../../components/backup
    # file: cluster/facts.yaml
    spec:
      s3:
        endpoint: https://s3.example.com
        region: us-east-1
        egress: {to: [{ipBlock: {cidr: "2001:db8:53::/48"}}]}
      backups:
        keep: {all: 3d, daily: 14d, weekly: 14d, monthly: 14d}
        drilledWithin: 30

Good:

    # file: platform/kustomization.yaml
    components:
      - ../../../cluster
      - ../../../../components/backup
    # file: cluster/facts.yaml
    spec:
      s3:
        endpoint: https://s3.example.com
        region: us-east-1
        egress: {to: [{ipBlock: {cidr: "2001:db8:53::/48"}}]}
      backups:
        keep: {all: 3d, daily: 14d, weekly: 2m, monthly: 1y}
        drilledWithin: 30

Fix: write what is missing into overlays/cluster/facts.yaml, as its comments explain; keep points longer, or drill more often.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Place
from ...policy import retention
from ...sources import cluster
from .. import Problem

ID = "backup-facts"
HINT = f"write it, as {cluster.FILE} explains"
_TEXTS = ("s3.endpoint", "s3.region")
_EGRESS = "s3.egress"


def check(app: Sources) -> Iterator[Problem]:
    """Yield what the facts lack, or have wrong, for an app with a backup."""
    if "backup" not in app.infrastructure:
        return
    for path in _TEXTS:
        if not isinstance(app.fact(path), str) or not app.fact(path):
            yield _problem(app, path, "is missing, or is no text, and the component backup takes it")
    egress = app.fact(_EGRESS)
    if not isinstance(egress, dict) or not egress.get("to"):
        yield _problem(
            app, _EGRESS, "doesn't say where S3 is", "write a rule of a NetworkPolicy, with its addresses under `to`"
        )
    for below, message, hint in retention.problems(app.fact(retention.PATH)):
        yield _problem(app, ".".join((retention.PATH, *below)), message, hint)


def _problem(app: Sources, path: str, message: str, hint: str = "") -> Problem:
    mark = app.library.document(cluster.FILE).mark(("spec", *path.split(".")))
    return Problem(f"spec.{path} {message}", place=Place(cluster.FILE, mark.line, mark.column), hint=hint)
