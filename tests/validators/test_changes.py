"""Which apps are checked for which change."""

import pytest

from tests.zones import OURS
from validators.check.run import check
from validators.check.selection import Options
from validators.sources import changes
from validators.sources.changes import touched
from validators.sources.tree import Tree, TreeError

from .repository import Repository, with_examples

NAMES = {"a/blog", "a/shop", "a/shop-nfs", "ab/blog"}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], set()),
        (["overlays/customers/a/shop/app.env"], {"a/shop"}),
        (["overlays/ungleich/a/shop-nfs/sizing.yaml"], {"a/shop-nfs"}),
        (["overlays/customers/a/shop/deep/in/side.yaml"], {"a/shop"}),
        (["overlays/customers/a"], {"a/blog", "a/shop", "a/shop-nfs"}),
        (["overlays/customers/a/gone/app.env"], set()),
        (["overlays/customers/README.md"], set()),
        (["overlays/template/customer/app.env"], set()),
        (["overlays/customers"], NAMES),
        (["base/web/deployment.yaml"], NAMES),
        (["components/async/deployment.yaml"], NAMES),
        (["validators/rules/yaml_strict.py"], NAMES),
        (["overlays/ungleich/rings.yaml"], NAMES),
        (["."], NAMES),
        (["docs/index.md", "basement/x", "overlays/customersx/a/shop/app.env"], set()),
    ],
)
def test_touched(paths: list[str], expected: set[str]) -> None:
    assert touched(paths, NAMES, OURS) == expected


@pytest.fixture
def repository(tmp_path) -> Repository:
    return with_examples(tmp_path, "example/minimal", "example/blog")


def since(repository: Repository, revision: str) -> set[str]:
    tree = Tree(repository.root)
    return changes.since(tree, revision, tree.app_names())


def test_since_sees_commits_the_index_the_working_tree_and_new_files(repository) -> None:
    assert since(repository, "HEAD") == set()
    repository.edit("overlays/customers/example/blog/app.env", "HOSTS=", "DEBUG=0\nHOSTS=")
    assert since(repository, "HEAD") == {"example/blog"}
    repository.git("add", "--all")
    assert since(repository, "HEAD") == {"example/blog"}
    repository.commit()
    assert since(repository, "HEAD") == set()
    assert since(repository, "HEAD~1") == {"example/blog"}
    (repository.root / "overlays/customers/example/minimal/new file\n.yaml").write_text("a: 1\n")
    assert since(repository, "HEAD") == {"example/minimal"}


def test_since_sees_both_ends_of_a_move(repository) -> None:
    moved = "overlays/customers/example/{}/app.env"
    repository.git("mv", "--force", moved.format("blog"), moved.format("minimal"))
    assert since(repository, "HEAD") == {"example/blog", "example/minimal"}


def test_since_with_a_changed_library_is_every_app(repository) -> None:
    repository.edit("base/web/service.yaml", "kind: Service", "kind: Service ")
    assert since(repository, "HEAD") == {"example/blog", "example/minimal"}


def test_check_since_finds_only_what_changed(repository) -> None:
    options = Options(root=repository.root, since="HEAD", cached=False, workers=1)
    assert (check(options).apps, check(options).findings) == (0, [])
    repository.edit("overlays/customers/example/blog/app.env", "HOSTS=", "no-equals-sign\nHOSTS=")
    report = check(options)
    assert report.apps == 1
    assert {finding.app for finding in report.findings} == {"example/blog"}
    repository.commit()
    options.since = "HEAD~1"
    assert check(options).findings == report.findings


@pytest.mark.parametrize("revision", ["no-such", "--output=/dev/full", "", "HEAD:base", "-h"])
def test_an_unknown_revision_is_wrong_use(repository, revision) -> None:
    with pytest.raises(TreeError, match="git knows no revision"):
        since(repository, revision)


def test_outside_of_a_repository_it_says_so(tmp_path) -> None:
    (tmp_path / "base").mkdir()
    with pytest.raises(TreeError, match="git"):
        changes.since(Tree(tmp_path), "HEAD", [])


def test_who_lists_another_s_host_is_told_and_not_the_other(repository) -> None:
    hosts = (repository.root / "overlays/customers/example/blog/app.env").read_text().partition("HOSTS=")[2].split(",")
    repository.edit("overlays/customers/example/minimal/app.env", "minimal.example.com", hosts[0].strip())
    options = Options(root=repository.root, cached=False, workers=1)

    def told() -> set[str]:
        return {finding.app for finding in check(options).findings if finding.rule == "host-duplicate"}

    assert told() == {"example/minimal"}
    repository.commit()
    assert told() == {"example/minimal", "example/blog"}  # who is in the right isn't known any more
    options.since = "HEAD~1"
    assert told() == {"example/minimal"}
