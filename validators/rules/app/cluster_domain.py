"""A name that only resolves in other clusters.

What: `cluster.local` in a name, in any object.
Why: the clusters here have another domain. The name doesn't resolve, and the app says that its database is gone.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      SEARCH_URL: http://search.example-app.svc.cluster.local:9200

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      SEARCH_URL: http://search:9200

Fix: write the service alone, or service.namespace; Kubernetes' own search path does the rest.
"""

import re
from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from .. import Problem

ID = "cluster-domain"
HINT = "write the service alone, database-rw, or service.namespace"

_DOMAIN = re.compile(r"(?i)\bcluster\.local(?![a-z0-9-]|\.[a-z0-9])")
_BEFORE = re.compile(r"(?i)(?<![a-z0-9.-])[a-z0-9.-]*\Z")


def check(app: App) -> Iterator[Problem]:
    """Yield each text with the domain, once: pods hold copies of the same variables."""
    reported: set[str] = set()
    for obj in app.objects:
        if "cluster.local" not in repr(obj.data).lower():
            continue
        for text, pointer in workloads.texts(obj.data):
            if "cluster.local" not in text.lower() or text in reported or "encryptedData" in pointer:
                continue
            if match := _DOMAIN.search(text):
                reported.add(text)
                service = _BEFORE.search(text[max(0, match.start() - 100) : match.start()])[0]
                short = service.removesuffix(".").removesuffix(".svc")
                message = f"{service}{match[0]} doesn't resolve: the domain here is another"
                yield Problem(message, obj, pointer, hint=f"write {short}" if short else "")
