"""A certificate that is sealed and issued.

What: a SealedSecret `web-tls` in an app whose platform folder lists `certificate`.
Why: cert-manager and the SealedSecrets controller both write Secret `web-tls`, each over the other's: visitors get now one and
now the other, and sooner or later one that has run out.

Bad:

    # file: platform/kustomization.yaml
    components:
      - ../../../../components/certificate
    # file: rendered
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata: {name: web-tls}

Good:

    # file: platform/kustomization.yaml
    components: []
    # file: rendered
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata: {name: web-tls}

Fix: delete the SealedSecret, or take certificate out of the platform's list.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from .. import Problem

ID = "certificate-twice"
HINT = Advice(
    "delete it", "its own certificate in place of cert-manager's", "delete it, or take certificate out of components"
)


def check(app: App) -> Iterator[Problem]:
    """Yield a certificate that cert-manager makes as well."""
    sealed = app.find("SealedSecret", "web-tls")
    if sealed and "certificate" in app.infrastructure:
        yield Problem("cert-manager makes Secret web-tls in this app, and this would overwrite it", sealed)
