"""The fleet on a running cluster, for the tests marked `e2e`; what a failing test's apps did is printed.

A plugin of tests/conftest.py, not a conftest: tests in several folders share one fleet and one table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.conftest import kubernetes, settings  # noqa: F401  (fixtures)
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet, alone, clear

FIGURES = pytest.StashKey[Figures]()
FLEET = pytest.StashKey[Fleet]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here or with a fleet, so that none is run by `make test`."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) or "fleet" in getattr(item, "fixturenames", ()):
            item.add_marker("e2e")
            item.add_marker(pytest.mark.timeout(900, func_only=True))  # waiting for the cluster takes what it takes


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """What is printed as a table at the end."""
    return pytestconfig.stash.setdefault(FIGURES, Figures())


@pytest.fixture(scope="session")
def fleet(
    kubernetes: Kubernetes,  # noqa: F811
    settings: Settings,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[Fleet]:
    """The library in git, and ArgoCD told of it. Apps come with ``fleet.app("example-blog")``."""
    with alone(settings):
        clear(kubernetes, wait=True)
        made = Fleet(kubernetes, settings, tmp_path_factory.mktemp("fleet"))
        made.start()
        pytestconfig.stash[FLEET] = made
        yield made
        made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Add what went on in the apps that a failing test's source names."""
    report = yield
    fleet = item.config.stash.get(FLEET, None)
    if report.failed and fleet and isinstance(item, pytest.Function):
        source = item.path.read_text()
        for namespace, app in fleet.apps.items():
            if namespace in source:
                report.sections.append((f"{namespace} when it failed", app.describe()))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    figures = config.stash.get(FIGURES, None)
    if figures and figures.rows:
        terminalreporter.section("figures")
        terminalreporter.write_line(figures.table())
