import pytest

from ..cases import Case, check

DEEP = """accumulating resources: accumulation err='accumulating resources from '../../../customers/a/b': '/x' must resolve to
a file': recursed accumulation of path '/x': no matches for Id x"""
NOTHING = "replace operation does not apply: doc is missing path: /spec/a/b: missing value"
PATCHED = "resources: [../../../../base]\npatches:\n  - {path: web.yaml, target: {kind: Deployment, name: web}}\n"
CASES = [
    Case("built", {"error": ""}),
    Case("not built, deep down", {"error": DEEP}, ["kustomization.yaml:1 # isn't built: no matches for Id x"]),
    Case(
        "nothing there to replace",
        {"kustomization.yaml": PATCHED, "web.yaml": "- {op: replace, path: /spec/a/b, value: 1}\n", "error": NOTHING},
        ["web.yaml:1 # replace: there is nothing at /spec/a/b"],
    ),
    Case(
        "nothing there, by the platform",
        {
            "platform/kustomization.yaml": "patches:\n  - patch: |-\n      - op: replace\n        path: /spec/a/b\n",
            "error": NOTHING,
        },
        ["platform/kustomization.yaml:4 # replace: there is nothing at"],
    ),
    Case(
        "nothing there, nobody knows where", {"error": NOTHING}, ["kustomization.yaml:1 # replace: there is nothing at"]
    ),
    Case(
        "not built, by the platform",
        {"error": "overlays/ungleich/example/app: no matches for Id y"},
        ["platform/kustomization.yaml:1 # no matches for Id y"],
    ),
    Case("not built", {"error": "no matches\nfor Id"}, ["kustomization.yaml:1 # no matches for Id"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("kustomize-build", case)
