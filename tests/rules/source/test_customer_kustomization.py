import pytest

from validators.rules import advice

from ..cases import Case, check, problems

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../../../base]\n"
K = "kustomization.yaml"
IMAGE = "images:\n  - name: app\n    newName: r.example.com/a\n"
CASES = [
    Case("the least", {K: HEAD}),
    Case("an image", {K: HEAD + IMAGE + "    newTag: '1.0'\n"}),
    Case("a digest", {K: HEAD + IMAGE + f"    digest: sha256:{'a' * 64}\n"}),
    Case("replicas", {K: HEAD + "replicas: []\n"}, [f"{K}:4 # replicas isn't"]),
    Case("by another case", {K: HEAD + "Images: []\n"}, [f"{K}:4 # Images isn't"]),
    Case("no tag", {K: HEAD + IMAGE}, [f"{K}:5 # newTag or digest is missing"]),
    Case("a number as a tag", {K: HEAD + IMAGE + "    newTag: 1.0\n"}, [f"{K}:7 # newTag"]),
    Case("another image", {K: HEAD + IMAGE.replace("app", "postgres") + "    newTag: a\n"}, [f"{K}:5 # name"]),
    Case("further fields", {K: HEAD + IMAGE + "    newTag: a\n    tagSuffix: b\n"}, [f"{K}:5 # tagSuffix"]),
    Case("no kind", {K: HEAD.replace("kind: Kustomization\n", "")}, [f"{K}:1 # kind is missing"]),
    Case("misspelt, and so missing", {K: HEAD.replace("resources", "resourses")}, [f"{K}:3 # resourses isn't"]),
    Case("a misspelt field", {K: HEAD + IMAGE + "    newTga: a\n"}, [f"{K}:5 # newTga isn't"]),
    Case("a list", {K: "- a\n"}, [f"{K}:1 # isn't a kustomization"]),
    Case("a word as a list", {K: HEAD + "components: async\n"}, [f"{K}:4 # wrong type"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-kustomization", case)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("resourses: []\n", "resources"),
        ("images: [{name: app, newName: r.example.com/a, newTga: a}]\n", "newTag"),
        ("images: [{name: app, newNmae: r.example.com/a, newTag: a}]\n", "newName"),
        ("configMapGenerator: [{name: app-config, behaviour: merge, envs: [app.env]}]\n", "behavior"),
        ("patches: [{path: a.yaml, taget: {kind: Deployment}}]\n", "target"),
        ("patches: [{path: a.yaml, target: {knid: Deployment, name: web}}]\n", "kind"),
    ],
)
def test_what_is_misspelt_is_named(text: str, meant: str) -> None:
    (problem,) = problems(
        "customer-kustomization",
        {K: HEAD.replace("resources: [../../../../base]\n", "") + text if meant == "resources" else HEAD + text},
    )
    assert advice(problem.hint).write == f"did you mean {meant}?"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("r.example.com/a:1.0", 'write newName: r.example.com/a, and newTag: "1.0"'),
        ("r.example.com:5000/a:1.0", 'write newName: r.example.com:5000/a, and newTag: "1.0"'),
        ("r.example.com/a@sha256:0", "write newName: r.example.com/a, and digest: sha256:0"),
        ("https://r.example.com/a", "write r.example.com/a, without https://"),
        ("r.example.com/Shop", "in lower case"),
        ("r.example.com/a/", "without / at the end"),
        ("r.example.com/a b", "one entry with name: app"),
    ],
)
def test_an_image_that_is_written_otherwise(name: str, says: str) -> None:
    text = f"resources: [../../../../base]\nimages:\n  - {{name: app, newName: '{name}', newTag: 1.0.0}}\n"
    found = problems("customer-kustomization", {"kustomization.yaml": text})
    [hint] = [str(problem.hint) for problem in found if problem.message.startswith("images")]
    assert says in hint
