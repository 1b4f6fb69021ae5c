"""The branch that ArgoCD reads where there are rings, and how a version of the library goes from ring to ring."""
