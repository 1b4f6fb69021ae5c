"""An object that is the cluster's, or that nobody looks after.

What: roles and their bindings, CustomResourceDefinitions, webhooks and other objects of the whole cluster, ArgoCD's own
objects, Endpoints, tokens, and pods without a Deployment, StatefulSet or Job (Pod, ReplicaSet, DaemonSet).
Why: the first kinds change what others may do, for all customers. A bare pod doesn't come back when its node fails, and
a DaemonSet runs on every node.

Bad:

    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: app}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}

Fix: delete it, and ask the platform for what it was meant to do.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from ...render.objects import Object
from .. import Problem

ID = "forbidden-kind"
HINT = Advice("delete it", "what it was meant to do", "delete it: no app may have this")
COVERS = (
    "checkov:CKV_K8S_42",
    "checkov:CKV_K8S_49",
    "checkov:CKV_K8S_155",
    "checkov:CKV_K8S_156",
    "checkov:CKV_K8S_157",
    "checkov:CKV_K8S_158",
    "checkov:CKV2_K8S_1",
    "checkov:CKV2_K8S_2",
    "checkov:CKV2_K8S_3",
    "checkov:CKV2_K8S_4",
    "checkov:CKV2_K8S_5",
    "kube-linter:access-to-create-pods",
    "kube-linter:access-to-secrets",
    "kube-linter:cluster-admin-role-binding",
    "kube-linter:aggregate-to-admin-escalation",
    "kube-linter:approve-signers-without-resource-names",
    "kube-linter:bind-verb-in-role",
    "kube-linter:cluster-wide-secrets-access",
    "kube-linter:deletecollection-verb-in-role",
    "kube-linter:escalate-verb-in-role",
    "kube-linter:impersonate-without-resource-names",
    "kube-linter:webhook-failure-policy-ignore",
    "kube-linter:wildcard-in-rules",
    "kube-linter:wildcard-resource-verb-combo",
    "polaris:clusterrolePodExecAttach",
    "polaris:clusterrolebindingClusterAdmin",
    "polaris:clusterrolebindingPodExecAttach",
    "polaris:rolePodExecAttach",
    "polaris:rolebindingClusterAdminClusterRole",
    "polaris:rolebindingClusterAdminRole",
    "polaris:rolebindingClusterRolePodExecAttach",
    "polaris:rolebindingRolePodExecAttach",
    "kubescape:C-0002",
    "kubescape:C-0007",
    "kubescape:C-0015",
    "kubescape:C-0031",
    "kubescape:C-0035",
    "kubescape:C-0036",
    "kubescape:C-0039",
    "kubescape:C-0063",
    "kubescape:C-0065",
    "kubescape:C-0073",
    "kubescape:C-0185",
    "kubescape:C-0186",
    "kubescape:C-0187",
    "kubescape:C-0188",
    "kubescape:C-0191",
    "kubescape:C-0246",
    "kubescape:C-0262",
    "kubescape:C-0265",
    "kubescape:C-0267",
    "kubescape:C-0272",
    "kubescape:C-0278",
    "kubescape:C-0279",
    "kubescape:C-0280",
    "kubescape:C-0281",
    "kubescape:C-0282",
    "kubesec:BindingsToSystemAnonymous",
)
_ACCESS = "decides who may do what"
_CLUSTER = "changes the whole cluster"
KINDS_OF_THE_CLUSTER = {
    "ClusterRole": _ACCESS,
    "ClusterRoleBinding": _ACCESS,
    "CertificateSigningRequest": _ACCESS,
    "APIService": _CLUSTER,
    "ClusterIssuer": _CLUSTER,
    "CustomResourceDefinition": _CLUSTER,
    "CSIDriver": _CLUSTER,
    "DeviceClass": _CLUSTER,
    "FlowSchema": _CLUSTER,
    "GatewayClass": _CLUSTER,
    "IngressClass": _CLUSTER,
    "MutatingAdmissionPolicy": _CLUSTER,
    "MutatingAdmissionPolicyBinding": _CLUSTER,
    "MutatingWebhookConfiguration": _CLUSTER,
    "Node": _CLUSTER,
    "PriorityClass": _CLUSTER,
    "PriorityLevelConfiguration": _CLUSTER,
    "RuntimeClass": _CLUSTER,
    "StorageClass": _CLUSTER,
    "ValidatingAdmissionPolicy": _CLUSTER,
    "ValidatingAdmissionPolicyBinding": _CLUSTER,
    "ValidatingWebhookConfiguration": _CLUSTER,
    "VolumeAttachment": _CLUSTER,
    "VolumeSnapshotClass": _CLUSTER,
}
"""The kinds without a namespace that no app may have, and why not."""
_OTHERS = {
    "Role": _ACCESS,
    "RoleBinding": _ACCESS,
    "TokenRequest": _ACCESS,
    "Application": "makes ArgoCD deploy something else",
    "ApplicationSet": "makes ArgoCD deploy something else",
    "AppProject": "decides what ArgoCD may deploy",
    "Endpoints": "sends a Service's traffic to any address",
    "EndpointSlice": "sends a Service's traffic to any address",
    "Gateway": "claims hosts and certificates for the whole cluster",
    "ReferenceGrant": "opens the namespace to others",
    "Pod": "doesn't come back when its node fails",
    "ReplicaSet": "is a Deployment's part, and can't be updated alone",
    "ReplicationController": "was replaced by Deployment",
    "DaemonSet": "runs on every node",
}


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for an object of a forbidden kind."""
    why = KINDS_OF_THE_CLUSTER.get(obj.kind) or _OTHERS.get(obj.kind)
    if why:
        yield Problem(f"{obj.kind} {why}", obj, ("kind",))
