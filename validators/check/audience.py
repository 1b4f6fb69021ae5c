"""To whom a finding is said: whose file it is in, and who can do something about it."""

from dataclasses import replace

from ..finding import CUSTOMER, LIBRARY, PLATFORM, Finding
from ..policy import sealing
from ..policy.contact import Contact
from ..sources.zones import CUSTOMERS, Zones

_ZONES = {CUSTOMERS: CUSTOMER, "base": LIBRARY, "components": LIBRARY}


def owner(path: str) -> str:
    """Return whose file `path` is, from the tree's root: what is neither the customers' nor the library's is the
    platform's."""
    return next((who for zone, who in _ZONES.items() if path == zone or path.startswith(f"{zone}/")), PLATFORM)


def addressed(finding: Finding, contact: Contact, zones: Zones, *, own: bool) -> Finding:
    """Return a finding with who can do what it says: its last words differ for each of the owners.

    `own` is for the run in a customer's own repository, where the platform's and the library's files aren't at hand, nor
    the Makefile.
    """
    if finding.owner == CUSTOMER:
        asked = f"ask {contact} for {finding.ask}" if finding.ask else ""
        hint = sealing.without_make(finding.hint) if own else finding.hint
        return replace(finding, hint=", or ".join(filter(None, (hint, asked))))
    if own:
        return replace(finding, hint=f"no file of yours says so: send this line to {contact}")
    if finding.owner == PLATFORM:
        return _with(finding, "the platform's file: its engineers can change it here")
    folder = f"{zones.platform}/{finding.app or '<customer>/<app>'}"
    return _with(finding, f"the library's file: changed here, it is for all apps; for this one, patch it in {folder}")


def _with(finding: Finding, words: str) -> Finding:
    return replace(finding, hint=f"{finding.hint} ({words})" if finding.hint else words)
