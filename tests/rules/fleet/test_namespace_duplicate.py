import pytest

from ..cases import Case, check


def _objects(*namespaces: str) -> str:
    return "".join(f"---\nkind: Service\nmetadata: {{name: web, namespace: {name}}}\n" for name in namespaces)


def _made(name: str) -> str:
    return f"kind: Namespace\nmetadata: {{name: {name}}}\n"


CASES = [
    Case("each its own", {"a/b": _objects("a-b", "a-b"), "a/c": _made("a-c") + _objects("a-c")}),
    Case("a server of its own beside", {"a/b": _objects("a-b"), "a/b-nfs": _objects("a-b-nfs")}),
    Case("no namespace at all", {"a/b": "kind: PersistentVolume\nmetadata: {name: x}\n", "a/c": _objects("a-c")}),
    Case(
        "same with the hyphen elsewhere",
        {"a-b/c": _objects("a-b-c"), "a/b-c": _objects("a-b-c")},
        [
            "overlays/ungleich/a-b/c/kustomization.yaml:1 # a-b-c is that of a/b-c",
            "overlays/ungleich/a/b-c/kustomization.yaml:1 # a-b/c, too",
        ],
    ),
    Case(
        "made by one, used by another",
        {"a/b": _made("a-b"), "c/d": _objects("c-d", "a-b")},
        ["overlays/customers/a/b/kustomization.yaml:1 # c/d", "overlays/ungleich/c/d/kustomization.yaml:1 # a/b, too"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("namespace-duplicate", case)
