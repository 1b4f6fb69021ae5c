"""Hold a render against what its components stop."""

from collections.abc import Iterator

from ..app.app import App
from ..policy import stops
from ..render.objects import Object
from .sized import Violation

STOPPED = {
    "Deployment": (("spec", "replicas"), 0),
    "StatefulSet": (("spec", "replicas"), 0),
    "CronJob": (("spec", "suspend"), True),
    "Cluster": (("metadata", "annotations", "cnpg.io/hibernation"), "on"),
}
"""Kind -> the field by which one stops, and its value then."""


def still_running(app: App) -> Iterator[Violation]:
    """Yield each object that a component of this app stops, and that isn't stopped."""
    for obj in app.of_kind(*STOPPED):
        component = stops.stopped(app.infrastructure, obj.kind, obj.name)
        field, wanted = STOPPED[obj.kind]
        if component and not _is(obj, field, wanted):
            said = f"{obj!r} runs, and components/{component} stops it"
            hint = f"list components/{component} below all others, and delete what sets {'.'.join(field)}"
            yield Violation(obj, field, said, hint)


def _is(obj: Object, field: tuple[str, ...], wanted: object) -> bool:
    found = obj.get(*field)
    return found == wanted and type(found) is type(wanted)
