"""make namespace-labels writes into a tree of before what the examples have, and nothing where it stands."""

import re
import shutil
from pathlib import Path

import pytest

from tests.zones import LIBRARY
from validators import cli
from validators.check.run import Options, check

from .conftest import PLATFORM_FOLDERS, ROOT

SHOP = "overlays/ungleich/example/shop/kustomization.yaml"
PATCH = """\
  - target: {kind: Namespace}
    patch: |
      - {op: add, path: /metadata/labels/hosting.ungleich.ch~1customer, value: example}
      - {op: add, path: /metadata/labels/hosting.ungleich.ch~1app, value: shop}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The library and the examples, without the labels."""
    for part in (*LIBRARY, "overlays/customers", "overlays/ungleich"):
        shutil.copytree(ROOT / part, tmp_path / part, dirs_exist_ok=True)
    for path in tmp_path.glob("overlays/ungleich/*/*/kustomization.yaml"):
        text = re.sub(r"  - target: \{kind: Namespace\}\n    patch: \|\n(?:      - .*\n)+", "", path.read_text())
        path.write_text(text.removesuffix("patches:\n"))
    return tmp_path


def kustomizations(root: Path) -> dict[str, str]:
    paths = root.glob("overlays/ungleich/*/*/kustomization.yaml")
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def found(root: Path) -> list[tuple[str, str]]:
    report = check(Options(root=root, cached=False, workers=1))
    return [(finding.rule, finding.message) for finding in report.findings]


def test_it_makes_the_examples_what_they_are(tree: Path, capsys: pytest.CaptureFixture) -> None:
    missing = found(tree)
    assert {rule for rule, _ in missing} == {"namespace-labels"}
    assert len(missing) == len(PLATFORM_FOLDERS)
    assert cli.main(["namespace-labels", "--root", str(tree)]) == 0
    assert kustomizations(tree) == kustomizations(ROOT)
    assert f"changed {SHOP}" in capsys.readouterr().out
    assert found(tree) == []
    assert cli.main(["namespace-labels", "--root", str(tree)]) == 0
    assert capsys.readouterr().out == "0 files changed\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("namespace: example-shop", f"namespace: example-shop\npatches:\n{PATCH}"),
        (
            "patches:\n# ours\n- path: a.yaml\n",
            f"patches:\n{re.sub('^  ', '', PATCH, flags=re.M)}# ours\n- path: a.yaml\n",
        ),
        ("patches: # ours\n  - path: a.yaml\n", f"patches: # ours\n{PATCH}  - path: a.yaml\n"),
    ],
)
def test_ways_to_write_a_list(tree: Path, before: str, after: str) -> None:
    (tree / SHOP).write_text(before)
    assert cli.main(["namespace-labels", "--root", str(tree)]) == 0
    assert (tree / SHOP).read_text() == after


def test_labels_written_in_another_way_stay(tree: Path) -> None:
    patch = "  - path: namespace.yaml\n"
    (tree / SHOP).write_text((tree / SHOP).read_text().replace("patches:\n", f"patches:\n{patch}", 1))
    pairs = "hosting.ungleich.ch/customer: example, hosting.ungleich.ch/app: shop"
    own = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: tenant, labels: {{{pairs}}}}}\n"
    (tree / SHOP).with_name("namespace.yaml").write_text(own)
    before = (tree / SHOP).read_text()
    assert cli.main(["namespace-labels", "--root", str(tree)]) == 0
    assert (tree / SHOP).read_text() == before
    assert found(tree) == []


def test_what_it_cannot_write_it_names_and_leaves_all_as_it_was(tree: Path, capsys: pytest.CaptureFixture) -> None:
    (tree / SHOP).write_text("patches: [{path: a.yaml}]\n")
    before = kustomizations(tree)
    assert cli.main(["namespace-labels", "--root", str(tree)]) == 2
    assert f"{SHOP}: patches isn't a list of lines" in capsys.readouterr().err
    assert kustomizations(tree) == before
