"""A real two-node, IPv6-only Kubernetes for the tests, on one machine and without a container engine.

``python -m tests.cluster up|down|status|build`` drives it; docs/cluster.md explains it.
"""
