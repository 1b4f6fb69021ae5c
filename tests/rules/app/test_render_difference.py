import pytest

from ..cases import Case, check

K = {"kustomization.yaml": "resources: [../../../../base]\n"}
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: example-app}\nspec: {type: ClusterIP}\n"
WEB = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: example-app}
spec:
  template:
    spec:
      containers:
        - {name: web, image: app, command: [/run], env: [{name: A, value: b}], resources: {limits: {cpu: "1"}}}
"""
SEALED = """---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: mine, namespace: example-app}
spec: {encryptedData: {A: AgBx}}
"""
CASES = [
    Case("the same", {**K, "rendered": SERVICE, "baseline": SERVICE}),
    Case("a SealedSecret more", {**K, "rendered": SERVICE + SEALED, "baseline": SERVICE}),
    Case(
        "an image and a command",
        {**K, "rendered": WEB.replace("image: app", "image: x").replace("/run", "/x"), "baseline": WEB},
    ),
    Case("a variable less", {**K, "rendered": WEB.replace("{name: A, value: b}", ""), "baseline": WEB}),
    Case(
        "a type",
        {**K, "rendered": SERVICE.replace("ClusterIP", "NodePort"), "baseline": SERVICE},
        ["Service/web /spec/type # type"],
    ),
    Case("gone", {**K, "rendered": "", "baseline": SERVICE}, ["kustomization.yaml:1 # Service/web is gone"]),
    Case("more", {**K, "rendered": SERVICE, "baseline": ""}, ["Service/web / # isn't a customer's to add"]),
    Case("twice", {**K, "rendered": f"{SERVICE}---\n{SERVICE}", "baseline": SERVICE}, ["Service/web / # twice"]),
    Case(
        "a size",
        {**K, "rendered": WEB.replace("'1'", "'9'").replace('"1"', '"9"'), "baseline": WEB},
        ["Deployment/web /spec/template/spec/containers/0/resources/limits/cpu # resources"],
    ),
    Case(
        "a container more",
        {**K, "rendered": WEB + "        - {name: x}\n", "baseline": WEB},
        ["Deployment/web /spec/template/spec/containers/1 # x"],
    ),
    Case(
        "a container twice",
        {**K, "rendered": WEB + "        - {name: web}\n", "baseline": WEB},
        ["Deployment/web /spec/template/spec/containers/1 # web#1"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("render-difference", case)
