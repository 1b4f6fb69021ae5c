import pytest

from ..cases import Case, check

K = "kustomization.yaml"
BASE = "resources:\n  - ../../../../base\n"
CASES = [
    Case("the base", {K: BASE}),
    Case("a slash at the end", {K: "resources: [../../../../base/]\n"}),
    Case("a feature", {K: BASE + "components: [../../../../components/hosts/2]\n"}),
    Case("a file", {K: BASE + "  - ./a.yaml\n", "a.yaml": "a: 1\n"}),
    Case("no base", {K: "resources: [a.yaml]\n", "a.yaml": ""}, [f"{K}:1 # lacks"]),
    Case("an address", {K: BASE + "  - https://example.com/x\n"}, [f"{K}:3 # address"]),
    Case("another's", {K: BASE + "  - ../other\n"}, [f"{K}:3 # outside"]),
    Case("absolute", {K: BASE + "  - /etc\n"}, [f"{K}:3 # plain relative"]),
    Case("missing", {K: BASE + "  - b.yaml\n", "a.yaml": ""}, [f"{K}:3 # no file b.yaml"]),
    Case("the platform's", {K: BASE + "components: [../../../../components/valkey]\n"}, [f"{K}:3 # valkey"]),
    Case(
        "postgres",
        {K: BASE + "components: [../../../../components/postgres/cnpg]\n"},
        [f"{K}:3 # the platform's to list"],
    ),
    Case("no list of resources is another rule's", {K: "kind: Kustomization\n"}),
    Case("a typo", {K: BASE + "components: [../../../../components/asyn]\n"}, [f"{K}:3 # asyn"]),
    Case("a detour", {K: BASE + "components: [../../../../components/x/../async]\n"}, [f"{K}:3 # async"]),
    Case("twice", {K: BASE + "  - ../../../../base\n"}, [f"{K}:3 # twice"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-paths", case)
