import pytest

from .cases import Case, check
from .workloads import manifest, workload

SEALED = "Ag" + "A" * 400 + "=="


def settings(**data: str) -> str:
    return manifest("ConfigMap", "app-config", data=data)


def found(key: str, part: str = "looks like a secret") -> list[str]:
    return [f"ConfigMap/app-config /data/{key} # {key} {part}"]


CASES = [
    Case("settings", settings(DEBUG="false", HOSTS="a.example.com", LANGUAGE_CODE="de-ch")),
    Case("a timeout of passwords", settings(PASSWORD_RESET_TIMEOUT="3600", AUTH_PASSWORD_VALIDATORS="min8")),
    Case("tokens by number", settings(MAX_TOKEN="500", SESSION_TOKEN="true")),
    Case("a secret's file", settings(STRIPE_SECRET="/secrets/stripe", SECRET_KEY_FILE="/secrets/key")),
    Case("a variable", settings(SMTP_PASSWORD="$(SMTP)")),
    Case("empty", settings(EMAIL_HOST_PASSWORD="")),
    Case("sealed", settings(SECRET_KEY=SEALED)),
    Case("a URL without", settings(BROKER_URL="redis://valkey:6379/0", SITE="https://a.example.com:8000/@me")),
    Case("a monkey", settings(MONKEY="banana", KEYBOARD="us", TOKENIZER="fast", CACHE_KEY="v1", SUBTOKEN="x")),
    Case("a password", settings(EMAIL_HOST_PASSWORD="hunter2!"), found("EMAIL_HOST_PASSWORD")),
    Case("Django's key", settings(SECRET_KEY="wjh6kd9x2mdk3"), found("SECRET_KEY")),
    Case("lower case", settings(stripe_api_key="sk_live_1"), found("stripe_api_key")),
    Case("a token", settings(SENTRY_AUTH_TOKEN="abc"), found("SENTRY_AUTH_TOKEN")),
    Case("a URL with one", settings(CACHE_URL="redis://:hunter2@valkey/0"), found("CACHE_URL", "holds a URL")),
    Case("a private key", settings(JWT="-----BEGIN RSA PRIVATE KEY-----\nMII"), found("JWT", "holds a private key")),
    Case("too short to be sealed", settings(SECRET_KEY="AgAAAA"), found("SECRET_KEY")),
    Case("a variable from a Secret", workload(container={"env": [{"name": "PGPASSWORD", "valueFrom": {}}]})),
    Case(
        "a variable",
        workload(container={"env": [{"name": "A", "value": "b"}, {"name": "PGPASSWORD", "value": "hunter2"}]}),
        ["Deployment/web /spec/template/spec/containers/0/env/1/value # PGPASSWORD looks like"],
    ),
    Case("a Secret is another rule's", manifest("Secret", "app", data={"a": "YQ=="})),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("literal-secret", case)
