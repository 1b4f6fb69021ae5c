"""check-image on images that run, and of which people have no use, and on good ones."""

from __future__ import annotations

import pytest

from tests.e2e.figures import Figures
from tests.image.trials import Trials, cases, judge

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.test_cluster("the images are pushed to its registry"),
]
CASES = cases("use")


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str, trials: Trials, figures: Figures) -> None:
    judge(trials, name, figures)
