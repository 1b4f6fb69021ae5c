"""renovate.json finds every image of the library, and offers no other major version of PostgreSQL."""

import fnmatch
import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from .conftest import ROOT

CONFIG = json.loads((ROOT / "renovate.json").read_text())
PLACEHOLDERS = {"app", "nfs-server"}


def files(manager: str) -> list[Path]:
    """Return the files in git's sense that a manager reads: patterns are regular expressions between slashes."""
    patterns = [re.compile(pattern.strip("/")) for pattern in CONFIG[manager]["managerFilePatterns"]]
    found = [*ROOT.glob("*/**/*"), *ROOT.glob("*")]
    return [path for path in found if any(p.search(path.relative_to(ROOT).as_posix()) for p in patterns)]


def images(value: object) -> Iterator[str]:
    """Yield every `image:` in a document."""
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "image" and isinstance(below, str):
            yield below
        else:
            yield from images(below)


def images_of(path: Path) -> set[str]:
    return {image for document in yaml.safe_load_all(path.read_bytes()) for image in images(document)}


def disabled(package: str, update: str = "") -> bool:
    """Whether the rules switch an update of a package off."""
    for rule in CONFIG["packageRules"]:
        named = package in rule.get("matchPackageNames", ())
        if named and rule.get("enabled") is False and update in rule.get("matchUpdateTypes", [update]):
            return True
    return False


def test_every_image_of_the_library_is_renewed() -> None:
    read = {path for path in files("kubernetes") if path.is_file()}
    every = {path for top in ("base", "components") for path in (ROOT / top).rglob("*.yaml")}
    with_images = {path: names for path in every if (names := images_of(path))}
    assert len(with_images) > 10
    assert set(with_images) <= read
    renewed = {name.partition(":")[0] for names in with_images.values() for name in names} - PLACEHOLDERS
    assert {"postgres", "valkey/valkey", "restic/restic"} <= renewed
    assert not any(disabled(name) for name in renewed)
    assert all(disabled(name) for name in PLACEHOLDERS)


def test_no_other_major_version_of_postgresql_is_offered() -> None:
    assert disabled("postgres", "major")
    assert not disabled("postgres", "minor")


def test_every_image_of_ours_is_renewed() -> None:
    built = {path for top in ("examples", "packaging") for path in (ROOT / top).rglob("Containerfile")}
    assert built
    assert built <= set(files("dockerfile"))


def test_what_is_kept_on_purpose_exists() -> None:
    [kept] = [rule["matchFileNames"] for rule in CONFIG["packageRules"] if "matchFileNames" in rule]
    modules = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("packaging/go/*/go.mod")]
    for pattern in kept:
        assert fnmatch.filter(modules, pattern.replace("**", "*")), pattern
