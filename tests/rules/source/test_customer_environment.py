import pytest

from ..cases import Case, check

K = "resources: [../../../../base]\nconfigMapGenerator:\n  - {name: app-config, behavior: merge, envs: [app.env]}\n"
ROUTE = K + "components: [../../../../components/ingress]\n"
TWO = K + "components: [../../../../components/ingress, ../../../../components/hosts/2]\n"


def env(text: str, kustomization: str = K) -> dict:
    return {"kustomization.yaml": kustomization, "app.env": text}


CASES = [
    Case("a line at which kustomize stops", env("A=" + "x" * 65_534), ["app.env:1 # A is longer than 65,535 bytes"]),
    Case("plain", env("# a comment\n\nHOSTS=a.example.com\nA=b=c\n")),
    Case("a route", env("HOSTS=a.example.com\n", ROUTE)),
    Case("two hosts", env("HOSTS=a.example.com,b.example.com\n", TWO)),
    Case("Windows", env("A=b\r\n")),
    Case("no equals", env("A=b\nTOKEN\n"), ["app.env:2 # no ="]),
    *(
        Case(f"no equals in {path}", env("TOKEN\n", K.replace("[app.env]", f"[{path}]")), ["app.env:1 # no ="])
        for path in ("././app.env", ".//app.env", "a/../app.env")
    ),
    Case("a name that is a list", env("A=b\n", K.replace("name: app-config", "name: [a]"))),
    Case("too many lines", env("".join(f"A{n}=b\n" for n in range(2100))), ["kustomization.yaml:3 # more than 2,000"]),
    Case(
        "the same lines too often",
        env("".join(f"A{n}=b\n" for n in range(900)), K.replace("[app.env]", "[app.env, app.env, app.env]")),
        ["kustomization.yaml:3 # more than 2,000"],
    ),
    Case("a bad name", env("A B=c\n"), ["app.env:1 # isn't a name"]),
    Case("twice", env("A=b\nA=c\n"), ["app.env:2 # twice"]),
    Case("a wildcard", env("HOSTS=*.example.com\n"), ["app.env:1 # the host '*.example.com' is for all names"]),
    Case(
        "a merge conflict: what it leaves of HOSTS is no finding",
        env("<<<<<<< HEAD\nA=b\n=======\nHOSTS=*.example.com\n>>>>>>> main\n", ROUTE),
        ["app.env:1 # conflict"],
    ),
    Case("a host too many", env("HOSTS=a.example.com,b.example.com\n", ROUTE), ["app.env:1 # HOSTS has 2"]),
    Case("a host too few", env("HOSTS=a.example.com\n", TWO), ["app.env:1 # HOSTS has 1"]),
    Case("no hosts", env("A=b\n", ROUTE), ["app.env:1 # HOSTS is missing"]),
    Case(
        "no hosts and no file",
        {"kustomization.yaml": ROUTE.replace("envs: [app.env]", "literals: [A=b]")},
        ["kustomization.yaml:1 # HOSTS"],
    ),
    Case(
        "HOST",
        env("A=b\nHOST=a.example.com\n", ROUTE),
        ["app.env:2 # HOSTS is missing, which ingress needs, and here is HOST"],
    ),
    Case("a variable of the app's", env("DB_HOST=a.example.com\n", ROUTE), ["app.env:1 # HOSTS is missing"]),
    Case("behaviour is another rule's", env("A=b\n", K.replace("behavior", "behaviour"))),
    Case("the same host", env("HOSTS=a.example.com,a.example.com\n", TWO), ["app.env:1 # twice"]),
    Case("a bad mount", env("MEDIA_ROOT=/\n"), ["app.env:1 # MEDIA_ROOT"]),
    Case("defaults", env("A=b\n", K.replace("app-config", "app-defaults")), ["kustomization.yaml:3 # belongs"]),
    Case("not merged", env("A=b\n", K.replace("behavior: merge, ", "")), ["kustomization.yaml:3 # app-config is"]),
    Case(
        "two of a name",
        env("A=b\n", K + "  - {name: x, literals: [A=b]}\n  - {name: x, literals: [A=b]}\n"),
        ["kustomization.yaml:5 # two generators x"],
    ),
    Case(
        "a literal of two lines",
        env("A=b\n", K + '  - {name: x, literals: ["A=b\\nc"]}\n'),
        ["kustomization.yaml:4 # more than one line"],
    ),
    Case(
        "a file by a bad name",
        env("A=b\n", K + "  - {name: x, files: ['a b=app.env']}\n"),
        ["kustomization.yaml:4 # isn't a name for a file"],
    ),
    Case(
        "a file that isn't text",
        {**env("A=b\n", K + "  - {name: x, files: [f]}\n"), "f": b"\xff"},
        ["kustomization.yaml:4 # f isn't UTF-8"],
    ),
    Case("not UTF-8", {**env("", K), "app.env": b"A=b\nB=\xff\n"}, ["app.env:2 # UTF-8"]),
    Case(
        "merged with nothing",
        env("A=b\n", K + "  - {name: x, behavior: merge, literals: [A=b]}\n"),
        ["kustomization.yaml:4 # no x to merge with"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-environment", case)
