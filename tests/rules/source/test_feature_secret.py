import pytest

from ..cases import Case, check


def _listed(components: list[str], resources: tuple[str, ...] = (), patches: str = "") -> str:
    lines = "".join(f"  - ../../../../components/{name}\n" for name in components)
    files = "".join(f"  - {name}\n" for name in ("../../../../base", *resources))
    return f"resources:\n{files}components:\n{lines}{patches}"


def _sealed(name: str) -> str:
    return f"kind: SealedSecret\nmetadata:\n  name: {name}\nspec: {{encryptedData: {{A: AgBx}}}}\n"


K, P = "kustomization.yaml", "platform/kustomization.yaml"
FEATURES = ["sealed-secrets", "restart-on-change"]
PATCH = "patches:\n  - path: database-secret.yaml\n"
CASES = [
    Case("app", {K: _listed(FEATURES, ("app-secret.yaml",)), "app-secret.yaml": _sealed("app")}),
    Case("none needed", {K: _listed(["ingress"])}),
    *(
        Case(f"as {path}", {K: _listed(FEATURES, (path,)), "app-secret.yaml": _sealed("app")})
        for path in ("././app-secret.yaml", "a/../app-secret.yaml")
    ),
    Case("registry", {K: _listed(["private-registry"], ("./r.yaml",)), "r.yaml": _sealed("registry")}),
    Case("others are mounted by patches", {K: _listed(["ingress"], ("a.yaml",)), "a.yaml": _sealed("stripe")}),
    Case(
        "database",
        {P: _listed(["postgres/standalone"], (), PATCH), "platform/database-secret.yaml": _sealed("database-app")},
    ),
    Case("the operator writes its own", {P: _listed(["postgres/cnpg"])}),
    Case("once", {K: _listed(FEATURES)}, [f"{K}:4 # sealed-secrets needs SealedSecret app"]),
    Case("restart alone", {K: _listed(["restart-on-change"])}, [f"{K}:4 # restart-on-change needs SealedSecret app"]),
    Case("no registry", {K: _listed(["private-registry"])}, [f"{K}:4 # private-registry needs SealedSecret registry"]),
    Case(
        "there, but not listed",
        {K: _listed(["sealed-secrets"]), "app-secret.yaml": _sealed("app")},
        [f"{K}:4 # which no file under resources has"],
    ),
    Case(
        "another name",
        {K: _listed(["sealed-secrets"], ("app-secret.yaml",)), "app-secret.yaml": _sealed("application")},
        [f"{K}:5 # needs SealedSecret app"],
    ),
    Case(
        "unused",
        {K: _listed(["ingress"], ("app-secret.yaml",)), "app-secret.yaml": _sealed("app")},
        ["app-secret.yaml:3 # nothing reads SealedSecret app"],
    ),
    Case(
        "database without",
        {P: _listed(["postgres/external"])},
        [f"{P}:4 # postgres/external needs SealedSecret database-app"],
    ),
    Case(
        "database, file not listed",
        {P: _listed(["postgres/standalone"]), "platform/database-secret.yaml": _sealed("database-app")},
        [f"{P}:4 # needs SealedSecret database-app"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("feature-secret", case)
