"""What README.md and docs/ tell people to type and to open is there."""

import re
import subprocess
from pathlib import Path

import pytest

from validators import cli
from validators.commands import check_image, new_app, seal

from .conftest import ROOT

PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("components/**/README.md")])
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z0-9-]*):.*?## ", MAKEFILE, re.M))
MAKE = re.compile(r"^(?:    |\$ )make ([a-z0-9-]+)([^\n#|<`]*)|`make ([a-z0-9-]+)([^`]*)`", re.M)
TEXT = {str(page.relative_to(ROOT)): page.read_text() for page in PAGES}


def commands() -> list[tuple[str, str, str]]:
    """Return page, target and the rest of each `make` command in the documentation."""
    found = []
    for page, text in TEXT.items():
        for match in MAKE.finditer(text):
            found.append((page, match[1] or match[3], (match[2] or match[4] or "").strip()))
    return found


def test_the_documented_targets_exist() -> None:
    assert {target for _, target, _ in commands()} >= {"demo", "test", "new-app", "seal", "check"}
    assert [(page, target) for page, target, _ in commands() if target not in TARGETS] == []


def test_the_documented_variables_exist() -> None:
    known = set(re.findall(r"\$\(call given,([A-Z]+)\)", MAKEFILE)) | {"ARGS", "PYTHON3"}
    used = [(page, name) for page, _, rest in commands() for name in re.findall(r"([A-Z][A-Z0-9]*)=", rest)]
    assert used
    assert [entry for entry in used if entry[1] not in known] == []


def test_both_commands_stand_on_the_first_screen() -> None:
    first = "\n".join((ROOT / "README.md").read_text().splitlines()[:24])
    assert "make demo" in first
    assert "make test" in first


def test_make_alone_prints_every_target_in_groups() -> None:
    printed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make ([a-z0-9-]+)", printed, re.M)) == TARGETS
    assert len(re.findall(r"^\S", printed, re.M)) >= 3


def test_recipes_are_short() -> None:
    recipes = re.split(r"^(?=\S)", MAKEFILE, flags=re.M)
    assert [recipe.splitlines()[0] for recipe in recipes if recipe.count("\n\t") > 10] == []


@pytest.mark.parametrize("command", [new_app, seal, check_image])
def test_make_passes_every_option(command) -> None:
    """An option that make can't give would be one that the README's reader doesn't have."""
    name = command.__name__.rpartition(".")[2].replace("_", "-")
    recipe = re.search(rf"^{name}:.*\n((?:\t.*\n)+)", MAKEFILE, re.M)
    parser = cli.build_parser(name)._subparsers._group_actions[0].choices[name]
    options = {option.option_strings[0] for option in parser._actions if option.option_strings} - {"-h", "--root"}
    assert recipe
    assert set(re.findall(r"(--[a-z-]+)=", recipe[1])) == options


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TEXT)
def test_links_lead_somewhere(page: str) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", TEXT[page]):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", TEXT)
def test_named_files_exist(page: str) -> None:
    """`components/x`, `overlays/...`, `docs/...` in code marks are there, but for <placeholders>."""
    named = re.findall(
        r"`((?:base|components|overlays|validators|tests|docs|examples|packaging)/[\w./-]+)`", TEXT[page]
    )
    made_up = ("overlays/customers/acme", "overlays/ungleich/acme", "overlays/customers/customer")
    missing = [name for name in named if not name.startswith(made_up) and not (ROOT / name).exists()]
    assert missing == []


def test_the_demo_does_what_the_readme_says() -> None:
    done = subprocess.run(["make", "demo"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for shown in ("Deployment", "Memory max", "shop.acme.example", "findings", "objects in"):
        assert shown in done.stdout
    assert not list(Path(ROOT, "overlays").glob("*/acme"))
