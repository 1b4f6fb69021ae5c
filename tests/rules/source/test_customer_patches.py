import pytest

from ..cases import Case, check, problems


def patch(text: str, target: str = "{kind: Deployment, name: web}") -> dict:
    entry = f"patches:\n  - path: p.yaml\n    target: {target}\n" if target else "patches:\n  - path: p.yaml\n"
    return {"kustomization.yaml": "resources: [../../../../base]\n" + entry, "p.yaml": text}


def add(path: str, value: str, op: str = "add") -> dict:
    return patch(f"- op: {op}\n  path: /spec/template/spec/{path}\n  value: {value}\n")


def merge(text: str) -> dict:
    return patch(f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n{text}", "")


C = "containers/0"
CASES = [
    Case("a variable", add(f"{C}/env/-", "{name: A, value: b}")),
    Case("a probe", add(f"{C}/startupProbe/httpGet/path", "/x", "replace")),
    Case("a whole probe", add(f"{C}/livenessProbe", "{tcpSocket: {port: http}}")),
    Case("merge", merge("spec: {template: {spec: {containers: [{name: web, args: [a]}]}}}\n")),
    Case("memory", add(f"{C}/resources", "{limits: {memory: 1Gi}}"), ["p.yaml:3 # resources"]),
    Case("a kind that is a list", patch("kind: [Deployment]\n"), ["p.yaml:1 # kind of Deployment/web"]),
    Case(
        "too much",
        patch("spec: {template: {spec: {volumes: [" + "{a: 1}," * 3000 + "]}}}\n"),
        ["kustomization.yaml:3 # more than 5,000 values"],
    ),
    Case("merge replicas", merge("spec:\n  replicas: 5\n"), ["p.yaml:6 # replicas"]),
    Case("merge a container", merge("spec: {template: {spec: {containers: [{name: x}]}}}\n"), ["p.yaml:5 # x is no"]),
    Case("emptied", add(C, "{name: web}"), ["p.yaml:1 # adds a container"]),
    Case("remove", patch("- op: remove\n  path: /spec\n"), ["p.yaml:1 # spec of Deployment/web can't be removed"]),
    Case("all of a container", add(C, "{name: web}", "replace"), ["p.yaml:1 # all of"]),
    Case("an operation alone", patch("op: add\npath: /spec\nvalue: 1\n"), ["p.yaml:1 # is one operation"]),
    Case("a test", patch("- op: test\n  path: /spec\n  value: 1\n"), ["p.yaml:1 # 'test'"]),
    Case("remove a probe's path", patch(f"- op: remove\n  path: /spec/template/spec/{C}/startupProbe/httpGet/path\n")),
    Case(
        "remove a probe",
        patch(f"- op: remove\n  path: /spec/template/spec/{C}/startupProbe\n"),
        ["p.yaml:1 # can't be"],
    ),
    Case("null in an operation", add(f"{C}/args", "null"), ["p.yaml:1 # writes nothing"]),
    Case("null in a merge", merge("spec: {template: {spec: {containers: [{name: web, args: null}]}}}\n")),
    Case(
        "a container that isn't there", add("containers/1/args", "[a]"), ["p.yaml:1 # has no container 1 in containers"]
    ),
    Case("a port", add(f"{C}/ports/0/containerPort", "9000", "replace"), ["p.yaml:1 # an item of ports by its number"]),
    Case(
        "media twice", add(f"{C}/volumeMounts/-", "{name: media, mountPath: /data}"), ["p.yaml:3 # media a second time"]
    ),
    Case(
        "a variable goes",
        merge("spec: {template: {spec: {containers: [{name: web, env: [{name: A, $patch: delete}]}]}}}\n"),
    ),
    Case(
        "all variables are replaced",
        merge("spec: {template: {spec: {containers: [{name: web, env: [{$patch: replace}]}]}}}\n"),
        ["p.yaml:5 # is"],
    ),
    Case("by number", add(f"{C}/env/3", "{name: A, value: b}", "replace"), ["p.yaml:1 # number"]),
    Case("a foreign secret", add(f"{C}/envFrom/-", "{secretRef: {name: x}}"), ["p.yaml:1 # Secret x"]),
    Case(
        "the platform's volume", add("volumes/-", "{name: tmp, secret: {secretName: database-app}}"), ["p.yaml:1 # tmp"]
    ),
    Case(
        "no such pod",
        patch("- op: add\n  path: /a\n  value: 1\n", "{kind: Deployment, name: async}"),
        ["kustomization.yaml:3 # there is no Deployment/async in this app"],
    ),
    Case("no target", patch("- op: add\n  path: /a\n  value: 1\n", ""), ["kustomization.yaml:3 # no target"]),
    Case(
        "merge over the platform's volume",
        merge("spec: {template: {spec: {volumes: [{name: tmp, secret: {secretName: database-app}}]}}}\n"),
        ["p.yaml:5 # tmp belongs"],
    ),
    Case(
        "merge to the front",
        {
            **merge("spec: {template: {spec: {containers: [{name: async, args: [a]}]}}}\n"),
            "kustomization.yaml": "resources: [../../../../base]\n"
            "components: [../../../../components/async-container]\npatches:\n  - path: p.yaml\n",
        },
        ["p.yaml:5 # containers of Deployment/web merges async in front of web"],
    ),
    Case(
        "two patches that merge into a wrong variable",
        {
            "kustomization.yaml": "resources: [../../../../base]\npatches:\n  - path: a.yaml\n  - path: b.yaml\n",
            "a.yaml": merge("spec: {template: {spec: {containers: [{name: web, env: [{name: A, value: b}]}]}}}\n")[
                "p.yaml"
            ],
            "b.yaml": merge(
                "spec: {template: {spec: {containers: [{name: web, env: [{name: A, valueFrom: "
                "{secretKeyRef: {name: database-app, key: host}}}]}]}}}\n"
            )["p.yaml"],
        },
        ["b.yaml:5 # containers.web.env.A of Deployment/web merges with what another patch"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-patches", case)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (add("container/0/args", "[a]"), "containers"),
        (add(f"{C}/arg", "[a]"), "args"),
        (merge("spec: {template: {spec: {containers: [{name: web, comand: [a]}]}}}\n"), "command"),
        (add("hostNetwork", "true"), ""),
        (add("nodeName", "a"), ""),
    ],
)
def test_a_mistyped_field(given: dict, meant: str) -> None:
    [problem] = problems("customer-patches", given)
    assert ("did you mean" in str(problem.hint)) is bool(meant)
    assert f"did you mean {meant}" in str(problem.hint) or not meant
