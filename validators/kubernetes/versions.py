"""The one place that names the versions this repository supports and is tested with.

Go tools are pinned once more, with checksums, in packaging/go/*/go.mod; tests/test_setup.py compares the two.
"""

KUSTOMIZE_OLDEST = "5.5.0"
KUSTOMIZE_NEWEST = "5.8.1"

# Of the versions whose schemas kubernetes-validate brings.
KUBERNETES_OLDEST = "1.33"
KUBERNETES_NEWEST = "1.37"
KUBERNETES_SUPPORTED = (KUBERNETES_OLDEST, KUBERNETES_NEWEST)
