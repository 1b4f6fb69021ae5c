"""One file a format: `write(report, stream)`. The file's name is what --format takes."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from ..finding import ERROR, Finding


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run: findings in order, and how much was checked in how many seconds."""

    findings: list[Finding]
    apps: int
    files: int
    seconds: float
    colour: bool = False

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == ERROR for finding in self.findings)


def names() -> list[str]:
    """Return the names of the formats, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def writer(name: str) -> Callable[[Report, TextIO], None]:
    """Return the function that writes a report in the format `name`."""
    return importlib.import_module(f"{__name__}.{name}").write
