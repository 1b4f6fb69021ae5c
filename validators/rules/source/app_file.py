"""An app.yaml that doesn't say what it must.

What: app.yaml in a platform folder has a field that there isn't, lacks one, or has a value that can't be.
Why: a mistyped field would be passed over: an app that should wait for a review would be released without one.

Bad:

    # file: platform/app.yaml
    apiVersion: hosting.ungleich.ch/v1
    kind: App
    metadata:
      name: app
      annotations:
        config.kubernetes.io/local-config: "true"
    spec:
      ring: stable
      repository:
        url: ssh://git@git.example.com/acme/shop.git
        branch: main
        promotion: reviewed

Good:

    # file: platform/app.yaml
    apiVersion: hosting.ungleich.ch/v1
    kind: App
    metadata:
      name: app
      annotations:
        config.kubernetes.io/local-config: "true"
    spec:
      ring: stable
      repository:
        url: ssh://git@git.example.com/acme/shop.git
        branch: main
        promotion: review

Fix: write what the message says; all fields stand in docs/platform-guide.md.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...policy import app_file
from ...policy.app_file import NAME
from .. import Problem

ID = "app-file"
HINT = "write it as docs/platform-guide.md explains"


def check(app: Sources) -> Iterator[Problem]:
    """Yield each mistake in the file; what isn't YAML is told by the rule platform-overlay."""
    if NAME not in app.platform.files:
        return
    documents, problems = app.platform.load(NAME)
    if problems:
        return
    if len(documents) != 1:
        yield Problem(
            f"holds {len(documents)} documents",
            place=app.place_in(app.platform, NAME),
            hint="leave the one of kind App",
        )
        return
    for wrong in app_file.problems(documents[0].value):
        yield Problem(wrong.message, place=app.place_in(app.platform, NAME, wrong.pointer), hint=wrong.hint)
