"""make restore-beside: a copy that passes the check, in which nothing works on its own, and that says what isn't there."""

import re
import shutil
from pathlib import Path

import pytest

from tests.zones import PLATFORM
from validators.check.run import check
from validators.check.selection import Options
from validators.cli import main
from validators.render import kustomize, objects
from validators.sources.tree import CUSTOMERS

from .test_staging import SEALED, texts, tree

__all__ = ["tree"]
BACKUP = "  - ../../../../components/backup\n"


def call(tree: Path, name: str, *words: str) -> int:
    return main(["restore-beside", f"--root={tree}", "CUSTOMER=acme", f"APP={name}", *words])


@pytest.fixture
def shop(tree: Path) -> Path:
    """The shop, which has workers, cron and a way out, with a backup."""
    folder = tree / PLATFORM / "acme/shop"
    text = (folder / "kustomization.yaml").read_text()
    text = re.sub(
        r"(  - \S+components/(postgres|valkey)\S*\n)(?!  - \S+components/(postgres|valkey))",
        rf"\1{BACKUP}",
        text,
        count=1,
    )
    text = text.replace("  - sizing.yaml\n", "  - sizing.yaml\n  - backup-secret.yaml\n")
    (folder / "kustomization.yaml").write_text(text)
    shutil.copy(tree / PLATFORM / "acme/photos/backup-secret.yaml", folder)
    sizing = (tree / PLATFORM / "acme/photos/sizing.yaml").read_text()
    [block] = re.findall(r"^  backup:\n(?:    .*\n)+", sizing, re.M)
    (folder / "sizing.yaml").write_text((folder / "sizing.yaml").read_text().replace("spec:\n", f"spec:\n{block}", 1))
    return tree


def test_nothing_of_it_works_on_its_own(shop: Path, capsys: pytest.CaptureFixture) -> None:
    before = texts(shop, "shop")
    assert call(shop, "shop") == 0
    said = capsys.readouterr().out
    assert texts(shop, "shop") == before
    rendered = objects.parse(kustomize.find().build(shop / PLATFORM / "acme/shop-restore"))
    found = {(one.kind, one.name): one for one in rendered}
    assert {one.get("spec", "suspend") for one in rendered if one.kind == "CronJob"} == {True}
    workers = [one for one in rendered if one.kind == "Deployment" and one.name.startswith(("async", "scheduler"))]
    assert workers and {one.get("spec", "replicas") for one in workers} == {0}
    assert ("NetworkPolicy", "allow-egress") not in found
    assert ("Deployment", "page") in found and ("Job", "migrate") not in found
    assert {one.namespace for one in rendered if one.kind == "SealedSecret"} == {"acme-shop-restore"}
    for text in (*said.splitlines(),):
        assert len(text) < 260
    for says in (
        "no mail, no payment, no webhook",
        "APP=shop-restore FROM=shop POINT=",
        "only reads bucket acme-shop",
        "no point is made of it",
    ):
        assert says in said


def test_no_seal_of_the_original_is_in_it_and_it_passes(shop: Path) -> None:
    seals = {seal for text in texts(shop, "shop").values() for seal in SEALED.findall(text)}
    assert call(shop, "shop", "DAYS=3") == 0
    assert not [path for path, text in texts(shop, "shop-restore").items() for seal in seals if seal in text]
    paths = [shop / zone / "acme/shop-restore" for zone in (CUSTOMERS, PLATFORM)]
    found = check(Options(root=shop, paths=paths, cached=False)).findings
    assert {finding.rule for finding in found} <= {"not-sealed-yet", "backup-clock"}, found


def test_an_app_without_points_is_refused(tree: Path, capsys: pytest.CaptureFixture) -> None:
    before = sorted(tree.rglob("*"))
    assert call(tree, "blog") == 2
    assert "doesn't list components/backup: it has no points" in capsys.readouterr().err
    assert sorted(tree.rglob("*")) == before
