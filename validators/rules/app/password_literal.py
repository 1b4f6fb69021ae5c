"""A password in plain text.

What: variables and keys of ConfigMaps whose name says password, secret, token or key and whose value is a text,
addresses with a password in them, private keys, and tokens of well-known services, anywhere in what the app renders
to.
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

Fix: change the password where it is used, since it is known now; then make seal, under the same name.
"""

import re
from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem, _seal

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

_NAME = re.compile(
    r"(?:PASSWORDS?|PASSWD|PASSPHRASE|(?:^|[_.-])(?:PASS|PWD|SECRETS?|TOKEN|BEARER|CREDENTIALS?|"
    r"(?:SECRET|API|ACCESS|PRIVATE|ENCRYPTION|SIGNING)[_-]?KEY))\Z|^AZURE_.{1,60}KEY\Z",
    re.IGNORECASE,
)
# A reference to something else, a path, or a switch, but no secret.
_HARMLESS = re.compile(r"(?:\$\(.*\)|\$\{.*\}|.*\{\{.*\}\}.*|/.*|true|false|yes|no|on|off|none|null|)\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"://[^/\s:@]{0,200}:([^@\s/]{1,200})@")
# A word that has to be there, which is quick to look for; the pattern; what it is.
_SECRETS = (
    ("PRIVATE KEY", re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"), "a private key"),
    ("AKIA", re.compile(r"\bAKIA[0-9A-Z]{16}\b"), "an access key of AWS"),
    *((f"gh{kind}_", re.compile(rf"\bgh{kind}_[A-Za-z0-9]{{36}}"), "a token of GitHub") for kind in "pousr"),
    ("glpat-", re.compile(r"\bglpat-[A-Za-z0-9_-]{20}"), "a token of GitLab"),
    ("k_live_", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16}"), "a key of Stripe"),
    ("xox", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10}"), "a token of Slack"),
    ("AIza", re.compile(r"\bAIza[A-Za-z0-9_-]{35}"), "a key of Google"),
    ("SG.", re.compile(r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"), "a key of SendGrid"),
)
_OPTION = re.compile(r"--?(?:[a-z-]{0,40}-)?(?:password|passwd|secret-key|token)[= ]([^\s$]{1,200})", re.IGNORECASE)


def check(app: App) -> Iterator[Problem]:
    """Yield each secret once: the pods of the customer's image hold copies of the same variables."""
    reported: set[tuple[str, str]] = set()
    for obj in app.objects:
        # The sealed values, copied so that the pods notice a change.
        if obj.plain_name == "secret-revision":
            continue
        for name, value, pointer in _variables(obj):
            if _NAME.search(name) and not _harmless(name, value) and (name, value) not in reported:
                reported.add((name, value))
                yield Problem(f"{name[:80]} is a secret in plain text", obj, pointer, hint=_hint(app, obj, name))
        for text, pointer in _texts(obj):
            if (what := _secret(text)) and (what, text) not in reported:
                reported.add((what, text))
                yield Problem(f"{str(pointer[-1])[:80]} holds {what} in plain text", obj, pointer)


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
    # Most objects hold none of these: their texts needn't be looked at one by one. "://a:b@" is the shortest.
    whole = repr(obj.data)
    if not any(word in whole for word in ("://", "--", *(word for word, _, _ in _SECRETS))):
        return
    for text, pointer in workloads.texts(obj.data, least=7):
        if "encryptedData" not in pointer:
            yield text, pointer


def _secret(text: str) -> str:
    """Return which secret a text holds, "" where it holds none."""
    if "://" in text and (match := _ADDRESS.search(text)) and not _harmless("", match[1]):
        return "an address with a password"
    if "--" in text and (match := _OPTION.search(text)) and not _harmless("", match[1]):
        return "a password as an option"
    for word, pattern, what in _SECRETS:
        if word in text and pattern.search(text):
            return what
    return ""


def _harmless(name: str, value: str) -> bool:
    # MAX_TOKEN=4096 counts tokens.
    is_number = name.upper().endswith("TOKEN") and value.isdecimal()
    return is_number or bool(_HARMLESS.match(value.strip()))


def _hint(app: App, obj: Object, name: str) -> str:
    if obj.kind == "SealedSecret":
        return "write it as {{ .key }} of a sealed key"
    return f"delete the line, choose a new value, and seal it: {_seal.command(app, 'app', name)}"
