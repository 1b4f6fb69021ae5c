"""A password in plain text.

What: a ConfigMap's key (app.env) or a container's variable whose name ends in password, secret, token or key, or whose
value is a private key or a URL with a password.
Why: git keeps it for ever, for everybody who may read it; it has to be taken for known and changed.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: app-config}
    data:
      SECRET_KEY: wjh6kd9x2mdk3

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: app-config}
    data:
      PASSWORD_RESET_TIMEOUT: "3600"

Fix: seal it into the Secret `app` by `django-hosting seal`: it reaches the app under the same name. Change the
value, as it was in git.
"""

import re
from collections.abc import Iterator
from typing import Any

from ..app import App
from ..k8s_pods import WORKLOADS
from ..objects import Object
from . import OBJECT, Problem

ID = "literal-secret"
SCOPE = OBJECT
KINDS = (*WORKLOADS, "ConfigMap")
HINT = "seal it into the Secret app: django-hosting seal; and change the value, it was in git"
COVERS = (
    "kube-linter:configmap-with-credentials",
    "kube-linter:env-var-secret",
    "polaris:sensitiveConfigmapContent",
    "polaris:sensitiveContainerEnvVar",
    "kubescape:C-0012",
    "kubescape:C-0259",
)
_NAME = re.compile(
    r"(?:password|passwd|passphrase)s?$"
    r"|(?:^|[_.-])(?:secret|token|bearer|credential|(?:api|private|access|secret|signing|encryption)[_-]?key)s?$"
    r"|^(?:aws_secret_access_key|azure_.+key|oci_cli_key_content)$",
    re.IGNORECASE,
)
# What a setting of such a name may hold in plain: nothing, a switch, a number, a path, a variable, a sealed value.
_PLAIN = re.compile(
    r"\s*|true|false|yes|no|none|null|on|off|[\d.]+|/[^\s:@]*|\$\(?\{?\w+\}?\)?|Ag[A-Za-z0-9+/]{300,}=*", re.IGNORECASE
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@]{0,200}:(?!\$)[^\s/@]{1,500}@", re.IGNORECASE)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each value that is a secret."""
    for field in ("data", "binaryData") if obj.kind == "ConfigMap" else ():
        for key, value in obj.mapping(field).items():
            if what := _secret(str(key), value):
                yield Problem(f"{key} {what}", obj, (field, key))
    for container in obj.containers():
        for index, variable in enumerate(obj.sequence(*container.pointer, "env")):
            if isinstance(variable, dict) and (what := _secret(str(variable.get("name")), variable.get("value"))):
                pointer = (*container.pointer, "env", index, "value")
                yield Problem(f"{variable.get('name')} {what}", obj, pointer)


def _secret(name: str, value: Any) -> str:
    """Return in which way a setting is a secret in plain text, empty where it isn't."""
    if not isinstance(value, str):
        return ""
    if _PRIVATE_KEY.search(value):
        return "holds a private key"
    if _URL.search(value):
        return "holds a URL with a password"
    return "looks like a secret in plain text" if _NAME.search(name) and not _PLAIN.fullmatch(value) else ""
