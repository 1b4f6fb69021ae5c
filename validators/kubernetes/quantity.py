"""Quantities as Kubernetes reads them: `500m`, `1.5Gi`, `2`, `1e3`."""

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

_SUFFIXES = {
    "": Fraction(1),
    **{
        suffix: Fraction(10) ** power
        for suffix, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)
    },
    **{f"{suffix}i": Fraction(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}
_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?\Z"
)


def parse(value: Any) -> Fraction | None:
    """Return a quantity as a number of its unit (cores, bytes, pieces), None where it isn't one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return _parse(str(value))


@lru_cache(4096)
def _parse(text: str) -> Fraction | None:
    match = _QUANTITY.match(text)
    if not match:
        return None
    number, suffix = Fraction(match[1].rstrip(".")), match[2] or ""
    return number * (_SUFFIXES[suffix] if suffix in _SUFFIXES else Fraction(10) ** int(suffix[1:]))


def amount(value: Any) -> Fraction:
    """Return a quantity as a number, 0 where it isn't one."""
    return parse(value) or Fraction(0)


def show(number: Fraction, resource: str) -> str:
    """Return a number as people write it for this resource: 1250m, 3, 1536Mi."""
    if resource.endswith("cpu") and number.denominator != 1:
        return f"{_up(number * 1000)}m"
    if resource.endswith(("memory", "storage")):
        whole = (suffix for suffix in ("Gi", "Mi") if (number / _SUFFIXES[suffix]).denominator == 1)
        suffix = next(whole, "Mi")
        return f"{_up(number / _SUFFIXES[suffix])}{suffix}"
    return str(_up(number))


def _up(number: Fraction) -> int:
    return -int(-number // 1)
