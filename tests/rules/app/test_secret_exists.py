import pytest

from ..cases import Case, check


def _web(container: str = "", pod: str = "", kind: str = "Deployment") -> str:
    spec = f"{{{pod}containers: [{{name: web, {container}}}]}}"
    return f"kind: {kind}\nmetadata: {{name: web}}\nspec: {{template: {{spec: {spec}}}}}\n"


def _sealed(name: str, keys: str = "{KEY: Ag}", template: str = "{}") -> str:
    spec = f"{{encryptedData: {keys}, template: {{data: {template}}}}}"
    return f"---\nkind: SealedSecret\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def _key(name: str, key: str, more: str = "") -> str:
    return f"env: [{{name: A, valueFrom: {{secretKeyRef: {{name: {name}, key: {key}{more}}}}}}}]"


POD = "Deployment/web /spec/template/spec"
ENV = f"{POD}/containers/0/env/0/valueFrom/secretKeyRef"
CNPG = "---\nkind: Cluster\nmetadata: {name: database}\nspec: {instances: 2}\n"
PULL = "imagePullSecrets: [{name: registry}], "
ACCOUNT = "kind: ServiceAccount\nmetadata: {name: app}\nimagePullSecrets: [{name: registry}]\n"
PROJECTED = "volumes: [{name: s, projected: {sources: [{configMap: {name: x}}, {secret: {name: tls%s}}]}}], "
CASES = [
    Case("sealed", _web("envFrom: [{secretRef: {name: app}}]") + _sealed("app")),
    Case("a sealed key", _web(_key("app", "KEY")) + _sealed("app")),
    Case("a key of the template", _web(_key("database-app", "host")) + _sealed("database-app", template="{host: x}")),
    Case("the operator's", _web(_key("database-app", "uri")) + CNPG),
    Case("optional", _web(_key("other", "KEY", ", optional: true"))),
    Case("pulled with", _web(pod=PULL) + _sealed("registry", "{.dockerconfigjson: Ag}")),
    Case("files", _web(pod=PROJECTED % ", items: [{key: KEY, path: a}]") + _sealed("tls")),
    Case(
        "TLS of an Ingress may be the platform's",
        "kind: Ingress\nmetadata: {name: web}\nspec: {tls: [{secretName: x}]}\n",
    ),
    Case(
        "not there",
        _web("envFrom: [{secretRef: {name: app}}]"),
        [f"{POD}/containers/0/envFrom/0/secretRef/name # no Secret app"],
    ),
    Case("another key", _web(_key("app", "SECRET_KEY")) + _sealed("app"), [f"{ENV}/key # has no key SECRET_KEY"]),
    Case("another case", _web(_key("app", "key")) + _sealed("app"), [f"{ENV}/key # has no key key"]),
    Case("a key of no Secret", _web(_key("app", "KEY")), [f"{ENV}/key # no Secret app"]),
    Case(
        "a key that the operator doesn't write", _web(_key("database-app", "name")) + CNPG, [f"{ENV}/key # no key name"]
    ),
    Case("no superuser", _web(_key("database-superuser", "uri")) + CNPG, [f"{ENV}/key # no Secret database-superuser"]),
    Case("account", ACCOUNT, ["ServiceAccount/app /imagePullSecrets/0/name # no Secret registry"]),
    Case(
        "account, wrong type",
        ACCOUNT + _sealed("registry"),
        ["ServiceAccount/app /imagePullSecrets/0/name # no key .docker"],
    ),
    Case("projected", _web(pod=PROJECTED % ""), [f"{POD}/volumes/0/projected/sources/1/secret/name # no Secret tls"]),
    Case(
        "a file of it",
        _web(pod=PROJECTED % ", items: [{key: a.pem, path: a}]") + _sealed("tls"),
        [f"{POD}/volumes/0/projected/sources/1/secret/items/0/key # no key a.pem"],
    ),
    Case(
        "volume",
        _web(pod="volumes: [{name: s, secret: {secretName: tls}}], "),
        [f"{POD}/volumes/0/secret/secretName # no Secret tls"],
    ),
    Case(
        "once",
        _web("envFrom: [{secretRef: {name: app}}]") + "---\n" + _web(_key("app", "KEY"), kind="Job"),
        [f"{POD}/containers/0/envFrom/0/secretRef/name # no Secret app"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("secret-exists", case)
