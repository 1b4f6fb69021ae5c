"""What a customer, an app, a host and an image may be called.

Each check returns the value, or raises NameProblem with one line that says what is wrong and what to write instead.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass

LABEL_MAX = 30  # two of them and a hyphen make a namespace: 63 at most, RFC 1123
HOST_MAX = 253
HOSTS_MAX = 4  # components/hosts/4
RESERVED = frozenset(
    {"argocd", "default", "template", "options", "ungleich", "customers", "all", "new", "kube", "openshift"}
)

_LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
_HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# https://github.com/distribution/reference: path components, tag and digest.
_REPOSITORY = re.compile(
    r"(?:(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*|\[[a-fA-F0-9:]+\])(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}")
# Tags that people move: the same name is another image tomorrow.
MOVING_TAGS = frozenset(
    {"latest", "stable", "edge", "nightly", "main", "master", "trunk", "head", "dev", "devel", "develop"}
    | {"test", "testing", "staging", "prod", "production"}
)


class NameProblem(ValueError):
    """A name that can't be used; the message is for people."""


@dataclass(frozen=True)
class Image:
    """An image that can't change under its name: `repository` with a fixed `tag` or a `digest`."""

    repository: str
    tag: str = ""
    digest: str = ""


def label(what: str, value: str) -> str:
    """Check the name of a customer or an app: an RFC 1123 label, short, that starts with a letter."""
    if not value:
        raise NameProblem(f"{what} is missing: write {what}=name")
    ascii_only(what, value)
    if not _LABEL.fullmatch(value):
        raise NameProblem(
            f"{what} {value!r}: write lower-case letters, digits and hyphens, a letter first and no hyphen last"
        )
    if len(value) > LABEL_MAX:
        raise NameProblem(f"{what} {value!r} has {len(value)} characters: {LABEL_MAX} are allowed")
    if value in RESERVED or value.startswith("kube-"):
        raise NameProblem(f"{what} {value!r} is reserved: take another name")
    return value


def namespace(customer: str, app: str) -> str:
    """Return the namespace of an app, `<customer>-<app>`, both checked."""
    if app.endswith("-nfs"):
        raise NameProblem(f"APP {app!r}: the ending -nfs belongs to NFS servers: take another name")
    return f"{label('CUSTOMER', customer)}-{label('APP', app)}"


def hosts(value: str) -> list[str]:
    """Check a comma separated list of one to four host names."""
    names = value.split(",") if value else []
    if not names:
        raise NameProblem("HOST is missing: write HOST=www.example.com")
    if len(names) > HOSTS_MAX:
        raise NameProblem(f"HOST has {len(names)} names: {HOSTS_MAX} at most")
    for name in names:
        _host(name)
        if names.count(name) > 1:
            raise NameProblem(f"HOST {name!r} stands twice in the list")
    return names


def image(value: str) -> Image:
    """Check an image reference and split it. A name without a fixed tag or a digest is refused."""
    if not value:
        raise NameProblem("IMAGE is missing: write IMAGE=registry.example.com/app:1.0.0")
    ascii_only("IMAGE", value)
    name, _, digest = value.partition("@")
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # the colon of a registry's port
        repository, tag = name, ""
    if not _REPOSITORY.fullmatch(repository):
        raise NameProblem(f"IMAGE {value!r} is no image name: write registry/name:tag or registry/name@sha256:...")
    if "@" in value and not _DIGEST.fullmatch(digest):
        raise NameProblem(f"IMAGE {value!r}: a digest is sha256: and 64 hexadecimal digits")
    if tag and not _TAG.fullmatch(tag):
        raise NameProblem(f"IMAGE {value!r}: {tag!r} is no tag")
    if not digest and tag.lower() in MOVING_TAGS | {""}:
        wrong = f"the tag {tag!r} can move" if tag else "it has no tag"
        raise NameProblem(f"IMAGE {value!r}: {wrong}; write a fixed tag (:1.4.2) or a digest (@sha256:...)")
    return Image(repository, "" if digest else tag, digest)


def ascii_only(what: str, value: str) -> None:
    """Refuse look-alikes and invisible characters, and name the first one."""
    for character in value:
        if not (character.isascii() and character.isprintable()):
            name = unicodedata.name(character, "control character")
            raise NameProblem(f"{what} {value!a} has U+{ord(character):04X} ({name}): write plain ASCII")


def _host(name: str) -> None:
    ascii_only("HOST", name)
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        pass
    else:
        raise NameProblem(f"HOST {name!r} is an address: write a name")
    labels = name.split(".")
    if len(name) > HOST_MAX or len(labels) < 2 or not all(_HOST_LABEL.fullmatch(part) for part in labels):
        raise NameProblem(f"HOST {name!r} is no host name: write it in full and lower case, as www.example.com")
