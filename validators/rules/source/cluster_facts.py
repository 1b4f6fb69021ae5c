"""A platform folder that doesn't know its cluster.

What: the platform's kustomization.yaml doesn't list overlays/cluster, or lists it below other components;
overlays/cluster/facts.yaml lacks a fact, or has one that isn't a text (`ipv4`: that isn't true or
false).
Why: storage classes, the Gateway and the DNS servers' namespace stand there and nowhere else. Without it volumes are
claimed of a class that there isn't, or the build fails.

Bad:

    # file: platform/kustomization.yaml
    components:
      - ../../../../components/tenant
      - ../../../../components/sizing

Good:

    # file: platform/kustomization.yaml
    components:
      - ../../../cluster
      - ../../../../components/tenant
      - ../../../../components/sizing

Fix: write - ../../../cluster first under components; `make cluster-facts` does so in every platform folder that lacks it, and
adds the folder overlays/cluster where there is none.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Place
from ...policy.facts import copied
from ...sources import cluster
from ...sources.folder import CLUSTER, KUSTOMIZATION
from .. import Problem, _components

ID = "cluster-facts"
HINT = (
    "write - ../../../cluster first under components, or run make cluster-facts, which does so in all platform folders"
)


def check(app: Sources) -> Iterator[Problem]:
    """Yield that the facts aren't listed, not first, or not whole."""
    if not isinstance(app.platform.kustomization.value, dict):
        return
    if f"{CLUSTER}/{KUSTOMIZATION}" not in app.library.files:
        yield Problem(
            f"there is no {CLUSTER}", place=Place(f"{app.platform.path}/{KUSTOMIZATION}"), hint="run make cluster-facts"
        )
        return
    names = [name for _, name in _components.listed(app.platform)]
    if CLUSTER not in names:
        place = app.place_in(app.platform, KUSTOMIZATION, ("components",))
        yield Problem(f"{CLUSTER} isn't listed, which says what this cluster has", place=place)
    elif names[0] != CLUSTER:
        place = app.place_in(app.platform, KUSTOMIZATION, ("components", names.index(CLUSTER)))
        yield Problem(f"{CLUSTER} stands below {names[0]}", place=place, hint="move the line to the top of components")
    yield from _facts(app)


def _facts(app: Sources) -> Iterator[Problem]:
    wanted = (fact for fields in copied(app.infrastructure).values() for fact in fields.values())
    for path in dict.fromkeys((*cluster.REQUIRED, *wanted)):
        value = app.fact(path)
        if not isinstance(value, str) or not value:
            wrong = "is missing" if value is None else f"is {str(value)[:40]!r}, which is no text"
            place = _place(app, path)
            yield Problem(f"spec.{path} {wrong}", place=place, hint="write it, as overlays/cluster/facts.yaml explains")
    for path in cluster.SWITCHES:
        value = app.fact(path)
        if value is not None and not isinstance(value, bool):
            place = _place(app, path)
            yield Problem(
                f"spec.{path} is {str(value)[:40]!r}", place=place, hint="write true or false, without quotes"
            )


def _place(app: Sources, path: str) -> Place:
    mark = app.library.document(cluster.FILE).mark(("spec", *path.split(".")))
    return Place(cluster.FILE, mark.line, mark.column)
