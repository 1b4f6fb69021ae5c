"""The AppProject of a customer, and the kinds of object that it allows."""

from typing import Any

from . import values
from .loader import load_text

_NO_GROUP = '""'
_END = "# kinds:end"
_ROWS = "namespaceResourceWhitelist"


def joined(files: list[bytes]) -> bytes:
    """Return the first app-project.yaml with the kinds of namespaced objects that only the others allow, too.

    What another version of the library makes stays allowed while a ring has it.
    """
    first, *others = (data.decode(errors="replace") for data in files)
    known = {_key(row) for row in _rows(first)}
    missing = sorted({_key(row) for other in others for row in _rows(other)} - known)
    if not missing or _END not in first:
        return files[0]
    before, _, after = first.partition(_END)
    lines = [f"- {{group: {group or _NO_GROUP}, kind: {kind}}}\n    " for group, kind in missing]
    return f"{before}{''.join(lines)}{_END}{after}".encode()


def _rows(text: str) -> list[dict[str, Any]]:
    documents, _ = load_text(text)
    return values.mappings(values.mapping(documents[0].value, "spec"), _ROWS) if documents else []


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return str(row.get("group")), str(row.get("kind"))
