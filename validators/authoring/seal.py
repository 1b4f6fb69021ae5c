"""Seal one key of an app's secret. The value goes to kubeseal's stdin, nowhere else."""

import io
import json
import re
import secrets
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ..policy import names, sealing
from ..render import kustomize
from ..sources.zones import on_disk
from . import scaffold

DATABASE = "database-app"
MAINTENANCE = "maintenance"
BACKUP = "backup"
RESTIC = "password"
PLATFORMS = {
    DATABASE: ("database-secret.yaml", ("password",)),
    MAINTENANCE: ("maintenance-secret.yaml", ("token",)),
    BACKUP: ("backup-secret.yaml", (RESTIC, "access-key", "secret-key")),
}
"""The platform's secrets, each with its file and the keys that are sealed; every other secret is the customer's."""
ENVIRONMENT = "app"  # its keys are environment variables
GENERATED_BYTES = 48
EXPIRES = "hosting.ungleich.ch/expires"
"""Beside a sealed certificate, which nobody can read: rule expired."""
TYPES = {
    ".dockerconfigjson": "kubernetes.io/dockerconfigjson",
    "tls.crt": "kubernetes.io/tls",
    "tls.key": "kubernetes.io/tls",
}
COMPONENTS = {ENVIRONMENT: "sealed-secrets", "registry": "private-registry"}
_NEW = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: {name}
  namespace: {namespace}
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
spec:
  encryptedData: {{}}
"""
# What components/page has nginx read: who may see the site meanwhile.
_BYPASS = {"data": {"bypass.conf": '"{{ .token }}" 1;'}}


class SealProblem(Exception):
    """The value can't be sealed; the message is one line, for people."""


@dataclass(frozen=True)
class Target:
    """Where a sealed value goes. A strict scope binds it to this namespace and secret."""

    namespace: str
    secret: str
    key: str
    type: str
    file: Path


def target(root: Path, customer: str, app: str, secret: str, key: str, type_: str = "") -> Target:
    """Return where a value of an app goes; no secret named means the app's environment, no type what the key tells.

    Raises NameProblem, TreeError or SealProblem.
    """
    names.namespace(customer, app)
    secret = secret or ENVIRONMENT
    names.ascii_only("SECRET", secret)
    names.ascii_only("KEY", key)
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", secret):
        raise SealProblem(f"SECRET {secret!r}: write lower-case letters, digits and hyphens")
    pattern = r"[A-Za-z_][A-Za-z0-9_]*" if secret == ENVIRONMENT else r"[-._a-zA-Z0-9]{1,253}"
    if not re.fullmatch(pattern, key):
        kind = "the name of an environment variable" if secret == ENVIRONMENT else "letters, digits, -, _ and ."
        raise SealProblem(f"KEY {key!r}: write {kind}")
    zones = on_disk(root)
    if not (root / zones.platform).is_dir():
        by_hand = sealing.without_make(sealing.command(f"{customer}/{app}", secret, key))
        raise SealProblem(f"{root}: isn't the platform's repository; in your own write: {by_hand}")
    own, platform = (root / path for path in zones.of(f"{customer}/{app}"))
    file = own / f"{secret}-secret.yaml"
    if secret in PLATFORMS:
        name, keys = PLATFORMS[secret]
        file = platform / name
        if key not in keys:
            only = f"only {keys[0]} is sealed in {secret}, the other keys derive from it"
            wanted = only if len(keys) == 1 else f"write one of {', '.join(keys)}"
            raise SealProblem(f"KEY {key!r}: {wanted}")
        if secret == DATABASE and platform.is_dir() and not file.exists():
            raise SealProblem(f"{platform}: its database makes its password itself, there is none to seal")
    return Target(_namespace(platform), secret, key, type_ or TYPES.get(key, ""), file)


def refuse(target: Target, *, generate: bool) -> None:
    """Raise SealProblem where the target's file can't take a value, or not a new random one: before one is asked for."""
    sealed = _file(target)["spec"]["encryptedData"].get(target.key)
    if generate and target.secret == BACKUP and target.key != RESTIC:
        raise SealProblem(f"KEY {target.key!r}: the S3 server makes it, a random one opens nothing; pipe it in")
    if generate and target.secret == BACKUP and sealed:
        raise SealProblem(f"{target.file}: a password is sealed already, and a new one wouldn't open the repository")
    if generate and target.secret == DATABASE and sealing.ELSEWHERE in _platforms(target):
        raise SealProblem(
            f"{target.file}: the database is elsewhere, and a random password isn't its own; pipe that in"
        )
    if generate and target.secret == DATABASE and sealed != sealing.UNSEALED:
        raise SealProblem(
            f"{target.file}: a password is sealed already, and a new one wouldn't reach the running database: "
            "change it there (ALTER ROLE), then seal the same value"
        )


def put(target: Target, value: bytes, certificate: str) -> list[Path]:
    """Seal the value into the target's file, list that file, and return what was changed. Raises SealProblem."""
    _check_value(target, value)
    draft = _file(target)
    draft["spec"]["encryptedData"][target.key] = _seal(target, value, certificate)
    if target.key == "tls.crt" and (end := _end(value)):
        draft["metadata"].setdefault("annotations", {})[EXPIRES] = DoubleQuotedScalarString(end)
    changed = {target.file: _dump(draft)} | _listing(target)
    scaffold.write_together(changed)
    return list(changed)


def generated() -> bytes:
    """Return a new random value."""
    return secrets.token_urlsafe(GENERATED_BYTES).encode()


def _namespace(platform: Path) -> str:
    path = platform / "kustomization.yaml"
    if not path.exists():
        raise SealProblem(f"{platform}: no such app; make new-app makes one")
    found = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not isinstance(found.get("namespace"), str):
        raise SealProblem(f"{path}: no namespace: in it; a sealed value is bound to one")
    return found["namespace"]


def _platforms(target: Target) -> list[str]:
    """Return the components that are listed beside a secret of the platform's."""
    return scaffold.components((target.file.parent / "kustomization.yaml").read_text(encoding="utf-8"))


def _file(target: Target) -> dict:
    """Return the SealedSecret to put the value into, an existing one with its comments, or a new one."""
    yaml = _yaml()
    if not target.file.exists():
        draft = yaml.load(_NEW.format(name=target.secret, namespace=target.namespace))
        if target.type:
            draft["spec"]["template"] = {"type": target.type}
        if target.secret == MAINTENANCE:
            draft["spec"]["template"] = _BYPASS
        draft["spec"]["encryptedData"].fa.set_block_style()
        return draft
    try:
        draft = yaml.load(target.file.read_text(encoding="utf-8"))
        metadata, spec = draft["metadata"], draft["spec"]
        found = (draft["kind"], metadata["name"], metadata.get("namespace", target.namespace))
        type_ = spec.get("template", {}).get("type", "")
        spec["encryptedData"].fa.set_block_style()
    except (YAMLError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise SealProblem(f"{target.file}: not a SealedSecret with spec.encryptedData: {reason}") from None
    if found != ("SealedSecret", target.secret, target.namespace):
        raise SealProblem(f"{target.file}: holds {'/'.join(found)}, not {target.secret} of {target.namespace}")
    if target.type and type_ != target.type:
        raise SealProblem(f"{target.file}: is of type {type_ or 'Opaque'!r}, and {target.type!r} is needed")
    return draft


def _check_value(target: Target, value: bytes) -> None:
    """Refuse what would only fail in the cluster. The message never repeats the value."""
    if target.secret in (ENVIRONMENT, DATABASE, BACKUP) and b"\0" in value:
        raise SealProblem(f"the value of {target.key} has a NUL byte: an environment variable can't")
    if target.secret == MAINTENANCE and not re.fullmatch(rb"[A-Za-z0-9_-]{16,200}", value):
        raise SealProblem("the token goes into a link: write 16 or more of A-Z, a-z, 0-9, _ and -, or GENERATE=1")
    if target.type == "kubernetes.io/dockerconfigjson":
        try:
            good = isinstance(json.loads(value), dict) and "auths" in json.loads(value)
        except ValueError:
            good = False
        if not good:
            raise SealProblem('the value is no Docker configuration: write {"auths": {"<registry>": {"auth": ...}}}')


def _seal(target: Target, value: bytes, certificate: str) -> str:
    kubeseal = kustomize.program("kubeseal")
    if not kubeseal:
        raise SealProblem(f"no kubeseal on PATH; {kustomize.how_to_get('kubeseal', kustomize.KUBESEAL_PAGE)}")
    command = [kubeseal, "--raw", "--from-file=/dev/stdin", "--scope=strict"]
    command += [f"--namespace={target.namespace}", f"--name={target.secret}"]
    command += [f"--cert={certificate}"] if certificate else []
    done = subprocess.run(command, input=value, capture_output=True)
    sealed = done.stdout.decode(errors="replace").strip()
    if done.returncode or not re.fullmatch(r"[A-Za-z0-9+/=]{64,}", sealed):
        reason = " ".join(done.stderr.decode(errors="replace").split())[:300] or "it printed no sealed value"
        hint = "" if certificate else "; without a cluster, give its certificate: CERT=file"
        raise SealProblem(f"kubeseal: {reason.removeprefix('error: ')}{hint}")
    return sealed


def _end(certificate: bytes) -> str:
    """Return the day on which a certificate ends, as 2027-01-31; "" where openssl isn't there. Raises SealProblem."""
    openssl = shutil.which("openssl")
    if not openssl:
        return ""
    command = [openssl, "x509", "-noout", "-enddate"]
    done = subprocess.run(command, input=certificate, capture_output=True)
    if done.returncode:
        raise SealProblem("the value of tls.crt is no certificate: -----BEGIN CERTIFICATE----- and what follows")
    end = done.stdout.decode().strip().removeprefix("notAfter=")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC).date().isoformat()


def _listing(target: Target) -> dict[Path, str]:
    """Return the customer's kustomization.yaml with a new file listed, and its component, if it has to change."""
    path = target.file.parent / "kustomization.yaml"
    before = path.read_text(encoding="utf-8")
    after = before
    if target.secret != DATABASE:
        after = scaffold.add_resource(after, target.file.name)
        if component := COMPONENTS.get(target.secret):
            after = scaffold.add_component(after, component)
    return {path: after} if after != before else {}


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dump(document: dict) -> str:
    stream = io.StringIO()
    _yaml().dump(document, stream)
    return stream.getvalue()
