"""What the branch that ArgoCD reads holds, what changes it, and that nothing else may."""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

from tests.zones import PLATFORM
from validators import cli
from validators.render import kustomize
from validators.rings.branch import KEPT, SOURCE, Branch, Commit
from validators.rings.proof import prove
from validators.sources import git
from validators.sources.tree import TreeError

from ..conftest import ROOT
from .fleet import FIRST, SECOND, Fleet


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet whose branch is rendered once."""
    root = tmp_path_factory.mktemp("fleet") / "repository"
    done = Fleet.make(root).render()
    assert not done.findings
    assert done.changed == [SECOND, FIRST]
    return root


@pytest.fixture
def ringed(begun: Path, tmp_path: Path) -> Fleet:
    """A copy of it."""
    shutil.copytree(begun, tmp_path / "repository", symlinks=True)
    return Fleet(tmp_path / "repository")


def tip(ringed: Fleet) -> str:
    return Branch.read(ringed.root).tip


def changed(ringed: Fleet, before: str) -> set[str]:
    """The files that the branch's commits since `before` changed."""
    return set(ringed.repository.git("diff", "--name-only", before, "refs/heads/deploy").split())


def test_a_build_of_the_branch_is_a_build_of_the_app(ringed: Fleet, tmp_path: Path) -> None:
    git.export(ringed.root, "refs/heads/deploy", tmp_path / "deploy")
    for app in (FIRST, SECOND):
        built = kustomize.find().build(tmp_path / "deploy" / PLATFORM / app)
        assert built == kustomize.find().build(ringed.root / PLATFORM / app)
        assert built == (tmp_path / "deploy" / PLATFORM / app / "objects.yaml").read_bytes()


def test_a_commit_of_one_app_touches_that_app(ringed: Fleet) -> None:
    before = tip(ringed)
    ringed.repository.edit(f"overlays/customers/{FIRST}/app.env", "HOSTS=", "SITE_NAME=New\nHOSTS=")
    ringed.repository.commit()
    done = ringed.render()
    assert (done.rendered, done.changed) == (1, [FIRST])
    assert changed(ringed, before) == {f"{PLATFORM}/{FIRST}/objects.yaml"}


def test_a_library_commit_touches_nothing_until_a_ring_has_it(ringed: Fleet) -> None:
    before = tip(ringed)
    new = ringed.change_library(77)
    assert ringed.render().changed == []
    assert tip(ringed) == before
    ringed.write_rings(v2=new, v1=ringed.old, first="v2", all="v1")
    ringed.repository.commit("Advance")
    done = ringed.render()
    assert (done.rendered, done.changed) == (1, [FIRST])
    assert (ringed.history(FIRST), ringed.history(SECOND)) == (["77"], ["5"])
    ringed.write_rings(v2=new, v1=ringed.old, first="v2", all="v2")
    ringed.repository.commit("Advance")
    assert ringed.render().changed == [SECOND]
    assert ringed.history(SECOND) == ["77"]


def test_another_version_that_renders_the_same_changes_no_app(ringed: Fleet) -> None:
    before = tip(ringed)
    ringed.repository.edit("components/async/README.md", "#", "# A text of\n\n#")
    new = ringed.repository.commit("Docs")
    ringed.write_rings(v2=new, v1=ringed.old, first="v2", all="v2")
    ringed.repository.commit("Advance")
    done = ringed.render()
    assert (done.rendered, done.changed) == (2, [])
    assert changed(ringed, before) == set()


def test_the_same_commits_make_the_same_branch(ringed: Fleet) -> None:
    first = tip(ringed)
    ringed.repository.git("update-ref", "-d", "refs/heads/deploy")
    ringed.render()
    assert tip(ringed) == first


def test_an_app_that_is_gone_goes(ringed: Fleet) -> None:
    ringed.repository.git("rm", "-r", "--quiet", f"overlays/customers/{FIRST}", f"{PLATFORM}/{FIRST}")
    ringed.repository.commit()
    assert ringed.render().changed == [FIRST]
    assert not [path for path in Branch.read(ringed.root).files if FIRST in path]


def test_an_app_with_errors_stays_as_it_was_and_the_others_go_on(ringed: Fleet) -> None:
    before = Branch.read(ringed.root).files
    ringed.repository.edit(f"overlays/customers/{FIRST}/app.env", "HOSTS=", "HOSTS=*")
    ringed.repository.edit(f"overlays/customers/{SECOND}/app.env", "HOSTS=", "SITE_NAME=New\nHOSTS=")
    ringed.repository.commit()
    done = ringed.render()
    assert done.changed == [SECOND]
    assert {finding.app for finding in done.findings[FIRST]} == {FIRST}
    files = done.branch.files
    assert all(files[path] == data for path, data in before.items() if FIRST in path)
    assert done.branch.trailers(KEPT) == [FIRST]
    assert prove(done.branch, "HEAD").differences == []
    # Mended by a commit that touches only another app, it is rendered all the same.
    ringed.repository.edit(f"overlays/customers/{FIRST}/app.env", "HOSTS=*", "HOSTS=")
    ringed.repository.commit()
    assert ringed.render().branch.trailers(KEPT) == []


def test_the_rights_are_of_now(ringed: Fleet) -> None:
    """An old library's render is refused by today's rules, whatever the rules were when it was released."""
    ringed.repository.edit("base/web/deployment.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
    lax = ringed.repository.commit("A lax version")
    ringed.repository.git("revert", "--no-edit", "HEAD")
    ringed.write_rings(lax=lax, v1=ringed.old, first="lax", all="v1")
    ringed.repository.commit("Advance")
    done = ringed.render()
    assert done.changed == []
    assert {finding.rule for finding in done.findings[FIRST]} >= {"read-only-root"}


def test_projects_allow_what_any_ring_makes(ringed: Fleet) -> None:
    project = f"{PLATFORM}/argocd/customer/app-project.yaml"
    ringed.repository.edit(project, "    - {group: batch, kind: Job}\n", "")
    new = ringed.repository.commit("A library without Jobs")
    ringed.write_rings(v2=new, v1=ringed.old, first="v2", all="v1")
    ringed.repository.commit("Advance")
    done = ringed.render()
    rows = yaml.safe_load(done.branch.files[project])["spec"]["namespaceResourceWhitelist"]
    assert {"group": "batch", "kind": "Job"} in rows
    assert SECOND not in done.findings
    assert prove(done.branch, "HEAD").differences == []


def planted(ringed: Fleet, changes: dict[str, bytes | None], source: str = "") -> Branch:
    branch = Branch.read(ringed.root)
    return branch.write(Commit("Planted", changes, source or branch.source))


OBJECTS = f"{PLATFORM}/{SECOND}/objects.yaml"


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        (OBJECTS, lambda data: data.replace(b"replicas: 1", b"replicas: 9"), "isn't what rendering gives"),
        (OBJECTS, lambda _: None, "is missing"),
        (f"{PLATFORM}/{SECOND}/more.yaml", lambda _: b"kind: Pod\n", "nothing renders to this file"),
        (f"{PLATFORM}/evil/app/objects.yaml", lambda _: b"kind: Pod\n", "nothing renders to this file"),
        (f"{PLATFORM}/argocd/app-project.yaml", lambda data: data + b"#", "isn't what rendering gives"),
        ("elsewhere.yaml", lambda _: b"kind: Pod\n", "nothing renders to this file"),
    ],
    ids=["a value", "a file less", "a file more", "an app more", "ArgoCD's own", "no app's"],
)
def test_a_planted_difference_is_found(ringed: Fleet, path: str, change, said: str, capsys) -> None:
    assert prove(Branch.read(ringed.root), "HEAD").differences == []
    branch = planted(ringed, {path: change(Branch.read(ringed.root).files.get(path, b""))})
    [found] = prove(branch, "HEAD").differences
    assert (found.path, found.message) == (path, said)
    assert cli.main(["rings-check", f"--root={ringed.root}"]) == 1
    assert f"deploy:{path}: {said}" in capsys.readouterr().out
    # And rendering anew puts it right.
    assert cli.main(["rings-render", f"--root={ringed.root}", "--all"]) == 0
    assert cli.main(["rings-check", f"--root={ringed.root}"]) == 0


def test_what_was_kept_is_held_against_the_commit_before(ringed: Fleet) -> None:
    data = Branch.read(ringed.root).files[OBJECTS].replace(b"replicas: 1", b"replicas: 9")
    branch = Branch.read(ringed.root)
    commit = Commit("Planted", {OBJECTS: data}, branch.source, [(KEPT, SECOND)])
    assert [one.path for one in prove(branch.write(commit), "HEAD").differences] == [OBJECTS]


def test_a_commit_that_nobody_checked_is_refused(ringed: Fleet) -> None:
    ringed.repository.git("checkout", "--quiet", "-b", "side")
    ringed.repository.edit(f"overlays/customers/{FIRST}/app.env", "HOSTS=", "SITE_NAME=New\nHOSTS=")
    ringed.repository.commit()
    branch = ringed.render().branch
    ringed.repository.git("checkout", "--quiet", "main")
    with pytest.raises(TreeError, match="is no commit of main: nobody has checked it"):
        prove(branch, "main")


def test_a_tip_that_says_no_source_is_refused(ringed: Fleet) -> None:
    ringed.repository.git("branch", "--force", "deploy", "main")
    with pytest.raises(TreeError, match="doesn't say which commit it renders"):
        prove(Branch.read(ringed.root), "main")


def test_of_two_writers_one_is_refused(ringed: Fleet) -> None:
    stale = Branch.read(ringed.root)
    planted(ringed, {"one": b"1"})
    with pytest.raises(TreeError, match="git: "):
        stale.write(Commit("Late", {"two": b"2"}, stale.source))
    assert "two" not in Branch.read(ringed.root).files


def test_a_version_that_the_repository_lacks_is_named(ringed: Fleet, capsys) -> None:
    ringed.write_rings(v2="0" * 40, v1=ringed.old, first="v2", all="v1")
    ringed.repository.commit("Advance")
    assert cli.main(["rings-render", f"--root={ringed.root}"]) == 2
    said = capsys.readouterr().err
    assert "the library of v2 can't be read: git knows no revision" in said
    assert "git fetch --unshallow --tags" in said
    assert Branch.read(ringed.root).trailers(SOURCE) != [ringed.head()]


def test_attributes_of_a_file_change_nothing_of_what_is_read(ringed: Fleet) -> None:
    """git archive would leave out, or fill in, what these say; what was checked is what is rendered."""
    ringed.write(".gitattributes", "*.env export-ignore\n*.yaml export-subst\n")
    ringed.repository.commit()
    assert ringed.render(everything=True).changed == []


def test_the_branch_needs_no_checkout(ringed: Fleet) -> None:
    assert subprocess.run(["git", "-C", ringed.root, "status", "--porcelain"], capture_output=True).stdout == b""
    assert ringed.repository.git("rev-parse", "--abbrev-ref", "HEAD").strip() == "main"


def documented_hook(checkout: Path) -> str:
    """The update hook of docs/rings.md, for a server on which the package isn't installed."""
    page = (ROOT / "docs/rings.md").read_text()
    [hook] = re.findall(r"(?m)^    #!/bin/sh\n(?:^    .*\n)+", page)
    text = textwrap.dedent(hook).replace("CHECKOUT", str(checkout))
    return text.replace("django-hosting", f"env PYTHONPATH={ROOT} {sys.executable} -m validators")


def test_the_server_takes_nothing_else(ringed: Fleet, tmp_path: Path) -> None:
    """By the hook that the page shows, on a bare repository, pushed to."""
    git, server, checkout = ringed.repository.git, tmp_path / "server.git", tmp_path / "checkout"
    git("clone", "--quiet", "--bare", str(ringed.root), str(server))
    git("clone", "--quiet", "--shared", str(server), str(checkout))
    hook = server / "hooks/update"
    hook.write_text(documented_hook(checkout))
    hook.chmod(0o755)
    ringed.repository.edit(f"overlays/customers/{FIRST}/app.env", "HOSTS=", "SITE_NAME=New\nHOSTS=")
    ringed.repository.commit()
    good = ringed.render().branch.tip
    git("push", "--quiet", str(server), "main")
    data = Branch.read(ringed.root).files[OBJECTS].replace(b"replicas: 1", b"replicas: 9")
    planted(ringed, {OBJECTS: data})
    with pytest.raises(subprocess.CalledProcessError) as refused:
        git("push", "--quiet", str(server), "deploy")
    assert f"deploy:{OBJECTS}: isn't what rendering gives" in refused.value.stderr
    git("push", "--quiet", str(server), f"{good}:refs/heads/deploy")
    assert Branch.read(server).tip == good
