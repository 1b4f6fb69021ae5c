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
LABELS = ("hosting.ungleich.ch/customer", "hosting.ungleich.ch/app")
"""What each namespace is labelled with: the names of its customer and its app."""
RESERVED = frozenset({"argocd", "default", "template", "options", "customers", "all", "new", "kube", "openshift"})

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
    """A name that can't be used: `subject` is which, `reason` follows it in a sentence, `hint` is what to write."""

    def __init__(self, subject: str, reason: str = "", hint: str = "") -> None:
        super().__init__(": ".join(filter(None, (f"{subject} {reason}".rstrip(), hint))))
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True)
class Image:
    """An image that can't change under its name: `repository` with a fixed `tag`, a `digest`, or both: then the digest
    decides, and the tag is for people."""

    repository: str
    tag: str = ""
    digest: str = ""


def label(what: str, value: str) -> str:
    """Check the name of a customer or an app: an RFC 1123 label, short, that starts with a letter."""
    if not value:
        raise NameProblem(what, "is missing", f"write {what}=name")
    ascii_only(what, value)
    if not _LABEL.fullmatch(value):
        hint = "write lower-case letters, digits and hyphens, a letter first and no hyphen last"
        raise NameProblem(f"{what} {value!r}", "is no name", hint)
    if len(value) > LABEL_MAX:
        raise NameProblem(f"{what} {value!r}", f"has {len(value)} characters", f"take {LABEL_MAX} at most")
    if value in RESERVED or value.startswith("kube-"):
        raise NameProblem(f"{what} {value!r}", "is reserved", "take another name")
    return value


def namespace(customer: str, app: str) -> str:
    """Return the namespace of an app, `<customer>-<app>`, both checked."""
    if app.endswith("-nfs"):
        raise NameProblem(f"APP {app!r}", "ends with -nfs, as NFS servers do", "take another name")
    return f"{label('CUSTOMER', customer)}-{label('APP', app)}"


def label_path(label: str) -> str:
    """Return the path of a label in a JSON patch."""
    return f"/metadata/labels/{label.replace('/', '~1')}"


def path(what: str, value: str) -> str:
    """Check the path of a page."""
    ascii_only(what, value)
    if not re.fullmatch(r"/[!-~]*", value):
        raise NameProblem(f"{what} {value!r}: write a path, as /healthz")
    return value


def hosts(value: str) -> list[str]:
    """Check a comma separated list of one to four host names."""
    names = value.split(",") if value else []
    if not names:
        raise NameProblem("HOST", "is missing", "write HOST=www.example.com")
    if len(names) > HOSTS_MAX:
        raise NameProblem("HOST", f"has {len(names)} names", f"write {HOSTS_MAX} at most")
    for name in names:
        _host(name)
        if names.count(name) > 1:
            raise NameProblem(f"HOST {name!r}", "stands twice in the list", "delete one")
    return names


def image(value: str) -> Image:
    """Check an image reference and split it. A name without a fixed tag or a digest is refused."""
    if not value:
        raise NameProblem("IMAGE", "is missing", "write IMAGE=registry.example.com/app:1.0.0")
    ascii_only("IMAGE", value)
    subject = f"IMAGE {value!r}"
    name, _, digest = value.partition("@")
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # the colon of a registry's port
        repository, tag = name, ""
    if not _REPOSITORY.fullmatch(repository):
        raise NameProblem(subject, "is no image name", "write registry/name:tag or registry/name@sha256:...")
    if "@" in value and not _DIGEST.fullmatch(digest):
        raise NameProblem(subject, "has a digest that is none", "write sha256: and 64 hexadecimal digits after the @")
    if tag and not _TAG.fullmatch(tag):
        raise NameProblem(subject, f"has {tag[:140]!r} as its tag, which is none", "write letters, digits, . _ and -")
    if not digest and tag.lower() in MOVING_TAGS | {""}:
        wrong = f"has the tag {tag!r}, which can move" if tag else "has no tag"
        raise NameProblem(subject, wrong, "write a fixed tag (:1.4.2) or a digest (@sha256:...)")
    return Image(repository, tag, digest)


def ascii_only(what: str, value: str) -> None:
    """Refuse look-alikes and invisible characters, and name the first one."""
    for character in value:
        if not (character.isascii() and character.isprintable()):
            name = unicodedata.name(character, "control character")
            raise NameProblem(f"{what} {value!a}", f"has U+{ord(character):04X} ({name})", "write plain ASCII")


def _host(name: str) -> None:
    ascii_only("HOST", name)
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        pass
    else:
        raise NameProblem(f"HOST {name!r}", "is an address", "write a name")
    labels = name.split(".")
    if len(name) > HOST_MAX or len(labels) < 2 or not all(_HOST_LABEL.fullmatch(part) for part in labels):
        hint = "write it in full and lower case, as www.example.com"
        raise NameProblem(f"HOST {name!r}", "is no host name", hint)
