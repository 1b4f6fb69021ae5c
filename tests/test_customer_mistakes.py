"""Each typical mistake of a customer is found by the rules that are meant to, and told in one plain line."""

from pathlib import Path

import pytest

from tests.generators import customer_mistakes
from validators.formats import text

from .conftest import ROOT

MISTAKES = customer_mistakes.mistakes(ROOT)


def test_there_are_ten() -> None:
    assert len({mistake["title"] for mistake in MISTAKES}) == len(MISTAKES) == 10


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["title"])
def test_is_found(tmp_path: Path, mistake: dict) -> None:
    customer_mistakes.commit(ROOT, tmp_path, mistake)
    findings = customer_mistakes.check(tmp_path, mistake["app"])
    assert sorted({finding.rule for finding in findings}) == sorted(mistake["rules"])
    for finding in findings:
        assert finding.hint, "what to write instead"
        assert finding.place.path.startswith(mistake.get("at", f"overlays/customers/{mistake['app']}/"))
        assert "\n" not in text.line(finding)


def test_what_is_replaced_must_be_there(tmp_path: Path) -> None:
    """The planted one: an example that has changed since mustn't leave a mistake that isn't made."""
    gone = {**MISTAKES[0], "replace": {"kustomization.yaml": ["newTag: 0.0.1", "newTag: latest"]}}
    with pytest.raises(ValueError, match="has not once"):
        customer_mistakes.commit(ROOT, tmp_path, gone)
