"""What the tests measured, for the table at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tabulate import tabulate


@dataclass
class Figures:
    """Rows of app, what was measured, and the value with its unit."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    _seen: int = 0
    compared: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, app: str, what: str, value: str) -> None:
        """Add a row; the value carries its unit."""
        self.rows.append((app, what, value))

    def seconds(self, app: str, what: str, value: float) -> None:
        """Add a duration in seconds."""
        self.add(app, what, f"{value:.1f} s")

    @contextmanager
    def timed(self, app: str, what: str) -> Iterator[None]:
        """Add how long the block took; nothing if it fails."""
        start = time.monotonic()
        yield
        self.seconds(app, what, time.monotonic() - start)

    def new(self) -> list[tuple[str, str, str]]:
        """The rows since the last call."""
        start, self._seen = self._seen, len(self.rows)
        return self.rows[start:]

    def compare(self, *apps: str) -> None:
        """Show what is measured of these apps side by side, too."""
        self.compared.append(apps)

    def table(self) -> str:
        """All rows as text, then those of the compared apps side by side."""
        tables = [tabulate(self.rows, headers=("app", "what", "value"), colalign=("left", "left", "right"))]
        for apps in self.compared:
            values = {(app, what): value for app, what, value in self.rows if app in apps}
            whats = dict.fromkeys(what for _, what in values)
            rows = [(what, *(values.get((app, what), "") for app in apps)) for what in whats]
            tables.append(tabulate(rows, headers=("what", *apps)))
        return "\n\n".join(tables)
