"""An annotation configures the ingress controller itself.

What: annotations of an Ingress or HTTPRoute that carry pieces of configuration (`...-snippet`), call other servers
(auth-url, mirror-target), claim other hosts (server-alias), or whose value has braces, semicolons or line breaks.
Why: the controller serves all customers: such text runs in it, with the certificates and traffic of everybody
(CVE-2021-25742, CVE-2025-1974).

Bad:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
      annotations:
        nginx.ingress.kubernetes.io/server-snippet: "location /x { return 200; }"

Good:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
      annotations:
        nginx.ingress.kubernetes.io/proxy-body-size: 64m

Fix: do it in Django: redirects, headers and access rules are middleware. Ask the platform for what only a proxy can do.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "ingress-annotations"
KINDS = ("Ingress", "HTTPRoute")
HINT = "delete the annotation"
COVERS = ("checkov:CKV_K8S_152", "checkov:CKV_K8S_153", "checkov:CKV_K8S_154", "kubescape:C-0059")
_KEY = re.compile(
    r"/(?:[^/]*snippets?|[^/]*-template|config-.*|server-alias|auth-url|auth-signin|auth-tls-.*|auth-proxy-set-headers"
    r"|mirror-.*|default-backend|upstream-vhost|custom-http-errors|router\.middlewares|[^/]*lua.*)\Z",
    re.IGNORECASE,
)
# The API server refuses longer ones.
_LONGEST = 400
_VALUE = re.compile(r"[{};\n\r`]")
# Not the controller's: kustomize, kubectl and ArgoCD read these.
_OTHERS = ("argocd.argoproj.io/", "kubectl.kubernetes.io/", "config.kubernetes.io/")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each annotation that reaches into the controller."""
    for key, value in obj.annotations.items():
        pointer = ("metadata", "annotations", key)
        if str(key).startswith(_OTHERS):
            continue
        if _KEY.search(str(key)[:_LONGEST]):
            yield Problem(f"{key} configures the controller of all customers", obj, pointer)
        elif _VALUE.search(str(value)):
            yield Problem(f"{key} has a value that may break out of the controller's configuration", obj, pointer)
