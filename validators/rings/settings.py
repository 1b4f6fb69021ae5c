"""Write rings.yaml in the platform's folder."""

from dataclasses import replace
from datetime import datetime, timedelta

from ..sources.rings import Ring, Rings, Version

_HEAD = """\
# Which released version of the library renders which apps: docs/rings.md. `versions`, `version`, `since` and `silent` are written
# by rings-advance and rings-back; names, `soak` and `maximumAge` are yours.
apiVersion: hosting.ungleich.ch/v1
kind: Rings
metadata: {name: rings}
spec:
"""


def text(rings: Rings) -> str:
    """Return the file that says these rings."""
    versions = [
        f'    - {{name: {one.name}, commit: "{one.commit}", taken: "{_time(one.taken)}"}}\n' for one in rings.versions
    ]
    return "".join([_HEAD, "  versions:\n", *versions, "  rings:\n", *map(_ring, rings.rings)])


def moved(rings: Rings, ring: Ring, version: Version, now: datetime, silent: tuple[str, ...]) -> Rings:
    """Return the rings where one has another version; versions that nobody needs any more go.

    Kept are the versions in use, those between them, and one that is older: rings-back can go back to it.
    """
    changed = replace(ring, version=version, since=now, silent=silent)
    all_rings = tuple(changed if one == ring else one for one in rings.rings)
    known = rings.versions if version in rings.versions else (version, *rings.versions)
    used = [known.index(one.version) for one in all_rings]
    return Rings(all_rings, known[min(used) : max(used) + 2])


def length(span: timedelta) -> str:
    """Return a length of time as the file has it: `3d`, `12h`, `90m`; the largest unit that says it exactly."""
    minutes = int(span.total_seconds() // 60)
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _ring(ring: Ring) -> str:
    line = (
        f'    - {{name: {ring.name}, version: {ring.version.name}, since: "{_time(ring.since)}", '
        f"soak: {length(ring.soak)}, maximumAge: {length(ring.maximum_age)}}}\n"
    )
    if not ring.silent:
        return line
    return line.replace("}\n", ",\n") + f"       silent: [{', '.join(ring.silent)}]}}\n"


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
