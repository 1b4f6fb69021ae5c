"""A password in plain text.

What: variables and keys of ConfigMaps whose name says password, secret, token or key and whose value is a text, Django's
own among them; addresses with a password in them, private keys, and what looks like the token of a well-known service
(the expressions of detect-secrets), anywhere in what the app renders to.
Why: git keeps it for ever, for everybody who may read the repository, and so do the cluster's ConfigMaps.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      EMAIL_HOST_PASSWORD: hunter2
      SEARCH_URL: https://shop:hunter2@search.example.com

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      EMAIL_HOST_USER: shop
      PASSWORD_RESET_TIMEOUT: "3600"
      SECRET_KEY_FILE: /secrets/key

Fix: change the password where it is used, since it is known now; then make seal, under the same name. One that is none
the platform clears in suppressions.yaml, by the name of the variable: `object: ConfigMap/app-config#GOOGLE_KEY`.
"""

import itertools
import re
from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...finding import Advice
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem, _plain_secrets, _seal

ID = "password-literal"
HINT = "change it where it is used, since it is known now, and seal the new one with make seal"
COVERS = (
    "kube-linter:configmap-with-credentials",
    "kube-linter:env-var-secret",
    "kubescape:C-0012",
    "kubescape:C-0259",
    "polaris:sensitiveContainerEnvVar",
    "polaris:sensitiveConfigmapContent",
)

_ADDRESS = re.compile(r"://[^/\s:@]{0,200}:([^@\s/]{1,200})@")
# Beside those of detect-secrets: a word that has to be there, which is quick to look for; the pattern; what it is.
# A key of Google (AIza...) is no secret by its looks: those for maps are in every page.
_SECRETS = (
    ("PRIVATE KEY", re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"), "a private key"),
    ("k_live_", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16}"), "a key of Stripe"),
    ("xox", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10}"), "a token of Slack"),
)
_MARKS = ("://", "--", *(word for word, _, _ in _SECRETS))
_OPTION = re.compile(r"--?(?:[a-z-]{0,40}-)?(?:password|passwd|secret-key|token)[= ]([^\s$]{1,200})", re.IGNORECASE)


def check(app: App) -> Iterator[Problem]:
    """Yield each secret once: the pods of the customer's image hold copies of the same variables."""
    reported: set[tuple[str, str]] = set()
    for obj in app.objects:
        # The sealed values, copied so that the pods notice a change.
        if obj.plain_name == "secret-revision":
            continue
        variables = list(_variables(obj))
        for name, value, pointer in variables:
            if (name, value) not in reported and _plain_secrets.named(name, value):
                reported |= {(name, value), ("", value)}
                yield Problem(
                    f"{name[:80]} is a secret in plain text", obj, pointer, hint=_hint(app, obj, name), part=name
                )
        for text, pointer in itertools.chain(((value, pointer) for _, value, pointer in variables), _texts(obj)):
            if ("", text) not in reported and (what := _secret(text)):
                reported.add(("", text))
                yield Problem(
                    f"{_label(obj, pointer)} holds {what} in plain text", obj, pointer, part=_label(obj, pointer)
                )


def _variables(obj: Object) -> Iterator[tuple[str, str, Pointer]]:
    """Yield (name, value, pointer) of what becomes a variable or a file."""
    for base in (("data",), ("spec", "template", "data"), ("spec", "template", "stringData")):
        if base != ("data",) or obj.kind == "ConfigMap":
            for key, value in obj.mapping(*base).items():
                if isinstance(value, str):
                    yield str(key), value, (*base, key)
    for container in obj.containers():
        for index, row in enumerate(obj.sequence(*container.pointer, "env")):
            if isinstance(row, dict) and isinstance(row.get("value"), str):
                yield str(row.get("name")), row["value"], (*container.pointer, "env", index, "value")


def _texts(obj: Object) -> Iterator[tuple[str, Pointer]]:
    """Yield the texts beside variables that may hold a secret: what becomes an option, and what has a mark of one."""
    for container in obj.containers():
        for field in ("command", "args"):
            for index, text in enumerate(obj.sequence(*container.pointer, field)):
                if isinstance(text, str):
                    yield text, (*container.pointer, field, index)
    # Most objects hold none of these: their texts needn't be looked at one by one. "://a:b@" is the shortest.
    whole = repr(obj.data)
    if not any(word in whole for word in _MARKS):
        return
    for text, pointer in workloads.texts(obj.data, least=7):
        if "encryptedData" not in pointer:
            yield text, pointer


def _secret(text: str) -> str:
    """Return which secret a text holds, "" where it holds none."""
    if "://" in text and (match := _ADDRESS.search(text)) and not _plain_secrets.harmless(match[1]):
        return "an address with a password"
    if "--" in text and (match := _OPTION.search(text)) and not _plain_secrets.harmless(match[1]):
        return "a password as an option"
    for word, pattern, what in _SECRETS:
        if word in text and pattern.search(text):
            return what
    found = _plain_secrets.looks(text)
    return f"a secret by its looks ({found})" if found else ""


def _label(obj: Object, pointer: Pointer) -> str:
    """Return the name of a variable or key whose value is at `pointer`."""
    row = obj.get(*pointer[:-1])
    name = row.get("name") if pointer[-1] == "value" and isinstance(row, dict) else None
    return str(name or pointer[-1])[:80]


def _hint(app: App, obj: Object, name: str) -> str | Advice:
    if obj.kind == "SealedSecret":
        return "write it as {{ .key }} of a sealed key"
    write = f"delete the line, choose a new value, and seal it: {_seal.command(app, 'app', name)}"
    return Advice(write, f"an entry in suppressions.yaml if {name[:80]} is no secret")
