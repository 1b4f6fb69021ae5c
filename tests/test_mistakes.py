"""Each ordinary mistake is found by the rules that are meant to, and told in one plain line, to whom can mend it."""

from pathlib import Path

import pytest

from tests.generators import mistakes
from validators.finding import CUSTOMER, PLATFORM
from validators.formats import text

from .conftest import ROOT

MISTAKES = mistakes.mistakes(ROOT)


def test_there_are_enough_of_both() -> None:
    assert len({mistake["title"] for mistake in MISTAKES}) == len(MISTAKES)
    ours = [mistake for mistake in MISTAKES if "platform" in mistake]
    assert len(MISTAKES) >= 40 and len(ours) >= 9


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["title"])
def test_is_found(tmp_path: Path, mistake: dict) -> None:
    mistakes.commit(ROOT, tmp_path, mistake)
    findings = mistakes.check(tmp_path, mistake["app"])
    assert sorted({finding.rule for finding in findings}) == sorted(mistake["rules"])
    for finding in findings:
        assert finding.hint, "what to write instead"
        zone = "overlays/ungleich" if "platform" in mistake else "overlays/customers"
        assert finding.place.path.startswith(mistake.get("at", f"{zone}/{mistake['app']}/")), (
            "in the file to be changed"
        )
        assert finding.owner == (PLATFORM if finding.place.path.startswith("overlays/ungleich/") else CUSTOMER)
        assert "\n" not in text.line(finding)
    printed = "\n".join(map(text.line, findings))
    assert [part for part in mistake.get("says", ()) if part not in printed] == [], printed
    assert [part for part in mistake.get("never", ()) if part in printed] == [], printed


def test_what_is_replaced_must_be_there(tmp_path: Path) -> None:
    """The planted one: an example that has changed since mustn't leave a mistake that isn't made."""
    gone = {**MISTAKES[0], "replace": {"kustomization.yaml": ["newTag: 0.0.1", "newTag: latest"]}}
    with pytest.raises(ValueError, match="has not once"):
        mistakes.commit(ROOT, tmp_path, gone)
