"""The fleet on a running cluster, for the tests marked `e2e`; what a failing test's apps did is printed.

A plugin of tests/conftest.py, not a conftest: tests in several folders share one fleet and one table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.junitxml import xml_key

from tests.cluster.build import Tool
from tests.cluster.conftest import kubernetes, namespace  # noqa: F401  (fixtures)
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings
from tests.e2e import foreign
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet, alone, clear

FIGURES = pytest.StashKey[Figures]()
FLEET = pytest.StashKey[Fleet]()
RECORDED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here or with a fleet, so that none is run by `make test`; skip what can't be asked of another's
    cluster.

    An app's life is measured before others are there; nodes are drained when nothing else is to be shown, and last all is lost.
    """
    order = {"test_lifecycle.py": 0, "test_storage.py": 2, "test_disaster.py": 3}
    items.sort(key=lambda item: order.get(item.path.name, 1))
    others = foreign.named(Settings.load())
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) or "fleet" in getattr(item, "fixturenames", ()):
            item.add_marker("e2e")
            if not item.get_closest_marker("timeout"):  # waiting for the cluster takes what it takes
                item.add_marker(pytest.mark.timeout(900, func_only=True))
        if others and (mark := item.get_closest_marker("test_cluster")):
            item.add_marker(pytest.mark.skip(reason=f"only on the test cluster: {mark.args[0]}"))


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The test cluster's settings, or those of the cluster that KUBECONFIG names."""
    return foreign.load()


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """What is printed as a table at the end."""
    return pytestconfig.stash.setdefault(FIGURES, Figures())


@pytest.fixture(scope="session")
def fleet(
    kubernetes: Kubernetes,  # noqa: F811
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[Fleet]:
    """The library in git, and ArgoCD told of it. Apps come with ``fleet.app("example-blog")``."""
    if isinstance(settings, foreign.Foreign):
        settings.start(kubernetes)
    with alone(settings):
        clear(kubernetes, settings, wait=True)
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
    if report.when == "call" and item.get_closest_marker("e2e"):
        _record(item)
    if report.failed and fleet and isinstance(item, pytest.Function):
        source = item.path.read_text()
        for namespace, app in fleet.apps.items():
            if namespace in source:
                report.sections.append((f"{namespace} when it failed", app.describe()))
    return report


def _record(item: pytest.Item) -> None:
    """Write into the JUnit file what the test measured and, once, what the cluster runs: for docs/proof.md."""
    if figures := item.config.stash.get(FIGURES, None):
        item.user_properties += [(f"{app}, {what}", value) for app, what, value in figures.new()]
    xml, cluster = item.config.stash.get(xml_key, None), item.funcargs.get("kubernetes")
    if xml and cluster and not item.config.stash.get(RECORDED, False):
        item.config.stash[RECORDED] = True
        version = json.loads(cluster.kubectl("get", "--raw=/version"))["gitVersion"]
        xml.add_global_property("Kubernetes", version)
        if cluster.settings.ours:
            argocd = Tool("tests/cluster/go/argocd").module_version("github.com/argoproj/argo-cd/v3")
            xml.add_global_property("ArgoCD", argocd)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    figures = config.stash.get(FIGURES, None)
    if figures and figures.rows:
        terminalreporter.section("figures")
        terminalreporter.write_line(figures.table())
