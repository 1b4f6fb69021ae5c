"""A volume reaches into the node.

What: a pod's volume that isn't a configMap, secret, emptyDir, persistentVolumeClaim, projected, downwardAPI, csi
or ephemeral, and a PersistentVolume made of a node's files.
Why: hostPath and its like show a pod the node's own files, other customers' volumes or the runtime's socket.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          volumes:
            - name: docker
              hostPath: {path: /var/run/docker.sock}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          volumes:
            - name: media
              persistentVolumeClaim: {claimName: media}

Fix: files that must stay go to the volume `media`, others to an emptyDir; ask the platform for more storage.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem

ID = "volume-types"
KINDS = (*WORKLOADS, "PersistentVolume")
HINT = "use the volume media for files that stay, an emptyDir for others"
COVERS = (
    "checkov:CKV_K8S_27",
    "kube-linter:container-runtime-sock",
    "kube-linter:docker-sock",
    "kube-linter:sensitive-host-mounts",
    "kube-linter:writable-host-mount",
    "polaris:hostPathSet",
    "kubescape:C-0020",
    "kubescape:C-0045",
    "kubescape:C-0048",
    "kubescape:C-0074",
    "kubescape:C-0203",
    "kubesec:DockerSock",
)
_ALLOWED = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
_NODE = ("hostPath", "local")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each volume of a forbidden type."""
    if obj.kind == "PersistentVolume":
        for kind in _NODE:
            if kind in obj.mapping("spec"):
                yield Problem(f"{kind}: the volume is a folder of a node", obj, ("spec", kind))
        return
    volumes = (*(obj.pod_pointer or ()), "volumes")
    for index, volume in enumerate(obj.sequence(*volumes)):
        for kind in sorted(set(volume) - _ALLOWED - {"name"}, key=str) if isinstance(volume, dict) else ():
            yield Problem(f"volume {volume.get('name')} is a {kind}", obj, (*volumes, index, kind))
