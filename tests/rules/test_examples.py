"""The rules about single objects find nothing in the examples but what the NFS server can't do without."""

from pathlib import Path

import pytest

from validators import kustomize, objects, rules
from validators.app import App
from validators.tree import Tree

from ..conftest import PLATFORM_FOLDERS, ROOT

NFS_SERVER = {
    ("capabilities", "StatefulSet/nfs-server"),
    ("namespace-security", "Namespace/{namespace}"),
    ("probes-identical", "StatefulSet/nfs-server"),
    ("run-as-non-root", "StatefulSet/nfs-server"),
    ("run-as-user", "StatefulSet/nfs-server"),
    ("seccomp-profile", "StatefulSet/nfs-server"),
}
"""Rule and object: ganesha is root with four capabilities and makes system calls that the default profile refuses."""


def rendered(folder: Path) -> App:
    """Return the app of a platform folder, with its objects."""
    tree, name = Tree(ROOT), "/".join(folder.parts[-2:])
    customer, platform = tree.read(f"overlays/customers/{name}"), tree.read(folder.as_posix())
    app = App(name, customer, platform, tree.library)
    app.objects = objects.parse(kustomize.find().build(ROOT / folder))
    return app


@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=str)
def test_nothing_is_found(folder: Path) -> None:
    app = rendered(folder)
    assert len(app.objects) > 5
    found = {
        (rule.id, f"{obj.kind}/{obj.name}")
        for rule in [*rules.of_scope(rules.OBJECT), rules.every()["default-deny"]]
        for obj, problem in _problems(rule, app)
    }
    expected = NFS_SERVER if app.find("StatefulSet", "nfs-server") else set()
    assert found == {(rule, subject.format(namespace=app.namespace)) for rule, subject in expected}


def _problems(rule: rules.Rule, app: App) -> list[tuple[objects.Object, rules.Problem]]:
    if rule.scope == rules.APP:
        return [(problem.obj, problem) for problem in rule.check(app) or () if problem.obj]
    wanted = [obj for obj in app.objects if not rule.kinds or obj.kind in rule.kinds]
    return [(obj, problem) for obj in wanted for problem in rule.check(obj, app) or ()]
