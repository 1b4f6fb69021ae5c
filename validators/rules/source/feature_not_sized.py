"""A component whose size is missing in sizing.yaml, or is no size.

What: a value that a component copies from the platform's sizing.yaml and that isn't there: an amount such as `10Gi`, a
whole number of replicas or instances, a map of resources; and a size below `extra` that nothing copies. `async` and
`async-container` need `async.replicas` of at least 1. The component `sizing` itself.
Why: the app isn't built, or has a worker that never starts.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/async
    # file: platform/kustomization.yaml
    components:
      - ../../../../components/sizing
    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      async:
        replicas: 0

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/async
    # file: platform/kustomization.yaml
    components:
      - ../../../../components/sizing
    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      async:
        replicas: 1
        resources:
          limits: {memory: 256Mi}

Fix: the platform writes the value into sizing.yaml; a feature that wasn't ordered is deleted from the customer's list.
"""

from collections.abc import Iterator
from typing import Any

from ...app.sources import Sources
from ...finding import Place
from ...kubernetes import quantity
from ...policy import sizes
from ...policy.components import CUSTOMER_ORDER
from ...policy.guess import near
from ...policy.sizes import EXTRA
from ...sources import effects
from ...sources.effects import Effects
from ...sources.folder import KUSTOMIZATION, SIZING
from .. import Problem

ID = "feature-not-sized"
HINT = "write it into sizing.yaml; docs/platform-guide.md has every key"

_KINDS = {"resources": dict, "quota": dict, "limits": list}


def check(app: Sources) -> Iterator[Problem]:
    """Yield each size that is needed and isn't there, and each feature that the platform hasn't granted."""
    if SIZING not in app.platform.files or app.platform.load(SIZING)[1]:
        return
    if app.customer.files and "sizing" not in app.infrastructure:
        place = app.place_in(app.platform, KUSTOMIZATION, ("components",))
        hint = "add ../../../../components/sizing, as the last one"
        yield Problem("components/sizing isn't listed, which copies the sizes into the pods", place=place, hint=hint)
    # What a customer may not list is customer-paths' affair: the platform writes no size for it.
    granted = [name for name in app.features if name in CUSTOMER_ORDER]
    needed = {size: f"components/{name}" for name in granted for size in sizes.needed(name)}
    needed |= {size: part for part in app.parts_of(granted) for size in app.library.part(part).effects.sizes}
    own = effects.read(app.platform)
    needed |= dict.fromkeys(own.sizes, f"a replacement in {app.platform.path}/{KUSTOMIZATION}")
    for size, part in needed.items():
        if wrong := _wrong(size, app.size(size)):
            yield Problem(f"{size} {wrong[0]}, and {part} needs it", place=_place(app, size), hint=wrong[1])
    yield from _unused(app, own)
    for feature in granted:
        grant = sizes.grant(feature)
        if grant and grant not in app.infrastructure:
            place = app.place_in(app.platform, KUSTOMIZATION, ("components",))
            message = (
                f"the customer lists {feature}, and components/{grant} isn't listed: it isn't granted to this app yet"
            )
            hint = f"add ../../../../components/{grant} above sizing, or the customer deletes {feature}"
            yield Problem(message, place=place, hint=f"{hint} in {app.customer.path}/{KUSTOMIZATION}")
        for size in sizes.needed(feature):
            if sizes.is_count(size) and app.size(size) == 0:
                message = f"the customer lists {feature}, and {size} is 0: it isn't granted to this app yet"
                hint = f"write 1 or more, or the customer deletes {feature} in {app.customer.path}/{KUSTOMIZATION}"
                yield Problem(message, place=_place(app, size), hint=hint)


def _unused(app: Sources, own: Effects) -> Iterator[Problem]:
    """Yield what sizing.yaml says and neither a component nor a replacement of the platform's folder copies."""
    if not own.understood:
        return
    for path, value in sizes.values(app.sizing):
        size = ".".join(path)
        if value is None or size in own.sizes or size in sizes.known():
            continue
        message = f"{size} sizes nothing: no component and no entry under replacements of kustomization.yaml copies it"
        hint = "delete it, or add the entry: docs/own-pods.md"
        if path[0] != EXTRA and (likely := near(size, sizes.known())):
            hint = f"did you mean {likely}?"
        yield Problem(message, place=_place(app, size), hint=hint)


def _wrong(size: str, value: Any) -> tuple[str, str] | None:
    """Return what is wrong with a value of sizing.yaml, and what to write; None where it is right."""
    part, _, key = size.rpartition(".")
    kind = _KINDS.get(key)
    example = "{requests: ..., limits: ...}" if kind is dict else "a list" if kind else "10Gi"
    example = '"0 2 * * *"' if sizes.is_time(size) else example
    hint = f"write {key}: {1 if sizes.is_count(size) else example} below {part}; docs/platform-guide.md has every key"
    if value is None or value in ({}, [], ""):
        return "is missing", hint
    if sizes.is_count(size):
        right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return None if right else (f"is {str(value)[:40]!r}, no whole number", hint)
    if sizes.is_time(size):
        right = isinstance(value, str) and len(value.split()) == 5
        return None if right else (f"is {str(value)[:40]!r}, no five fields of cron", hint)
    right = isinstance(value, kind) if kind else isinstance(value, str) and quantity.parse(value) is not None
    return None if right else (f"is {str(value)[:40]!r}", hint)


def _place(app: Sources, size: str) -> Place:
    """Return where a size stands in sizing.yaml, or the nearest that holds it."""
    return app.place_in(app.platform, SIZING, ("spec", *size.split(".")))
