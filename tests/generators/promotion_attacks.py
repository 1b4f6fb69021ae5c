"""The table of attacks in docs/promotion.md, from tests/promotion/attacks.py."""

from pathlib import Path

from tests.promotion.attacks import ATTACKS

from . import filled_in

OWNS = ()
PAGE = "docs/promotion.md"


def files(root: Path) -> dict[str, str]:
    """Return the page with its table renewed."""
    rows = "".join(
        f"| {attack.name} | {attack.layer} | {'is refused' if attack.says else 'has no effect'} |\n"
        for attack in ATTACKS
    )
    return {PAGE: filled_in(root, PAGE, {"attacks": f"| Attack | Layer | What comes of it |\n|---|---|---|\n{rows}"})}
