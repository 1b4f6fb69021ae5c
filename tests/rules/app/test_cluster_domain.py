import pytest

from ..cases import Case, check


def _map(value: str) -> str:
    return f"kind: ConfigMap\nmetadata: {{name: app-config}}\ndata: {{URL: '{value}'}}\n"


AT = "ConfigMap/app-config /data/URL"
CASES = [
    Case("short", _map("redis://valkey:6379/0")),
    Case("with the namespace", _map("http://search.example-shop.svc:9200")),
    Case("a host of one's own that looks like it", _map("https://cluster.local.example.com")),
    Case("another word", _map("https://mycluster.localhost")),
    Case("sealed", "kind: SealedSecret\nmetadata: {name: app}\nspec: {encryptedData: {A: cluster.local}}\n"),
    Case(
        "whole",
        _map("http://a.example-shop.svc.cluster.local:9200"),
        [f"{AT} # a.example-shop.svc.cluster"],
    ),
    Case("capitals", _map("SEARCH.NS.SVC.CLUSTER.LOCAL"), [f"{AT} # SEARCH.NS.SVC.CLUSTER.LOCAL doesn't resolve"]),
    Case("with a dot last", _map("search.ns.svc.cluster.local."), [f"{AT} # doesn't resolve"]),
    Case("the domain alone", _map("cluster.local"), [f"{AT} # cluster.local doesn't"]),
    Case(
        "in a command, once",
        "kind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: "
        "{containers: [{args: [a.b.svc.cluster.local]}, {args: [a.b.svc.cluster.local]}]}}}\n",
        ["Deployment/web /spec/template/spec/containers/0/args/0 # a.b.svc.cluster.local"],
    ),
    Case(
        "in a template",
        "kind: SealedSecret\nmetadata: {name: app}\nspec: {template: {data: {host: db.ns.svc.cluster.local}}}\n",
        ["SealedSecret/app /spec/template/data/host # db.ns.svc.cluster.local"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("cluster-domain", case)
