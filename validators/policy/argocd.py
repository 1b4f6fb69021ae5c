"""What ArgoCD obeys beside kustomization.yaml: the one list of files that may lie in no folder of an app."""

import re

# Its repo-server reads .argocd-source*.yaml and other marks of that name, and takes a folder with a file whose name ends
# in Chart.yaml for Helm's (util/app/discovery in its source). kustomize itself refuses a second kustomization.
_OBEYED = re.compile(r"\.argocd-.*|.*Chart\.yaml|(?i:chart\.ya?ml)|(?i:kustomization(\.yml)?)")


def obeys(name: str) -> bool:
    """Return whether ArgoCD would build something else, or nothing, for a file of this name."""
    return bool(_OBEYED.fullmatch(name))
