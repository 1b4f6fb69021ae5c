"""The commands that seal a value: `make seal` in the platform's repository, plain kubeseal where there is no Makefile."""

import re

KEYS = {"app": "SECRET_KEY", "database-app": "password", "registry": ".dockerconfigjson"}
"""Of Secrets whose key is known by their name."""
UNSEALED = "EDIT"
"""What the template has where a sealed value, or another that only a person knows, belongs."""
ELSEWHERE = "postgres/external"
"""The component of a database that isn't made with the app: its password is the one that its server has."""
_GUIDE = "docs/customer-guide.md#secrets"
_MADE = re.compile(
    r"make seal CUSTOMER=(?P<customer>\S+) APP=(?P<app>\S+) CERT=cluster.pem SECRET=(?P<secret>\S+) KEY=(?P<key>[^\s;,]+)"
    r"(?: GENERATE=1)?(?P<file> < \S+)?"
)


def command(app: str, secret: str, key: str = "", *, elsewhere: bool = False) -> str:
    """Return `make seal ...` for a Secret of the app `customer/app`.

    elsewhere: whether the app's database isn't made with the app. Its password is the server's and typed in, else made up.
    """
    customer, _, name = app.partition("/")
    wanted = key or KEYS.get(secret, "KEY")
    generate = " GENERATE=1" if secret == "database-app" and not elsewhere else ""
    return f"make seal CUSTOMER={customer} APP={name} CERT=cluster.pem SECRET={secret[:80]} KEY={wanted[:80]}{generate}"


def without_make(hint: str) -> str:
    """Return a hint with kubeseal in place of each `make seal`: with all its options where command() wrote it."""
    return _MADE.sub(_kubeseal, hint).replace("make seal", f"kubeseal --raw ({_GUIDE})")


def _kubeseal(made: re.Match) -> str:
    namespace = f"{made['customer']}-{made['app']}"
    given = f"cat{made['file']}" if made["file"] else 'printf %s "$VALUE"'
    command = f"{given} | kubeseal --raw --namespace {namespace} --name {made['secret']} --cert cluster.pem"
    return (
        f"{command} (it prints {made['key']} of spec.encryptedData in a SealedSecret: docs/customer-guide.md#secrets)"
    )
