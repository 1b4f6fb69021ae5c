"""What the check of one app comes to."""

from dataclasses import dataclass, field
from typing import Any

from ..app.suppress import Suppression
from ..finding import Finding

FAILED = "check-failed"
"""The rule that tells of a part of the check that failed."""


@dataclass
class Result:
    """The outcome for one app: its findings, and the facts that rules of the fleet need."""

    name: str
    files: int = 0
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    suppressions: list[Suppression] = field(default_factory=list)
    digests: tuple[str, ...] = ()
    """Of the folders that it follows from: the app's files may be others by now."""
    made_of: tuple[str, ...] = ()
    """The library's folders that it follows from, besides what is in all."""

    @property
    def failed(self) -> bool:
        """Whether the check itself failed, which may be the machine's doing: such a result isn't kept."""
        return any(finding.rule == FAILED for finding in self.findings)
