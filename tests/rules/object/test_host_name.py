import pytest

from ..cases import Case, check


def _map(hosts: str, name: str = "app-config-t92gc66kcc") -> str:
    return f"kind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{HOSTS: '{hosts}'}}\n"


AT = "ConfigMap/app-config-t92gc66kcc /data/HOSTS"
CASES = [
    Case("one", _map("shop.example.com")),
    Case("four", _map("shop.example.com,www.example.com,example.com,4shop.example.com")),
    Case("punycode", _map("xn--lden-loa.example.com")),
    Case("the base's, without a route", _map("app.invalid")),
    Case("another map", _map("http://x", "settings")),
    Case("routes", "kind: HTTPRoute\nmetadata: {name: web}\nspec: {hostnames: [shop.example.com]}\n"),
    Case("scheme", _map("https://shop.example.com"), [f"{AT} # has a scheme"]),
    Case("port", _map("shop.example.com:8000"), [f"{AT} # has a port"]),
    Case("path", _map("shop.example.com/de"), [f"{AT} # has a path"]),
    Case("space", _map("a.example.com, b.example.com"), [f"{AT} # ' b.example.com' has a space"]),
    Case("capitals", _map("Shop.example.com"), [f"{AT} # has capitals"]),
    Case("umlaut", _map("läden.example.com"), [f"{AT} # other letters"]),
    Case("look-alike", _map("sh\u043ep.example.com"), [f"{AT} # 'sh\\u043ep.example.com' has other letters"]),
    Case("underscore", _map("my_shop.example.com"), [f"{AT} # no host name"]),
    Case("dot last", _map("shop.example.com."), [f"{AT} # ends with a dot"]),
    Case("comma last", _map("shop.example.com,"), [f"{AT} # '' is empty"]),
    Case("empty label", _map("shop..example.com"), [f"{AT} # no host name"]),
    Case("address", _map("192.0.2.1"), [f"{AT} # is an address"]),
    Case("address with colons", _map("2001:db8::1"), [f"{AT} # is an address"]),
    Case("no domain", _map("localhost"), [f"{AT} # no host name"]),
    Case("wildcard", _map("*.example.com"), [f"{AT} # all names"]),
    Case("reserved", _map("shop.local"), [f"{AT} # local networks"]),
    Case("too long", _map("a" * 64 + ".example.com"), [f"{AT} # no host name"]),
    Case(
        "the base's in a route",
        "kind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: app.invalid}, {}]}\n",
        ["Ingress/web /spec/rules/0/host # HOSTS isn't set", "Ingress/web /spec/rules/1/host # every host"],
    ),
    Case(
        "in a route",
        "kind: HTTPRoute\nmetadata: {name: web}\nspec: {hostnames: ['a.example.com:80']}\n",
        ["HTTPRoute/web /spec/hostnames/0 # has a port"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("host-name", case)
