import pytest

from ..cases import Case, check

USED = "resources:\n  - ../../../../base\n  - a.yaml\nconfigMapGenerator:\n  - {name: app-config, envs: [app.env]}\n"
PATCHED = "patches:\n  - path: sub/p.yaml\nconfigMapGenerator:\n  - {name: x, envs: [app.env], files: [k=f.txt]}\n"
K = "kustomization.yaml"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n"
CASES = [
    Case("listed", {K: USED, "a.yaml": "a: 1\n"}),
    Case("patches and files", {K: PATCHED, "sub/p.yaml": "a: 1\n", "f.txt": "x"}),
    Case("a readme", {K: USED, "a.yaml": "a: 1\n", "README.md": "x", ".gitignore": "x"}),
    Case("unused", {K: USED, "a.yaml": "a: 1\n", "b.yaml": "b: 1\n"}, ["b.yaml:1 # names this file"]),
    Case("CI of its own", {K: USED, "a.yaml": "a: 1\n", ".gitlab-ci.yml": "a: 1\n"}, [".gitlab-ci.yml:1 # no part"]),
    Case("argocd", {K: USED, "a.yaml": "a: 1\n", ".argocd-source.yaml": ""}, [".argocd-source.yaml:1 # may not be"]),
    Case("chart", {K: USED, "a.yaml": "a: 1\n", "Chart.yaml": ""}, ["Chart.yaml:1 # may not be"]),
    Case(
        "second kustomization", {K: USED, "a.yaml": "", "kustomization.yml": ""}, ["kustomization.yml:1 # may not be"]
    ),
    Case("an odd name", {K: USED, "a.yaml": "a: 1\n", "B c.yaml": ""}, ["B c.yaml:1 # isn't a name"]),
    Case("a private key", {K: USED, "a.yaml": "a: 1\n", "id_rsa": KEY}, ["id_rsa:1 # is a private key in plain text"]),
    Case("an .env file", {K: USED, "a.yaml": "a: 1\n", ".env": "A=b\n"}, [".env:1 # is an .env file"]),
    Case("another .env file", {K: USED, "a.yaml": "a: 1\n", ".env.prod": "A=b\n"}, [".env.prod:1 # is an .env"]),
    Case(
        "a link",
        {K: USED, "a.yaml": "a: 1\n", "refused": {"customer": {"x": "is a symbolic link; no"}}},
        ["x:1 # link"],
    ),
    Case("no kustomization", {"absent": ["customer/kustomization.yaml"]}, [f"{K}:1 # there is no"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-files", case)
