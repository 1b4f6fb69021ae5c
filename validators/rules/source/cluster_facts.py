"""A platform folder that doesn't know its cluster.

What: the platform's kustomization.yaml doesn't list overlays/cluster, or lists it below other components;
overlays/cluster/facts.yaml lacks a fact, says `none` of one that a listed component takes, or has one that isn't a
text (`ipv4`: that isn't true or false; `route`: that is neither ingress nor gateway).
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
from ...policy.components import data
from ...policy.facts import copied
from ...policy.guess import near
from ...sources import cluster
from ...sources.folder import CLUSTER, KUSTOMIZATION
from .. import Problem, _components

ID = "cluster-facts"
_TAKEN = {"gateway": ("gateway.name", "gateway.namespace")}
"""The facts of the customer's components, which overlays/cluster puts in; those of the platform's take them themselves."""
_WRITE = f"write it, as {cluster.FILE} explains"
HINT = (
    "write - ../../../cluster first under components, or run make cluster-facts, which does so in all platform folders"
)
_TYPO = 0.75
"""How alike two keys are where one is taken for the other: a cluster may have facts that only its own components read."""


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
    takers = _takers(app)
    told: set[str] = set()
    for path in dict.fromkeys((*cluster.REQUIRED, *takers)):
        value = app.fact(path)
        if value is None and (meant := _misspelt(app, path)):
            if meant[0] not in told:
                told.add(meant[0])
                place = _place(app, meant[0])
                yield Problem(f"spec.{meant[0]} is no fact", place=place, hint=f"did you mean {meant[1]}?")
            continue
        taken = f", and the component {takers[path]} takes it" if path in takers else ""
        if not isinstance(value, str) or not value:
            wrong = "is missing" if value is None else f"is {str(value)[:40]!r}, which is no text"
            yield Problem(f"spec.{path} {wrong}{taken}", place=_place(app, path), hint=_WRITE)
        elif value == cluster.NONE and taken:
            hint = f"{_WRITE}, if the cluster has one; else list another component"
            yield Problem(f"spec.{path} is none{taken}", place=_place(app, path), hint=hint)
    if (route := app.fact("route")) not in (None, *cluster.ROUTES):
        hint = f"write {' or '.join(cluster.ROUTES)}"
        yield Problem(f"spec.route is {str(route)[:40]!r}", place=_place(app, "route"), hint=hint)
    for path in cluster.SWITCHES:
        value = app.fact(path)
        if value is not None and not isinstance(value, bool):
            place = _place(app, path)
            yield Problem(
                f"spec.{path} is {str(value)[:40]!r}", place=place, hint="write true or false, without quotes"
            )


def _takers(app: Sources) -> dict[str, str]:
    """Return path of a fact -> the first component of the app that takes it."""
    found: dict[str, str] = {}
    for component in app.infrastructure:
        for fields in copied([component]).values():
            found = dict.fromkeys(fields.values(), component) | found
    for component in app.features:
        found = dict.fromkeys(_TAKEN.get(component, ()), component) | found
    return found


def _misspelt(app: Sources, path: str) -> tuple[str, str] | None:
    """Return the path of the key that stands where one of a fact's is missing, and that one; None where there is none."""
    known = {*cluster.REQUIRED, *cluster.SWITCHES, "route"}
    known |= {fact for fields in copied(data()["facts"]).values() for fact in fields.values()}
    document, at = app.library.document(cluster.FILE).value, list[str]()
    value = document.get("spec") if isinstance(document, dict) else None
    for depth, key in enumerate(path.split(".")):
        if not isinstance(value, dict):
            return None
        if key not in value:
            ours = {fact.split(".")[depth] for fact in known if fact.split(".")[:depth] == at}
            likely = near(key, sorted(map(str, value.keys() - ours)), alike=_TYPO)
            return (".".join([*at, likely]), key) if likely else None
        value, at = value[key], [*at, key]
    return None


def _place(app: Sources, path: str) -> Place:
    mark = app.library.document(cluster.FILE).mark(("spec", *path.split(".")))
    return Place(cluster.FILE, mark.line, mark.column)
