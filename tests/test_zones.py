"""How the platform's folder is called: told by the tree alone, on the disk and in git, and by every part that reads it."""

from pathlib import Path

import pytest

from validators.check.run import check
from validators.check.selection import Options
from validators.finding import PLATFORM as THE_PLATFORM
from validators.rings.branch import Branch
from validators.sources import changes
from validators.sources.customer import CustomerTree
from validators.sources.git_tree import GitTree, zones_at
from validators.sources.tree import Tree, TreeError
from validators.sources.zones import DEFAULT, Zones, on_disk

from .promotion import scene
from .promotion.scene import APP, git
from .promotion.test_promote import FOLDER, push
from .rings.fleet import FIRST, SECOND, Fleet
from .validators.repository import Repository, with_examples
from .zones import OURS

NAME = "our-hosting"
THEIRS = Zones(NAME)


def rename(repository: Repository) -> str:
    """Call the platform's folder otherwise, and return the commit."""
    repository.git("mv", OURS.platform, THEIRS.platform)
    return repository.commit("Our own name")


@pytest.mark.parametrize(
    ("folders", "name"),
    [
        (["overlays/customers/acme/shop", "overlays/hosting/acme/shop", "overlays/cluster", "overlays/template/hosting"], "hosting"),
        (["overlays/left", "overlays/hosting/acme"], "hosting"),
        (["overlays/hosting/argocd", "overlays/monitoring", "overlays/a"], "hosting"),
        (["overlays/hosting", "overlays/.new-x/0"], "hosting"),
        (["overlays/cluster", "overlays/template/hosting", "overlays/template/customer", "overlays/template/options"], "hosting"),
        (["overlays/customers/acme/shop"], DEFAULT),
        (["base"], DEFAULT),
    ],
    ids=["beside all others", "with records", "with folders of their own", "while new-app works", "none yet", "none", "empty"],
)  # fmt: skip
def test_the_tree_tells_it(tmp_path: Path, folders: list[str], name: str) -> None:
    repository = Repository(tmp_path)
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "file").touch()
    (tmp_path / "overlays").mkdir(exist_ok=True)
    (tmp_path / "overlays/README.md").touch()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit()
    assert on_disk(tmp_path) == zones_at(tmp_path, "HEAD") == GitTree(tmp_path, "HEAD").zones == Zones(name)


@pytest.mark.parametrize("inside", ["", "/argocd"])
def test_two_that_could_be_it_are_named(tmp_path: Path, inside: str) -> None:
    for name in ("hosting", "old"):
        (tmp_path / f"overlays/{name}{inside}").mkdir(parents=True)
    with pytest.raises(TreeError, match=r"overlays/hosting and overlays/old could each be the platform's folder"):
        on_disk(tmp_path)


def test_the_checks_find_the_same_and_name_the_folder(tmp_path: Path) -> None:
    repository = with_examples(tmp_path, FIRST, SECOND)
    repository.edit(
        f"{OURS.platform}/{FIRST}/kustomization.yaml", "namespace: example-minimal", "namespace: example-blog"
    )
    repository.commit()
    before = check(Options(root=tmp_path, cached=False)).findings
    commit = rename(repository)
    after = check(Options(root=tmp_path, cached=False)).findings
    assert {one.rule for one in before} >= {"platform-overlay"}
    renamed = [repr(one).replace(OURS.platform, THEIRS.platform) for one in before]
    assert [repr(one) for one in after] == renamed
    assert all(one.place.path.startswith(THEIRS.platform) for one in after if one.owner == THE_PLATFORM)
    assert GitTree(tmp_path, commit).app_names() == Tree(tmp_path).app_names() == [SECOND, FIRST]
    repository.edit(f"{THEIRS.platform}/{FIRST}/app.yaml", "ring:", "ring:  ")
    assert changes.since(Tree(tmp_path), "HEAD", [FIRST, SECOND]) == {FIRST}


def test_rings_render_it(tmp_path: Path) -> None:
    fleet = Fleet.make(tmp_path)
    rename(fleet.repository)
    assert fleet.render().changed == [SECOND, FIRST]
    files = Branch.read(tmp_path).files
    assert {f"{THEIRS.platform}/{app}/objects.yaml" for app in (FIRST, SECOND)} < files.keys()
    assert not [path for path in files if path.startswith(OURS.platform)]
    allowed = files[THEIRS.project_file]
    assert allowed == (tmp_path / THEIRS.project_file).read_bytes()
    fleet.repository.edit(f"{THEIRS.platform}/{FIRST}/sizing.yaml", "cpu: 100m", "cpu: 110m")
    fleet.repository.commit()
    done = fleet.render()
    assert (done.rendered, done.changed) == (1, [FIRST])


def test_promotion_reads_it_and_tells_the_customer(tmp_path: Path) -> None:
    blog = scene.make(tmp_path, APP)
    rename(blog.platform)
    blog.platform.git("push", "--quiet", "origin", "main")
    push(blog, "GREETING=hi\n")
    done = blog.promote()
    assert done.returncode == 0, done.stderr
    assert blog.promoted(f"{FOLDER}/app.env").endswith(b"GREETING=hi\n")
    root = blog.customer().root
    git(root, "fetch", "--quiet", "origin", "refs/hosting/facts:refs/hosting/facts")
    assert f"platform: {NAME}\n" in git(root, "show", "refs/hosting/facts:facts.yaml")
    tree = CustomerTree(root, APP)
    assert tree.shown(f"{OURS.platform}/{APP}/sizing.yaml") == f"{THEIRS.platform}/{APP}/sizing.yaml"
