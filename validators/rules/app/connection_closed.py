"""An address that the app's objects name, and that can't be reached.

What: addresses in variables and in the database's Secret, backends of routes, ports of a PodMonitor and of Services: each
must be let through by the NetworkPolicies of both ends, at that port. An address of a Service that isn't there, or at a
port that it hasn't; a database's Secret whose `uri` says another host or port than `host` and `port`.
Why: the connection waits until it times out. Nothing is refused when the app is deployed, and no log names the policy.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: example-app}
    spec:
      template:
        spec:
          containers:
            - name: web
              env: [{name: CACHE_URL, value: "redis://redis:6379/0"}]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: example-app}
    spec:
      template:
        spec:
          containers:
            - name: web
              env: [{name: CACHE_URL, value: "redis://cache.example.com:6379/0"}]

Fix: write the address of what there is, or open the port in the policy that is named.
"""

from collections.abc import Iterator

from ...app import connections, workloads
from ...app.app import App
from ...app.connections import Address, Pods, Service
from ...finding import Advice
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem, _seal

ID = "connection-closed"
HINT = "write the address of what there is, or open the port in the policy that is named"

# Which policy of a component says who the ones outside are: their namespaces differ from cluster to cluster.
_OUTSIDE = {"Ingress": "allow-ingress", "HTTPRoute": "allow-gateway", "PodMonitor": "allow-monitoring"}


def check(app: App) -> Iterator[Problem]:
    """Yield each address once, for the first pods that can't reach it."""
    there = connections.services(app)
    everyone = {one.name: one for one in connections.pods(app)}
    told: set[tuple[str, Pointer]] = set()
    for obj in workloads.workloads(app):
        for address in _addresses(app, obj):
            where = (repr(address.obj), address.pointer)
            if where not in told and (problem := _address(app, everyone[repr(obj)], address, there)):
                told.add(where)
                yield problem
    yield from _secrets(app)
    yield from _outside(app, there)
    yield from _unreached(app, there)


def _addresses(app: App, obj: Object) -> Iterator[Address]:
    """Yield the addresses that a workload's containers get, and those of the Secrets that they read."""
    for text, source, pointer in connections.variables(app, obj):
        yield from connections.addresses(text, source, pointer)
    read = {(reference.name, reference.key) for reference in workloads.secrets_of(obj)}
    base = ("spec", "template", "data")
    for secret in app.of_kind("SealedSecret"):
        data = secret.mapping(*base)
        keys = {key for key in ("uri", "host", "port") if read & {(secret.name, key), (secret.name, "")}}
        if "uri" in keys:
            yield from connections.addresses(str(data.get("uri", "")), secret, (*base, "uri"))
        if keys & {"host", "port"} and data.get("host") and str(data.get("port", "")).isdecimal():
            yield Address(str(data["host"]).lower(), int(data["port"]), True, secret, (*base, "port"))


def _address(app: App, sender: Pods, address: Address, there: dict[str, Service]) -> Problem | None:
    """Return what keeps pods from an address; None where nothing does."""
    name = connections.local(app, address.host)
    if name is None:
        reached = not address.programs or _out(app, sender, address.host, sender, address.port)
        return None if reached else _closed(app, sender, address.host, address)
    if name in there and name != "localhost":
        return _service(app, sender, address, name, there[name])
    if name == "localhost" or not address.programs:
        return None
    known = ", ".join(sorted(there)) or "none"
    hint = f"write one of this app's Services ({known}), or the full name of a host elsewhere"
    return Problem(f"there is no Service {name[:63]} in this app", address.obj, address.pointer, hint=hint)


def _service(app: App, sender: Pods, address: Address, name: str, service: Service) -> Problem | None:
    """Return what keeps pods from one of the app's Services; None where nothing does."""
    target = next((target for _, port, target in service.ports if port == address.port), None)
    if target is None:
        ports = " or ".join(str(port) for _, port, _ in service.ports)
        message = f"Service {name} has no port {address.port}"
        return Problem(message, address.obj, address.pointer, hint=f"write {name}:{ports}")
    for receiver in service.pods:
        port = connections.number(receiver, target)
        if port is None:
            continue  # service-port says so
        if not _out(app, sender, receiver, receiver, port):
            return _closed(app, sender, name, address._replace(port=port))
        if not _let_in(app, receiver, sender, port):
            message = f"{receiver.name} lets nobody in from {sender.name} at port {port}, which {name} is for"
            return Problem(message, address.obj, address.pointer, hint=_in_hint(app, receiver, port))
    return None


def _out(app: App, sender: Pods, to: Pods | str, listener: Pods, port: int) -> bool:
    policies = connections.closing(app, "Egress", sender)
    rows = (rule for policy in policies for _, rule in connections.rules(policy, "Egress"))
    opened = any(connections.is_for(app, row, "Egress", to) and connections.opens(row, listener, port) for row in rows)
    return not policies or opened


def _let_in(app: App, receiver: Pods, sender: Pods, port: int) -> bool:
    policies = connections.closing(app, "Ingress", receiver)
    rows = (rule for policy in policies for _, rule in connections.rules(policy, "Ingress"))
    opened = any(
        connections.is_for(app, row, "Ingress", sender) and connections.opens(row, receiver, port) for row in rows
    )
    return not policies or opened


def _closed(app: App, sender: Pods, host: str, address: Address) -> Problem:
    """Return the problem of a connection that the sender's policies don't let out."""
    hint = _out_hint(app, sender, host, address.port)
    message = f"no NetworkPolicy lets {sender.name} out to {host[:100]} at port {address.port}"
    advice = Advice(hint, f"a NetworkPolicy for {host[:100]} at port {address.port}", hint)
    return Problem(message, address.obj, address.pointer, hint=advice)


def _out_hint(app: App, sender: Pods, host: str, port: int) -> str:
    """Return how to open the port: in a component's policy that is for this host at another one, else by egress."""
    for policy in connections.closing(app, "Egress", sender):
        for pointer, rule in connections.rules(policy, "Egress"):
            about = policy.name.startswith("allow-") and policy.name != "allow-dns" and rule.get("ports")
            if about and connections.is_for(app, rule, "Egress", host):
                path = "/".join(("", *map(str, pointer), "ports", "0", "port"))
                return f"patch NetworkPolicy {policy.name}: - {{op: replace, path: {path}, value: {port}}}"
    return f"a NetworkPolicy must let {sender.name} out to it; component egress opens the internet"


def _in_hint(app: App, receiver: Pods, port: int) -> str:
    names = [
        policy.name for policy in connections.closing(app, "Ingress", receiver) if policy.sequence("spec", "ingress")
    ]
    return (
        f"open port {port} in NetworkPolicy {' or '.join(names[:3])}"
        if names
        else f"add a NetworkPolicy for port {port}"
    )


def _secrets(app: App) -> Iterator[Problem]:
    """Yield what a Secret's uri says otherwise than its host and port; what nobody has filled in is rule placeholder's."""
    for secret in app.of_kind("SealedSecret"):
        base = ("spec", "template", "data")
        data = {key: value for key, value in secret.mapping(*base).items() if not _seal.placeholder(value)}
        for uri in [*connections.addresses(str(data.get("uri", "")), secret, (*base, "uri"))][:1]:
            for key, value in (("host", uri.host), ("port", str(uri.port))):
                if key in data and str(data[key]).lower().strip("[]") != value:
                    message = f"{key} is {str(data[key])[:80]}, and uri says {value[:80]}: apps read one or the other"
                    yield Problem(message, secret, (*base, key), hint="write the same in both")


def _outside(app: App, there: dict[str, Service]) -> Iterator[Problem]:
    """Yield backends of routes, and ports of monitors, that their own policy doesn't open."""
    for obj, pointer, receivers, port in [*_routes(app, there), *_monitors(app)]:
        policy = app.find("NetworkPolicy", _OUTSIDE[obj.kind])
        for receiver in receivers:
            wanted = connections.number(receiver, port)
            if wanted is None or (opened := _opened(app, policy, receiver, wanted)) is None or opened:
                continue
            name = policy.name if policy else "of your own"
            message = f"port {port} of {receiver.name} isn't open to those that {obj!r} is for"
            patch = f"- {{op: replace, path: /spec/ingress/0/ports/0/port, value: {port}}}"
            hint = f"write the port that NetworkPolicy {name} opens, or patch it: {patch}"
            yield Problem(message, obj, pointer, hint=hint)


def _opened(app: App, policy: Object | None, receiver: Pods, port: int) -> bool | None:
    """Whether those whom a policy of a component names are let in; None where nothing closes the pods."""
    policies = connections.closing(app, "Ingress", receiver)
    if not policies:
        return None
    named = [policy] if policy in policies else policies
    return any(
        connections.opens(rule, receiver, port) for one in named for _, rule in connections.rules(one, "Ingress")
    )


def _routes(app: App, there: dict[str, Service]) -> Iterator[tuple[Object, Pointer, list[Pods], object]]:
    for obj in app.of_kind("Ingress", "HTTPRoute"):
        for index in range(len(obj.sequence("spec", "rules"))):
            rule = ("spec", "rules", index)
            paths = [
                (*rule, "http", "paths", i, "backend", "service")
                for i in range(len(obj.sequence(*rule, "http", "paths")))
            ]
            paths += [(*rule, "backendRefs", i) for i in range(len(obj.sequence(*rule, "backendRefs")))]
            for pointer in paths:
                service = there.get(str(obj.get(*pointer, "name")))
                wanted = obj.get(*pointer, "port")
                wanted = (wanted.get("name") or wanted.get("number")) if isinstance(wanted, dict) else wanted
                for name, port, target in service.ports if service else ():
                    if wanted in (name, port):
                        yield obj, pointer, service.pods, target


def _monitors(app: App) -> Iterator[tuple[Object, Pointer, list[Pods], object]]:
    for obj in app.of_kind("PodMonitor"):
        found = [one for one in connections.pods(app) if workloads.matches(obj.get("spec", "selector"), one.labels)]
        for index, row in enumerate(obj.sequence("spec", "podMetricsEndpoints")):
            if isinstance(row, dict) and row.get("port") is not None:
                yield obj, ("spec", "podMetricsEndpoints", index, "port"), found, row["port"]


def _unreached(app: App, there: dict[str, Service]) -> Iterator[Problem]:
    """Yield Services with an address of their own, which is known elsewhere (NFS), whose pods let nobody in."""
    for obj in (one for one in app.of_kind("Service") if one.get("spec", "clusterIP") not in (None, "", "None")):
        for index, (_, _, target) in enumerate(there[obj.name].ports):
            for receiver in there[obj.name].pods:
                port = connections.number(receiver, target)
                if port is not None and _opened(app, None, receiver, port) is False:
                    message = f"no NetworkPolicy lets anybody in to {receiver.name} at port {port}"
                    yield Problem(message, obj, ("spec", "ports", index), hint=_in_hint(app, receiver, port))
