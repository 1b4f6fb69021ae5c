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


def files(patterns: list[str]) -> set[Path]:
    """Return the files that a manager reads: its patterns are regular expressions between slashes."""
    known = [re.compile(pattern.strip("/")) for pattern in patterns]
    every = [path for top in ("base", "components", "examples", "packaging") for path in (ROOT / top).rglob("*.*")]
    every += [path for top in ("examples", "packaging") for path in (ROOT / top).rglob("Containerfile")]
    return {path for path in every if any(one.search(path.relative_to(ROOT).as_posix()) for one in known)}


def images(value: object) -> Iterator[str]:
    """Yield every `image:` in a document."""
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "image" and isinstance(below, str):
            yield below
        else:
            yield from images(below)


def found(path: Path) -> set[str]:
    """Return the images that Renovate finds in a file: in Kubernetes objects, and by the expression in lists."""
    names = set()
    if path in files(CONFIG["kubernetes"]["managerFilePatterns"]):
        for document in yaml.safe_load_all(path.read_bytes()):
            names |= set(images(document)) if isinstance(document, dict) and "kind" in document else set()
    for manager in CONFIG["customManagers"]:
        if path in files(manager["managerFilePatterns"]):
            for text in manager["matchStrings"]:
                expression = re.compile(text.replace("?<", "?P<"))
                names |= {f"{one['depName']}:{one['currentValue']}" for one in expression.finditer(path.read_text())}
    return names


def disabled(package: str, update: str = "") -> bool:
    """Whether the rules switch an update of a package off."""
    for rule in CONFIG["packageRules"]:
        named = package in rule.get("matchPackageNames", ())
        if named and rule.get("enabled") is False and update in rule.get("matchUpdateTypes", [update]):
            return True
    return False


def test_every_image_of_the_library_is_found_and_renewed() -> None:
    there = {}
    for path in (path for top in ("base", "components") for path in (ROOT / top).rglob("*.yaml")):
        every = {name for document in yaml.safe_load_all(path.read_bytes()) for name in images(document)}
        if tagged := {name for name in every if ":" in name}:
            there[path] = tagged
            assert tagged <= found(path), path
    assert len(there) > 5
    renewed = {name.partition(":")[0] for names in there.values() for name in names}
    assert {"postgres", "valkey/valkey", "restic/restic", "nginxinc/nginx-unprivileged"} <= renewed
    assert not any(disabled(name) for name in renewed)
    assert all(disabled(name) for name in PLACEHOLDERS)


def test_no_other_major_version_of_postgresql_is_offered() -> None:
    assert disabled("postgres", "major")
    assert not disabled("postgres", "minor")


def test_every_image_of_ours_is_renewed() -> None:
    built = {path for top in ("examples", "packaging") for path in (ROOT / top).rglob("Containerfile")}
    assert built
    assert built <= files(CONFIG["dockerfile"]["managerFilePatterns"])


def test_what_is_kept_on_purpose_exists() -> None:
    [kept] = [rule["matchFileNames"] for rule in CONFIG["packageRules"] if "matchFileNames" in rule]
    modules = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("packaging/go/*/go.mod")]
    for pattern in kept:
        assert fnmatch.filter(modules, pattern.replace("**", "*")), pattern
