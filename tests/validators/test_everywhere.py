"""Labels and annotations that the platform puts on every object of an app aren't taken for its customer's."""

from pathlib import Path

import pytest

from validators.check.run import check
from validators.check.selection import Options

from .repository import Repository, with_examples

APP = "example/shop"
PLATFORM = f"overlays/ungleich/{APP}/kustomization.yaml"
CUSTOMER = f"overlays/customers/{APP}/app-secret.yaml"
EVERYWHERE = """\
labels:
  - pairs: {example.com/team: web}
    includeTemplates: true
commonAnnotations:
  example.com/cost-centre: shops
patches:
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = with_examples(tmp_path, APP)
    made.edit(PLATFORM, "patches:\n", EVERYWHERE)
    return made


def errors(repository: Repository) -> list[str]:
    """Return the findings about the app."""
    options = Options(root=repository.root, paths=[repository.root / PLATFORM], cached=False)
    return [finding.message for finding in check(options).findings]


def test_the_platforms_pass(repository: Repository) -> None:
    assert errors(repository) == []


@pytest.mark.parametrize("value", ["{example.com/team: another}", "{example.com/group: web}"])
def test_a_customers_own_are_found(repository: Repository, value: str) -> None:
    repository.edit(CUSTOMER, "  name: app\n", f"  name: app\n  labels: {value}\n")
    [message] = errors(repository)
    assert message == "metadata: labels isn't a customer's to set"
