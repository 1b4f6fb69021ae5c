"""What Kubernetes accepts as a name, a label, a key: the API server's own patterns and lengths.

From k8s.io/apimachinery/pkg/util/validation and k8s.io/kubernetes/pkg/apis/core/validation. Each function returns what
is wrong as the end of a sentence, "" where nothing is.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from typing import Any

LABEL_MAX = 63
SUBDOMAIN_MAX = 253
ANNOTATIONS_MAX = 256 * 1024
"""Bytes of all keys and values of an object's annotations."""

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_ENVIRONMENT = re.compile(r"[-._A-Za-z][-._A-Za-z0-9]*")
_PORT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"[-._A-Za-z0-9]+")
_FINALIZER = re.compile(r"kubernetes|orphan|foregroundDeletion|[^/]+/.+")
_QUOTA = re.compile(
    r"(limits\.|requests\.)?(cpu|memory|ephemeral-storage|hugepages-.+)|requests\.storage|pods|services|secrets|configmaps"
    r"|persistentvolumeclaims|replicationcontrollers|resourcequotas|services\.(loadbalancers|nodeports)|[^/]+/.+"
)


def dns_label(value: Any) -> str:
    """Check an RFC 1123 label, as namespaces, containers and volumes are named."""
    return _pattern(value, _LABEL, LABEL_MAX, "a-z, 0-9 and -, a letter or digit at both ends")


def dns_label_1035(value: Any) -> str:
    """Check an RFC 1035 label, as services are named: it starts with a letter."""
    return _pattern(value, _LABEL_1035, LABEL_MAX, "a-z, 0-9 and -, a letter first and no - last")


def dns_subdomain(value: Any) -> str:
    """Check an RFC 1123 subdomain, as most objects are named: labels with dots between them."""
    if isinstance(value, str) and len(value) <= SUBDOMAIN_MAX and all(map(_LABEL.fullmatch, value.split("."))):
        return ""
    return _pattern(value, _LABEL, SUBDOMAIN_MAX, "a-z, 0-9, - and ., a letter or digit at both ends")


def qualified(value: Any) -> str:
    """Check the key of a label or annotation: `name`, or `prefix/name` with a domain as the prefix."""
    if not isinstance(value, str):
        return "isn't a text"
    prefix, slash, name = value.rpartition("/")
    if slash and (wrong := dns_subdomain(prefix)):
        return f"has the prefix {prefix[:60]!r}, which {wrong}"
    return _pattern(name, _QUALIFIED, LABEL_MAX, "letters, digits, -, _ and ., a letter or digit at both ends")


def label_value(value: Any) -> str:
    """Check the value of a label; an empty one is right."""
    if value == "":
        return ""
    return _pattern(value, _QUALIFIED, LABEL_MAX, "letters, digits, -, _ and ., a letter or digit at both ends")


def port_name(value: Any) -> str:
    """Check the name of a port (IANA_SVC_NAME): 15 characters at most, at least one letter."""
    wrong = _pattern(value, _PORT, 15, "a-z, 0-9 and single -, a letter or digit at both ends")
    if not wrong and not re.search("[a-z]", value):
        return "has no letter"
    return wrong


def environment(value: Any) -> str:
    """Check the name of a variable of a container."""
    return _pattern(value, _ENVIRONMENT, SUBDOMAIN_MAX, "letters, digits, _, - and ., no digit first")


def data_key(value: Any) -> str:
    """Check a key of a ConfigMap or Secret, which may become the name of a file."""
    if isinstance(value, str) and (value == "." or value.startswith("..")):
        return "can't be the name of a file"
    return _pattern(value, _KEY, SUBDOMAIN_MAX, "letters, digits, -, _ and .")


def inner_path(value: Any) -> str:
    """Check a path inside a volume."""
    return "leaves the volume" if value.startswith("/") or ".." in value.split("/") else ""


def url_path(value: Any) -> str:
    """Check the path of a route that is compared as it is."""
    if not value.startswith("/"):
        return "has no / in front"
    odd = [part for part in ("//", "/./", "/../", "%2f", "%2F", "#") if part in value]
    odd += [end for end in ("/.", "/..") if value.endswith(end)]
    return f"has {odd[0]} in it" if odd else ""


def address(value: Any) -> str:
    """Check an address of IPv4 or IPv6."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return "isn't an address"
    return ""


def finalizer(value: Any) -> str:
    """Check a finalizer: one of Kubernetes' own, or a key with a prefix."""
    return qualified(value) or ("" if _FINALIZER.fullmatch(value) else "has no domain in front, as example.com/name")


def quota_resource(value: Any) -> str:
    """Check what a ResourceQuota counts."""
    return "" if _QUOTA.fullmatch(value) else "isn't anything that a quota counts"


def base64_text(value: Any) -> str:
    """Check base64."""
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return "isn't base64"
    return ""


FORMATS: dict[str, Callable[[str], str]] = {
    "address": address,
    "byte": base64_text,
    "cluster-address": lambda value: "" if value in ("", "None") else address(value),
    "finalizer": finalizer,
    "host": lambda value: dns_subdomain(value.removeprefix("*.")),
    "inner-path": inner_path,
    "label": dns_label,
    "label-key": qualified,
    "label-value": label_value,
    "quota-resource": quota_resource,
    "subdomain": dns_subdomain,
    "subdomain-or-empty": lambda value: value and dns_subdomain(value),
    "url-path": url_path,
}
"""The checks of texts by the name that the schemas call them: `format`."""


def _pattern(value: Any, pattern: re.Pattern, longest: int, allowed: str) -> str:
    if not isinstance(value, str):
        return "isn't a text"
    if not value:
        return "is empty"
    if len(value) > longest:
        return f"has {len(value)} characters, {longest} are allowed"
    return "" if pattern.fullmatch(value) else f"may only have {allowed}"
