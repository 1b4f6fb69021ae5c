"""Rings that can't be told, or an app in none of them.

What: rings.yaml in the platform's folder where it isn't well formed, names a version that it doesn't list, or keeps an old
one in a ring for longer than the ring's maximumAge; an app whose app.yaml names a ring that isn't there. A tree without
rings.yaml has no rings, and nothing is asked of its apps.
Why: which version of the library renders an app can't be told: its commits aren't rendered, and it stays as it is. A ring
that stays behind misses what newer versions mend, and the rules of now may refuse what it renders.

Bad:

    # file: platform/app.yaml
    apiVersion: hosting.ungleich.ch/v1
    kind: App
    metadata: {name: app, annotations: {config.kubernetes.io/local-config: "true"}}
    spec: {ring: frist}
    # file: rings.yaml
    apiVersion: hosting.ungleich.ch/v1
    kind: Rings
    metadata: {name: rings}
    spec:
      versions:
        - {name: v1.4.0, commit: "1f0c5b8e3a9d47266c1e0b7f5d2a9c8e4b6f7a01", taken: "2026-11-01T09:00:00Z"}
      rings:
        - {name: first, version: v1.4.0, since: "2026-11-01T09:00:00Z", soak: 3d, maximumAge: 60d}

Good:

    # file: platform/app.yaml
    apiVersion: hosting.ungleich.ch/v1
    kind: App
    metadata: {name: app, annotations: {config.kubernetes.io/local-config: "true"}}
    spec: {ring: first}
    # file: rings.yaml
    apiVersion: hosting.ungleich.ch/v1
    kind: Rings
    metadata: {name: rings}
    spec:
      versions:
        - {name: v1.4.0, commit: "1f0c5b8e3a9d47266c1e0b7f5d2a9c8e4b6f7a01", taken: "2026-11-01T09:00:00Z"}
      rings:
        - {name: first, version: v1.4.0, since: "2026-11-01T09:00:00Z", soak: 3d, maximumAge: 60d}

Fix: write a ring of rings.yaml into the app's app.yaml, under spec. [Rings](../rings.md) shows both files whole.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Place
from ...policy.guess import near
from ...sources import app_file, rings
from .. import Problem

ID = "rings"
HINT = "write a ring of rings.yaml"


def check(app: Sources) -> Iterator[Problem]:
    """Yield what is wrong in rings.yaml, or with the ring that the app names."""
    data = app.library.files.get(app.zones.rings_file)
    if data is None or not app.platform.files:
        return
    known, problems = rings.read(data)
    for problem in problems:
        yield Problem(problem.message, place=Place(app.zones.rings_file, problem.line), hint=problem.hint)
    if known is None:
        return
    names = [ring.name for ring in known.rings]
    said = app_file.read(app.platform)
    if said is None or said.ring in names:
        return
    likely = near(said.ring, names)
    meant = f"did you mean {likely}?" if likely else f"write one of {', '.join(names)}"
    place = app.place_in(app.platform, app_file.NAME, ("spec", "ring"))
    yield Problem(f"there is no ring {said.ring!r} in rings.yaml", place=place, hint=meant)
