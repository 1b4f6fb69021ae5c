"""What is wrong with the name of a host, in words for who wrote it."""

import re

from ..policy import names

_LOCAL = (".invalid", ".local", ".localhost", ".internal", ".test")


def wrong(host: str) -> tuple[str, str] | None:
    """Return what is wrong with a host and what to write instead, None where it is right."""
    bare = re.sub(r"(?s)^[A-Za-z]+://|[:/].*", "", host.strip().removeprefix("*."))[:253]
    if not host.strip():
        return "is empty", "delete the comma before or after it"
    if host != host.strip() or " " in host:
        return "has a space", f"write {bare.replace(' ', '')}, with nothing but a comma before the next"
    if "://" in host:
        return "has a scheme", f"write {bare}"
    if not host.isascii():
        return "has other letters than a-z", f"write {_punycode(host)}"
    if host.startswith("*."):
        return "is for all names of a domain", "write each name"
    if re.search(r":\d+$", host) and host.count(":") == 1:
        return "has a port", f"write {bare}"
    if "/" in host:
        return "has a path", f"write {bare}"
    if host != host.lower():
        return "has capitals", f"write {host.lower()}"
    if host.endswith("."):
        return "ends with a dot", f"write {host.rstrip('.')}"
    if host.endswith(_LOCAL):
        return "is reserved for tests and local networks", "write the name that people type"
    try:
        names.hosts(host)
    except names.NameProblem as problem:
        return problem.reason, problem.hint
    return None


def _punycode(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return "it in its xn-- form"
