"""The components and what each says of itself, from components.json: generated from components/*/component.yaml.

kustomize applies components in list order, so what adds a workload comes before what patches workloads.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "components.json"


@cache
def data() -> dict[str, Any]:
    """Return components.json; tests/generators/components.py says what is in it."""
    return json.loads(FILE.read_bytes())


CUSTOMER_ORDER = tuple(data()["customer"])
"""What overlays/customers/<customer>/<app> may list: what runs."""

PLATFORM_ORDER = tuple(data()["platform"])
"""What the platform's folder of an app may list: on what, and how big."""

STATES = PLATFORM_ORDER[PLATFORM_ORDER.index("sizing") + 1 :]
"""What stands below sizing: what an app is for a while, maintenance or suspended."""

ORDER = CUSTOMER_ORDER + PLATFORM_ORDER

CHOICES = tuple(tuple(names) for names in data()["choices"].values())
"""The components of which an app can have one."""


def later(name: str) -> tuple[str, ...]:
    """Return the components that must stand below this one, because the order changes what is rendered."""
    return tuple(data()["first"].get(name, ()))


def pattern(target: str, targets: Iterable[str]) -> str:
    """Return which of `targets` that end with `*` an object "Kind/name" belongs to, "CronJob/cron-*"; "" for none."""
    return next((one for one in targets if one.endswith("*") and target.startswith(one[:-1])), "")
