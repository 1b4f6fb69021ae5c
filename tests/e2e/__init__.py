"""The library on a real cluster: apps are pushed to git, ArgoCD deploys them, and they are asked from outside."""
