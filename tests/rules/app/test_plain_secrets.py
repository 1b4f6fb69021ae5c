"""Variables as they are in real settings, with values: which are secrets, and which only sound so."""

import time

from tests import secret_patterns
from validators import rules
from validators.app import suppress
from validators.check import engine
from validators.rules import _plain_secrets

from ..cases import app_of, problems

LONG = "q3vRz8KpW1nYt6BxLs0DfHj2"
HEX = "9f86d081884c7d659a2feaa0c55ad015"
SECRETS = {
    "SECRET_KEY": "django-insecure-4x8w!",
    "DJANGO_SECRET_KEY": LONG,
    "SECRET_KEY_FALLBACKS": "old-key-1,old-key-2",
    "API_TOKEN_PEPPERS": "pepper-of-2026",
    "FERNET_KEYS": "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=",
    "DB_PW": "hunter2",
    "LDAP_BIND_PW": "hunter2",
    "AUTH_LDAP_BIND_PASSWORD": "hunter2",
    "HMAC_KEY": "hunter2hunter2",
    "DB_PASS": "hunter2",
    "DB_PASSWORD": "hunter2",
    "DATABASE_PASSWORD_1": "hunter2",
    "PGPASSWORD": "hunter2",
    "POSTGRES_PASSWORD": "postgres",
    "MYSQL_PWD": "hunter2",
    "DATABASE_URL": "postgres://shop:hunter2@db.example.com/shop",
    "REDIS_URL": "redis://:hunter2@cache:6379/0",
    "EMAIL_HOST_PASSWORD": "123456",
    "EMAIL_URL": "smtp://shop:hunter2@mail.example.com:587",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AZURE_ACCOUNT_KEY": "c2hvcC1hY2NvdW50LWtleQ==",
    "DJANGO_SUPERUSER_PASSWORD": "admin",
    "ADMIN_PASS": "admin",
    "STRIPE_SECRET_KEY": "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "STRIPE_WEBHOOK_SECRET": "whsec_123",
    "STRIPE": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "TWILIO_AUTH_TOKEN": HEX,
    "SLACK_HOOK": "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "SENDGRID_APIKEY": LONG,
    "SENDGRID_API_KEY": LONG,
    "ANYMAIL_MAILGUN_API_KEY": LONG,
    "GITHUB_TOKEN": "ghp_" + "a1" * 18,
    "CI_JOB": "glpat-" + "x" * 20,
    "SOCIAL_AUTH_GOOGLE_OAUTH2_SECRET": LONG,
    "OIDC_RP_CLIENT_SECRET": LONG,
    "KEYCLOAK_CREDENTIALS": "shop:hunter2",
    "JWT_SIGNING_KEY": LONG,
    "JWT_SECRET": "shop",
    "RECAPTCHA_PRIVATE_KEY": LONG,
    "HASHIDS_SALT": "salt of the shop",
    "FIELD_ENCRYPTION_KEY": LONG,
    "TELEGRAM_BOT": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx",
    "TELEGRAM_BOT_TOKEN": "x",
    "WEBHOOK_SECRETS": "a,b",
    "wagtail_api_key": "shop",
    "emailPassword": "hunter2",
    "OPENSEARCH_KEY": HEX,
}
HARMLESS = {
    "DEBUG": "0",
    "SHOW_PASSWORD": "1",
    "REQUIRE_PASSWORD": "required",
    "GOOGLE_MAPS_API_KEY": "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "PASSWORD_RESET_TIMEOUT": "3600",
    "AUTH_PASSWORD_VALIDATORS": "django.contrib.auth.password_validation.MinimumLengthValidator",
    "PASSWORD_HASHERS": "django.contrib.auth.hashers.Argon2PasswordHasher",
    "MIN_PASSWORD_LENGTH": "12",
    "ACCESS_TOKEN_LIFETIME": "300",
    "MAX_TOKEN": "4096",
    "LLM_MAX_TOKENS": "4096",
    "USE_TOKEN": "true",
    "TOKEN_MODEL": "shop.models.Token",
    "REST_AUTH_TOKEN": "knox.models.AuthToken",
    "SECRET_KEY_FILE": "/secrets/app/SECRET_KEY",
    "DB_PASSWORD": "",
    "SECRET_NAME": "app",
    "CSRF_COOKIE_NAME": "csrftoken",
    "CSRF_TRUSTED_ORIGINS": "https://shop.example.com",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "RECAPTCHA_PUBLIC_KEY": "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI",
    "RECAPTCHA_SITE_KEY": "shop-site",
    "VAPID_PUBLIC_KEY": "BEl62iUYgUivxIkv69yViEuiBIa40HI",
    "JWT_VERIFYING_KEY": "/etc/jwt.pub",
    "JWT_ALGORITHM": "RS256",
    "CACHE_KEY_PREFIX": "shop",
    "CACHE_KEY": "shop-v2",
    "SORT_KEY": "created",
    "CELERY_TASK_DEFAULT_ROUTING_KEY": "tasks.default",
    "SENTRY_DSN": "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42",
    "AWS_S3_REGION_NAME": "eu-central-1",
    "AWS_STORAGE_BUCKET_NAME": "shop-media",
    "EMAIL_HOST_USER": "shop",
    "LDAP_BIND_DN": "cn=shop,dc=example,dc=com",
    "OIDC_RP_CLIENT_ID": "shop",
    "GIT_COMMIT": "4f2c1d9e8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e",
    "BUILD_ID": "7f3d2c1b-5a4e-4d3c-9b8a-1f2e3d4c5b6a",
    "BYPASS_CACHE": "1",
    "COMPASS": "north",
    "BOARDING_PASSES": "3",
    "MONKEY": "see",
    "KEYBOARD": "us",
    "PASSENGER_LIMIT": "4",
    "TIME_ZONE": "Europe/Zurich",
    "LOGIN_REDIRECT_URL": "/accounts/profile/",
    "DEFAULT_FROM_EMAIL": "Shop <shop@example.com>",
    "SOCIAL_AUTH_PASSWORDLESS": "true",
    "SITE_URL": "https://shop.example.com/login?next=/a/b@c",
}


def finds(name: str, value: str) -> bool:
    text = f"kind: ConfigMap\nmetadata: {{name: app-config-t92gc66kcc}}\ndata: {{{name}: {value!r}}}\n"
    return bool(problems("password-literal", text))


def test_at_least_19_of_20_are_right() -> None:
    """On each side, of names and values as people have them."""
    assert min(len(SECRETS), len(HARMLESS)) >= 45
    for table, expected in ((SECRETS, True), (HARMLESS, False)):
        wrong = [name for name, value in table.items() if finds(name, value) is not expected]
        assert len(wrong) <= len(table) // 20, (expected, wrong)


def test_the_patterns_are_those_of_detect_secrets() -> None:
    assert secret_patterns.FILE.read_text() == secret_patterns.text(), "python -m tests.secret_patterns"


def test_a_long_value_costs_little() -> None:
    """The patterns' time may grow with the square: 250 kB in one word is what a customer may commit."""
    start = time.process_time()
    for word in ("eyJ", "sk-", "xoxb-1-", "A3T", "1" * 9 + ":", "eyJ" * 160 + " "):
        _plain_secrets.looks(word * (250_000 // len(word)))
    assert time.process_time() - start < 1.0


def test_the_platform_clears_a_variable_that_is_none() -> None:
    """By its name: the others of the same object are still found."""

    text = (
        "kind: ConfigMap\nmetadata: {name: app-config-t92gc66kcc}\ndata: {GEO_API_KEY: public, DB_PASSWORD: hunter2}\n"
    )
    entry = (
        "- {rule: password-literal, object: ConfigMap/app-config#GEO_API_KEY, reason: public, until: '2999-01-01'}\n"
    )
    app = app_of({"rendered": text, "platform/suppressions.yaml": entry})
    rule = rules.every()["password-literal"]
    findings = [engine.finding(rule, problem, app) for problem in rule.check(app)]
    assert len(findings) == 2
    left = suppress.apply(findings, suppress.of(app), whole=True)
    assert [finding.message for finding in left] == ["DB_PASSWORD is a secret in plain text"]
