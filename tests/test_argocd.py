"""ArgoCD's own objects: valid for their definitions, one repository in them, and a project that fits the library."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.generators.golden import argocd_folders
from validators import cli
from validators.policy import names
from validators.render import kustomize, objects
from validators.sources.tree import Tree

from .conftest import PLATFORM_FOLDERS, ROOT

ARGOCD = ROOT / "overlays/ungleich/argocd"
WITHOUT_NAMESPACE = {"Namespace", "PersistentVolume"}


def build(folder: Path) -> dict[tuple[str, str], dict]:
    return {(one.kind, one.name): one.data for one in objects.parse(kustomize.find().build(folder))}


def library_kinds() -> set[tuple[str, str]]:
    """(group, kind) of everything that a platform folder makes."""
    found = {one for folder in PLATFORM_FOLDERS for one in objects.parse(kustomize.find().build(ROOT / folder))}
    return {(one.api_version.rpartition("/")[0], one.kind) for one in found}


# What the platform may add to an app, as the project's file says.
OWN = {("cert-manager.io", "Certificate")} | {
    ("postgresql.cnpg.io", kind) for kind in ("Database", "Pooler", "ScheduledBackup")
}


def test_the_project_allows_the_librarys_kinds_and_the_platforms() -> None:
    spec = build(ARGOCD / "customer")["AppProject", "customer"]["spec"]
    allowed = {(one["group"], one["kind"]) for one in spec["namespaceResourceWhitelist"]}
    of_cluster = {(one["group"], one["kind"]) for one in spec["clusterResourceWhitelist"]}
    assert of_cluster == {("", kind) for kind in WITHOUT_NAMESPACE}
    assert allowed == {one for one in library_kinds() if one[1] not in WITHOUT_NAMESPACE} | OWN


def test_the_repository_stands_in_one_place(tmp_path: Path) -> None:
    shutil.copytree(ARGOCD, tmp_path / "argocd")
    file = tmp_path / "argocd/repository/repository.yaml"
    text = file.read_text().replace("revision: main", "revision: planted-revision")
    [url] = [line.split()[1] for line in text.splitlines() if line.startswith("  url:")]
    file.write_text(text.replace(url, "https://planted.example.com/x.git"))
    for folder in (tmp_path / "argocd", tmp_path / "argocd/customer"):
        rendered = build(folder)
        for (kind, _), data in rendered.items():
            if kind == "AppProject":
                assert data["spec"]["sourceRepos"] == ["https://planted.example.com/x.git"]
                continue
            git, source = data["spec"]["generators"][0]["git"], data["spec"]["template"]["spec"]["source"]
            assert {git["repoURL"], source["repoURL"]} == {"https://planted.example.com/x.git"}
            assert {git["revision"], source["targetRevision"]} == {"planted-revision"}


def test_what_is_no_customers_and_the_examples_are_left_out() -> None:
    """Whoever applies this folder as it is deploys none of the examples, whose volumes alone would be a terabyte."""
    [generator] = build(ARGOCD)["ApplicationSet", "customers"]["spec"]["generators"]
    left_out = {one["path"] for one in generator["git"]["directories"] if one.get("exclude")}
    customers = {folder.parent.as_posix() for folder in PLATFORM_FOLDERS}
    assert left_out == {"overlays/ungleich/argocd", *customers}, "every customer of this repository is an example"


def test_no_app_is_made_where_argocd_does_not_look(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "overlays").mkdir()
    given = ["--app=shop", "--image=registry.example.com/shop:1", "--host=shop.example.com", f"--root={tmp_path}"]
    assert cli.main(["new-app", "--customer=example", *given]) == 2
    assert "'example' is for the library's examples, which ArgoCD leaves out" in capsys.readouterr().err


def test_names_are_filled_in_where_the_patches_say() -> None:
    """Each path that application-set.yaml replaces holds the name `customer` now, and no other place does."""
    patches = build(ARGOCD)["ApplicationSet", "customers"]["spec"]["template"]["spec"]["source"]["kustomize"]["patches"]
    rendered = build(ARGOCD / "customer")
    for patch in patches:
        data = rendered[patch["target"]["kind"], "customer"]
        wanted = set(places(data, "customer"))
        assert {path for path in wanted if f"path: {path}," in patch["patch"]} == wanted


def places(data: object, word: str, path: str = "") -> list[str]:
    """JSON pointers of the texts that are or hold the word, labels and sync options aside."""
    if isinstance(data, dict):
        return [found for key, value in data.items() for found in places(value, word, f"{path}/{key}")]
    if isinstance(data, list):
        return [found for index, value in enumerate(data) for found in places(value, word, f"{path}/{index}")]
    return [path] if isinstance(data, str) and word in data.replace("overlays/customers", "") else []


def test_argocd_is_no_customer(tmp_path: Path) -> None:
    for folder in ("base", "overlays/ungleich/argocd/customer", "overlays/customers/argocd/app"):
        (tmp_path / folder).mkdir(parents=True)
    tree = Tree(tmp_path)
    assert tree.app_names() == []
    assert [refusal.path for refusal in tree.stray()] == ["overlays/customers/argocd"]
    with pytest.raises(names.NameProblem, match="reserved"):
        names.namespace("argocd", "app")


def test_both_folders_have_goldens() -> None:
    assert [folder.name for folder in argocd_folders(ROOT)] == ["argocd", "customer"]
