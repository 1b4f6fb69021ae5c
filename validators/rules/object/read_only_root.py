"""A container can write into its own image.

What: a container without `readOnlyRootFilesystem: true`.
Why: whoever breaks in can plant a program or change the app's code, and what the app writes there is lost at a restart.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext: {readOnlyRootFilesystem: false}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext: {readOnlyRootFilesystem: true}

Fix: let the app write to /tmp, which is there for it, or to MEDIA_ROOT; collect static files when the image is built.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import containers_without

ID = "read-only-root"
KINDS = WORKLOADS
HINT = "write readOnlyRootFilesystem: true, and let the app write to /tmp or MEDIA_ROOT only"
COVERS = (
    "checkov:CKV_K8S_22",
    "kube-linter:no-read-only-root-fs",
    "kube-score:container-security-context-readonlyrootfilesystem",
    "polaris:notReadOnlyRootFilesystem",
    "kubescape:C-0017",
    "kubesec:ReadOnlyRootFilesystem",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container that can write into its image."""
    for container, _, pointer in containers_without(obj, ("securityContext", "readOnlyRootFilesystem"), True):
        yield Problem(f"container {container.name} can write into its image", obj, pointer)
