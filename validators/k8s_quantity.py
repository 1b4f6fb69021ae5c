"""Quantities as Kubernetes reads them: `500m`, `1.5Gi`, `2`, `1e3`."""

import re
from decimal import Decimal
from typing import Any

_SUFFIXES = {
    "": Decimal(1),
    **{
        suffix: Decimal(10) ** power
        for suffix, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)
    },
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}
_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?\Z"
)


def parse(value: Any) -> Decimal | None:
    """Return a quantity as a number of its unit (cores, bytes, pieces), None where it isn't one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    match = _QUANTITY.match(str(value))
    if not match:
        return None
    number, suffix = match[1], match[2] or ""
    if suffix in _SUFFIXES:
        return Decimal(number) * _SUFFIXES[suffix]
    return Decimal(number).scaleb(int(suffix[1:]))


def amount(value: Any) -> Decimal:
    """Return a quantity as a number, 0 where it isn't one."""
    return parse(value) or Decimal(0)


def show(number: Decimal, resource: str) -> str:
    """Return a number as people write it for this resource: 1250m, 3, 1536Mi."""
    if resource.endswith("cpu"):
        return str(int(number)) if number == int(number) else f"{-int(-number * 1000 // 1)}m"
    if resource.endswith(("memory", "storage")):
        for suffix in ("Gi", "Mi"):
            if number % _SUFFIXES[suffix] == 0:
                return f"{int(number / _SUFFIXES[suffix])}{suffix}"
        return f"{-int(-number // _SUFFIXES['Mi'])}Mi"
    return str(-int(-number // 1))
