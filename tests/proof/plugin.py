"""Say in the JUnit file which revision a run is of. A plugin of tests/conftest.py."""

from __future__ import annotations

import pytest
from _pytest.junitxml import xml_key

from . import files

REVISION = pytest.StashKey[str]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember where the run began."""
    session.config.stash[REVISION] = files.revision(session.config.rootpath)


@pytest.hookimpl(tryfirst=True)  # before the file is written
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write it down; a tree that changed meanwhile is no commit's. By a hook: fixtures can't where pytest-xdist is used."""
    if xml := session.config.stash.get(xml_key, None):
        began = session.config.stash[REVISION]
        same = files.revision(session.config.rootpath) == began
        xml.add_global_property("revision", began if same else began.removesuffix(files.DIRTY) + files.DIRTY)
