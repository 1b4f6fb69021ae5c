"""make cluster-facts brings a tree of before up to date, and changes nothing that is."""

import shutil
from pathlib import Path

import pytest

from tests.zones import LIBRARY
from validators import cli
from validators.check.run import Options, check
from validators.render import kustomize, objects
from validators.sources.folder import CLUSTER

from .conftest import PLATFORM_FOLDERS, ROOT
from .generators.golden import render_text

LINE = "  - ../../../cluster\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The library and the examples, none of which knows its cluster."""
    for part in (*LIBRARY, "overlays/customers", "overlays/ungleich"):
        shutil.copytree(ROOT / part, tmp_path / part, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / CLUSTER)
    for path in tmp_path.glob("overlays/ungleich/*/*/kustomization.yaml"):
        text = path.read_text()
        path.write_text(text.replace(LINE, ""))
    return tmp_path


def kustomizations(root: Path) -> dict[str, str]:
    paths = root.glob("overlays/ungleich/*/*/kustomization.yaml")
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def found(root: Path) -> set[tuple[str, str]]:
    report = check(Options(root=root, cached=False, workers=1))
    return {(finding.rule, finding.message) for finding in report.findings}


def test_it_makes_the_examples_what_they_are(tree: Path, capsys: pytest.CaptureFixture) -> None:
    assert ("cluster-facts", "there is no overlays/cluster") in found(tree)
    assert cli.main(["cluster-facts", "--root", str(tree)]) == 0
    assert kustomizations(tree) == kustomizations(ROOT)
    assert (tree / CLUSTER / "facts.yaml").read_bytes() == (ROOT / CLUSTER / "facts.yaml").read_bytes()
    said = capsys.readouterr().out
    assert "changed overlays/cluster/facts.yaml" in said
    assert "changed overlays/ungleich/example/shop/kustomization.yaml" in said
    assert found(tree) == set()
    assert cli.main(["cluster-facts", "--root", str(tree)]) == 0
    assert capsys.readouterr().out.startswith("0 files changed")


def test_what_the_hoster_wrote_stays(tree: Path) -> None:
    shutil.copytree(ROOT / CLUSTER, tree / CLUSTER)
    facts = tree / CLUSTER / "facts.yaml"
    facts.write_text(facts.read_text().replace("rook-ceph-block", "fast"))
    assert {rule for rule, _ in found(tree)} >= {"cluster-facts"}
    assert cli.main(["cluster-facts", "--root", str(tree)]) == 0
    assert "block: fast" in facts.read_text()
    assert found(tree) == set()


OTHERS = {
    "rook-ceph-block": "fast-block",
    "rook-cephfs": "fast-files",
    "name: public": "name: outside",
    "namespace: gateway": "namespace: edge",
    "kube-system": "dns-system",
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The examples on a cluster that has all of it under other names."""
    for part in (*LIBRARY, "overlays/customers", "overlays/ungleich"):
        shutil.copytree(ROOT / part, tmp_path / part, dirs_exist_ok=True)
    facts = tmp_path / CLUSTER / "facts.yaml"
    text = facts.read_text()
    for old, new in OTHERS.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    facts.write_text(text)
    return tmp_path


@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=str)
def test_facts_reach_whatever_names_them(elsewhere: Path, folder: Path) -> None:
    """A render with other facts is the golden with the other names in place of ours."""
    golden = (ROOT / f"tests/golden/apps/{folder.parent.name}-{folder.name}.yaml").read_text()
    rendered = kustomize.find().build(elsewhere / folder)
    assert b"the-clusters" not in rendered
    assert render_text(rendered) == with_others(golden.partition("\n")[2])


def with_others(text: str) -> str:
    for old, new in OTHERS.items():
        text = text.replace(f"{old}\n", f"{new}\n")
    return text


def test_a_copy_that_is_missing_is_found(elsewhere: Path) -> None:
    path = elsewhere / "components/valkey/kustomization.yaml"
    text = path.read_text()
    path.write_text(text.replace("spec.storageClasses.block", "spec.storageClasses.files"))
    assert path.read_text() != text
    wrong = "PersistentVolumeClaim/valkey: spec.storageClassName is fast-files, and storageClasses.block of the cluster"
    assert [message for rule, message in found(elsewhere) if rule == "size-differs"] == [f"{wrong} is fast-block"]


def test_a_class_for_one_app_alone_is_the_platforms_to_write(elsewhere: Path) -> None:
    path = elsewhere / "overlays/ungleich/example/shop/kustomization.yaml"
    patch = "- {op: replace, path: /spec/storageClassName, value: slow}"
    added = f"patches:\n  - patch: '{patch}'\n    target: {{kind: PersistentVolumeClaim, name: valkey}}\n"
    text = path.read_text()
    assert text.count("patches:\n") == 1
    path.write_text(text.replace("patches:\n", added))
    assert found(elsewhere) == set()


def test_another_ingress_class(elsewhere: Path) -> None:
    facts, listed = elsewhere / CLUSTER / "facts.yaml", elsewhere / CLUSTER / "kustomization.yaml"
    facts.write_text(f"{facts.read_text()}  ingress: {{class: nginx}}\n")
    listed.write_text(f"{listed.read_text()}  - ../../components/facts/ingress-class\n")
    rendered = objects.parse(kustomize.find().build(elsewhere / "overlays/ungleich/example/minimal"))
    assert [one.get("spec", "ingressClassName") for one in rendered if one.kind == "Ingress"] == ["nginx"]
    assert found(elsewhere) == set()


@pytest.mark.parametrize(
    "before, after",
    [
        (
            "components:\n- ../../../../components/tenant\n",
            "components:\n- ../../../cluster\n- ../../../../components/tenant\n",
        ),
        (
            "components: # ours\n  # first\n    - ../../../../components/tenant\n",
            "components: # ours\n  # first\n    - ../../../cluster\n    - ../../../../components/tenant\n",
        ),
        ("namespace: a-b", "namespace: a-b\ncomponents:\n  - ../../../cluster\n"),
    ],
)
def test_ways_to_write_a_list(tree: Path, before: str, after: str) -> None:
    path = tree / "overlays/ungleich/example/shop/kustomization.yaml"
    path.write_text(before)
    assert cli.main(["cluster-facts", "--root", str(tree)]) == 0
    assert path.read_text() == after


def test_what_it_cannot_write_it_names_and_leaves_all_as_it_was(tree: Path, capsys: pytest.CaptureFixture) -> None:
    path = tree / "overlays/ungleich/example/shop/kustomization.yaml"
    path.write_text("components: [../../../../components/tenant]\n")
    before = kustomizations(tree)
    assert cli.main(["cluster-facts", "--root", str(tree)]) == 2
    assert "shop/kustomization.yaml: components isn't a list of lines" in capsys.readouterr().err
    assert kustomizations(tree) == before
    assert not (tree / CLUSTER).exists()


@pytest.mark.parametrize("folder", ["base", "elsewhere"])
def test_no_repository(tmp_path: Path, folder: str, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / folder).mkdir()
    assert cli.main(["cluster-facts", "--root", str(tmp_path)]) == (0 if folder == "base" else 2)
    assert (tmp_path / CLUSTER).exists() is (folder == "base")
