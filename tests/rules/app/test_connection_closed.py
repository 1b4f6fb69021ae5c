import pytest

from ..cases import Case, check, problems

IMAGE = "{matchLabels: {hosting.ungleich.ch/image: app}}"
CACHE = "{matchLabels: {app: cache}}"
URL = "Deployment/web /spec/template/spec/containers/0/env/0/value"
DATABASE = "SealedSecret/database-app /spec/template/data"
HTTP = "{name: http, containerPort: 8000}"
OTHERS = "{from: [{namespaceSelector: {}}], ports: [{port: PORT}]}"


def pod(name: str, ports: str, env: str = "[]") -> str:
    labels = f"{{app: {name}, hosting.ungleich.ch/image: {'app' if name == 'web' else 'none'}}}"
    container = f"{{name: {name}, ports: [{ports}], env: {env}}}"
    spec = f"{{template: {{metadata: {{labels: {labels}}}, spec: {{containers: [{container}]}}}}}}"
    return f"---\nkind: Deployment\nmetadata: {{name: {name}, namespace: example-app}}\nspec: {spec}\n"


def policy(name: str, selector: str, direction: str, rule: str) -> str:
    types = f"podSelector: {selector}, policyTypes: [{direction.capitalize()}], {direction}: [{rule}]"
    return f"---\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec: {{{types}}}\n"


def service(name: str, port: int, target: str) -> str:
    ports = f"[{{name: {target}, port: {port}, targetPort: {target}}}]"
    return f"---\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: {ports}}}\n"


def cache(out: int = 6379, into: int | str = "cache", url: str = "redis://cache:6379/0") -> str:
    """web, a cache with its Service, and a policy for each end."""
    return (
        pod("web", HTTP, f"[{{name: CACHE_URL, value: '{url}'}}]")
        + pod("cache", "{name: cache, containerPort: 6379}")
        + service("cache", 6379, "cache")
        + policy("allow-cache", IMAGE, "egress", f"{{to: [{{podSelector: {CACHE}}}], ports: [{{port: {out}}}]}}")
        + policy("cache-from-app", CACHE, "ingress", f"{{from: [{{podSelector: {IMAGE}}}], ports: [{{port: {into}}}]}}")
    )


def external(
    port: str = "5432", uri: str = "5432", opened: int = 5432, cidr: str = "0.0.0.0/0", host: str = "db"
) -> str:
    """web with a database elsewhere, whose Secret says the port twice."""
    host = f"{host}.example.com" if host == "db" else host
    keys = "[{name: A, valueFrom: {secretKeyRef: {name: database-app, key: uri}}}, "
    keys += "{name: B, valueFrom: {secretKeyRef: {name: database-app, key: port}}}]"
    shown = f"[{host}]" if ":" in host else host
    address = f"postgresql://app:{{{{ .password | urlquery }}}}@{shown}:{uri}/app"
    data = f"{{host: '{host}', port: '{port}', uri: '{address}'}}"
    to = f"{{to: [{{ipBlock: {{cidr: '{cidr}'}}}}], ports: [{{port: {opened}}}]}}"
    sealed = f"---\nkind: SealedSecret\nmetadata: {{name: database-app}}\nspec: {{template: {{data: {data}}}}}\n"
    return pod("web", HTTP, keys) + sealed + policy("allow-database", IMAGE, "egress", to)


def monitored(port: str) -> str:
    return (
        pod("web", f"{HTTP}, {{name: metrics, containerPort: 8001}}")
        + "---\nkind: PodMonitor\nmetadata: {name: web}\n"
        + f"spec: {{selector: {{matchLabels: {{app: web}}}}, podMetricsEndpoints: [{{port: {port}}}]}}\n"
        + policy("allow-ingress", IMAGE, "ingress", OTHERS.replace("PORT", "http"))
        + policy("allow-monitoring", IMAGE, "ingress", OTHERS.replace("PORT", "metrics"))
    )


def routed(opened: str) -> str:
    path = "{backend: {service: {name: web, port: {name: http}}}}"
    return (
        pod("web", HTTP)
        + service("web", 80, "http")
        + f"---\nkind: Ingress\nmetadata: {{name: web}}\nspec: {{rules: [{{http: {{paths: [{path}]}}}}]}}\n"
        + policy("allow-ingress", IMAGE, "ingress", OTHERS.replace("PORT", opened))
    )


def nfs(opened: str) -> str:
    """An NFS server, which nodes reach by its address."""
    fixed = service("nfs", 2049, "nfs").replace("spec: {", "spec: {clusterIP: 'fd00::1', ")
    nodes = f"{{from: [{{ipBlock: {{cidr: 'fd00:10::/64'}}}}], ports: [{{port: {opened}}}]}}"
    return pod("nfs", "{name: nfs, containerPort: 2049}") + fixed + policy("nodes", "{}", "ingress", nodes)


CLUSTER = (
    "---\nkind: Cluster\nmetadata: {name: database}\n"
    + pod("web", HTTP, "[{name: D, value: 'postgres://app@database-rw/app'}]")
    + policy(
        "allow-database",
        IMAGE,
        "egress",
        "{to: [{podSelector: {matchLabels: {cnpg.io/cluster: database}}}], ports: [{port: 5432}]}",
    )
)
CASES = [
    Case("both let it through", cache()),
    Case("by number", cache(into=6379)),
    Case("the whole name", cache(url="redis://u:p@cache.example-app.svc:6379/0")),
    Case("another namespace's", cache(url="http://cache.other.svc/")),
    Case("a page of a site", cache(url="https://shop.example.com/login")),
    Case("itself", cache(url="redis://localhost:6379/0")),
    Case("not let out", cache(out=6380), [f"{URL} # no NetworkPolicy lets Deployment/web out to cache at port 6379"]),
    Case(
        "not let in",
        cache(into=6380),
        [f"{URL} # Deployment/cache lets nobody in from Deployment/web at port 6379"],
    ),
    Case("another port", cache(url="redis://cache:6380/0"), [f"{URL} # Service cache has no port 6380"]),
    Case("a name of docker compose", cache(url="redis://redis:6379/0"), [f"{URL} # there is no Service redis"]),
    Case("a host elsewhere", cache(url="redis://c.example.com/0"), [f"{URL} # out to c.example.com at port 6379"]),
    Case("an external database", external()),
    Case("at another port", external("6432", "6432", 6432)),
    Case("by address", external(cidr="fd00:1::/64", host="fd00:1::5")),
    Case(
        "a port that nobody opens",
        external("6432", "6432"),
        [f"{DATABASE}/uri # out to db.example.com at port 6432", f"{DATABASE}/port # at port 6432"],
    ),
    Case(
        "a secret at odds with itself",
        external("6432"),
        [f"{DATABASE}/port # at port 6432", f"{DATABASE}/port # port is 6432, and uri says 5432"],
    ),
    Case("nobody has filled in the uri", external().replace("@db.", "@EDIT.")),
    Case("nobody has filled in the host", external().replace("host: 'db.", "host: 'EDIT.")),
    Case(
        "an address that isn't in the block",
        external(cidr="fd00:1::/64", host="fd00:2::5"),
        [f"{DATABASE}/uri # out to fd00:2::5", f"{DATABASE}/port # out to fd00:2::5"],
    ),
    Case("CloudNativePG's", CLUSTER),
    Case(
        "not let out to CloudNativePG's",
        CLUSTER.replace("port: 5432", "port: 5433"),
        [f"{URL} # out to database-rw at port 5432"],
    ),
    Case("metrics", monitored("metrics")),
    Case(
        "metrics at a port that is open to others",
        monitored("http"),
        ["PodMonitor/web /spec/podMetricsEndpoints/0/port # port http of Deployment/web isn't open"],
    ),
    Case("NFS", nfs("nfs")),
    Case(
        "NFS at a closed port",
        nfs("111"),
        ["Service/nfs /spec/ports/0 # lets anybody in to Deployment/nfs at port 2049"],
    ),
    Case("a Service that nobody needs", nfs("111").replace("clusterIP: 'fd00::1', ", "")),
    Case("a route", routed("http")),
    Case(
        "a route to a closed port",
        routed("9000"),
        ["Ingress/web /spec/rules/0/http/paths/0/backend/service # port http of Deployment/web isn't open"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("connection-closed", case)


def test_the_hint_is_the_patch() -> None:
    found = problems("connection-closed", external("6432", "6432"))
    patch = "patch NetworkPolicy allow-database: - {op: replace, path: /spec/egress/0/ports/0/port, value: 6432}"
    assert {problem.hint.write for problem in found} == {patch}
