import pytest

from ..cases import Case, check


def sealed(value: str, name: str = "app", key: str = "SECRET_KEY") -> str:
    return f"---\nkind: SealedSecret\nmetadata: {{name: {name}}}\nspec: {{encryptedData: {{{key}: {value * 25}}}}}\n"


CASES = [
    Case("each its own", {"example/shop": sealed("AgBx"), "example/blog": sealed("AgBy")}),
    Case("one app", {"example/shop": sealed("AgBx") + sealed("AgBy", "mail")}),
    Case(
        "not sealed yet", {app: sealed("EDIT").replace("EDIT" * 25, "EDIT") for app in ("example/shop", "example/blog")}
    ),
    Case(
        "a copied app",
        {"example/shop": sealed("AgBx"), "example/blog": sealed("AgBx")},
        [
            "overlays/customers/example/blog/kustomization.yaml:1 # the same text as in example/shop's Secret app",
            "overlays/customers/example/shop/kustomization.yaml:1 # the same text as in example/blog's Secret app",
        ],
    ),
    Case(
        "under another name",
        {"example/app": sealed("AgBx") + sealed("AgBx", "mail")},
        ["kustomization.yaml:1 # as in Secret mail", "kustomization.yaml:1 # as in Secret app"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("seal-duplicate", case)
