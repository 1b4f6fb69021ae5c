import pytest

from ..cases import Case, check


def _map(data: str, name: str = "app-config-t92gc66kcc") -> str:
    return f"kind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {data}\n"


def _web(env: str = "[]", args: str = "[]", kind: str = "Deployment") -> str:
    container = f"{{name: web, env: {env}, args: {args}}}"
    return f"---\nkind: {kind}\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"


def _sealed(data: str) -> str:
    return f"kind: SealedSecret\nmetadata: {{name: database-app}}\nspec: {{template: {{data: {data}}}}}\n"


C, AT = "Deployment/web /spec/template/spec/containers/0", "ConfigMap/app-config-t92gc66kcc /data"
URI = 'postgresql://legacy:{{ .password | urlquery | replace "+" "%20" }}@db1.example.com:5432/legacy'
CASES = [
    Case(
        "not secret", _map("{PASSWORD_RESET_TIMEOUT: '3600', AUTH_PASSWORD_VALIDATORS: x, ACCESS_TOKEN_LIFETIME: '5'}")
    ),
    Case("a path", _map("{SECRET_KEY: /secrets/key, PWD: /app, API_KEY_FILE: key}")),
    Case("a switch", _map("{USE_TOKEN: 'true', DB_PASSWORD: '', MAX_TOKEN: '4096'}")),
    Case("a public key", _map("{STRIPE_PUBLISHABLE_KEY: pk_live_1234567890123456, RECAPTCHA_PUBLIC_KEY: abc}")),
    Case(
        "another variable's",
        _web("[{name: LEGACY_DB_PASSWORD, value: $(PGPASSWORD)}, {name: P, value: 'a://u:$(P)@h'}]"),
    ),
    Case("from a Secret", _web("[{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}]")),
    Case("an address without", _map("{A: 'https://shop@search.example.com', B: 'http://a.example.com:8000/@x'}")),
    Case("a derived address", _sealed(f"{{uri: '{URI}', user: legacy}}")),
    Case("sealed values, copied", _map("{SECRET_KEY: AgBz}", "secret-revision-8cct42g5g6")),
    Case("an option that reads a file", _web(args="[--password-file=/secrets/a, '--token $TOKEN', --no-password]")),
    Case("password", _map("{EMAIL_HOST_PASSWORD: hunter2}"), [f"{AT}/EMAIL_HOST_PASSWORD # a secret in plain text"]),
    Case("no underscore", _map("{PGPASSWORD: hunter2}"), [f"{AT}/PGPASSWORD"]),
    Case("lower case", _map("{db_pass: hunter2}"), [f"{AT}/db_pass"]),
    Case("AWS", _map("{AWS_SECRET_ACCESS_KEY: abc}"), [f"{AT}/AWS_SECRET_ACCESS_KEY"]),
    Case(
        "Django", _web("[{name: SECRET_KEY, value: django-insecure-x}]"), [f"{C}/env/0/value # SECRET_KEY is a secret"]
    ),
    Case("a number is a password, too", _map("{ADMIN_PASSWORD: '123456'}"), [f"{AT}/ADMIN_PASSWORD"]),
    Case("address", _map("{CACHE: 'redis://:hunter2@cache:6379/0'}"), [f"{AT}/CACHE # an address with a password"]),
    Case("option", _web(args="[serve, --admin-password=hunter2]"), [f"{C}/args/1 # a password as an option"]),
    Case(
        "in a probe's command",
        _web("[], readinessProbe: {exec: {command: [curl, 'http://a:hunter2@x/']}}"),
        [f"{C}/readinessProbe/exec/command/1 # an address with a password"],
    ),
    Case("private key", _map('{a.pem: "x\\n-----BEGIN RSA PRIVATE KEY-----\\nMII"}'), [f"{AT}/a.pem # a private key"]),
    Case("AWS by its looks", _map("{KEY_ID: AKIAIOSFODNN7EXAMPLE}"), [f"{AT}/KEY_ID # AWS Access Key"]),
    Case("GitHub", _web(args="[ghp_" + "a1" * 18 + "]"), [f"{C}/args/0 # GitHub Token"]),
    Case("Stripe", _map("{STRIPE: sk_live_1234567890123456}"), [f"{AT}/STRIPE # a key of Stripe"]),
    Case(
        "a template's literal",
        _sealed("{password: hunter2}"),
        ["SealedSecret/database-app /spec/template/data/password # password is a secret"],
    ),
    Case(
        "once for all copies",
        _web("[{name: API_KEY, value: x}]") + _web("[{name: API_KEY, value: x}]", kind="Job"),
        [f"{C}/env/0/value # API_KEY"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("password-literal", case)
