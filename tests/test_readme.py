"""What README.md and docs/ tell people to type and to open is there."""

import itertools
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from validators import cli
from validators.authoring import new_app
from validators.sources.zones import Zones

from .conftest import ROOT
from .zones import PLATFORM

PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("components/**/README.md")])
MARKDOWN = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
]
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


def told() -> dict[str, set[str]]:
    """Return the variables that `make` prints for each target."""
    printed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    parts = re.split(r"^  make ", printed.partition("\nAny target")[0], flags=re.M)[1:]
    return {part.split()[0]: set(re.findall(r"\b([A-Z][A-Z_0-9]+)(?==)", part)) for part in parts}


def test_the_documented_variables_exist() -> None:
    known = told()
    used = [
        (page, target, name) for page, target, rest in commands() for name in re.findall(r"\b([A-Z][A-Z0-9_]*)=", rest)
    ]
    assert used
    assert [entry for entry in used if entry[2] not in known[entry[1]] | {"PYTHON3"}] == []


def block(first_line: str) -> list[str]:
    """Return the lines of README's indented block that begins so."""
    lines = (ROOT / "README.md").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"    {first_line}"))
    return [line[4:] for line in itertools.takewhile(lambda line: line.startswith("    "), lines[start:])]


def test_picture_folders_and_both_commands_stand_on_the_first_screen() -> None:
    first = "\n".join((ROOT / "README.md").read_text().splitlines()[:46])
    for wanted in (
        "(docs/architecture.svg)",
        "overlays/ungleich/acme/shop/",
        "make demo",
        "make check",
        "make test",
        "customer-kustomization",
    ):
        assert wanted in first


def test_the_two_folders_are_those_of_a_new_app(tmp_path: Path) -> None:
    for folder in ("base", "components", "overlays/template"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    made = new_app.make(
        tmp_path, new_app.choose("acme", "shop", "registry.example.com/acme/shop:1.0.0", "shop.acme.example")
    )
    wanted = []
    for folder in made:
        wanted += [f"{folder.relative_to(tmp_path)}/", *(f"  {path.name}" for path in sorted(folder.iterdir()))]
    assert [re.split(r"(?<=\S) ", line)[0] for line in block("overlays/customers/acme/shop/")] == wanted


def pieces(line: str) -> list[str]:
    """Return what stands between the places where a line is shortened."""
    return [piece for piece in line.split("...") if piece.strip()]


def missing(shown: list[str], printed: str) -> list[str]:
    """Return what of the lines, shortened by `...`, is not printed, in this order."""
    lines, found = iter(printed.splitlines()), []
    for line in shown:
        if (wanted := pieces(line)) and not any(all(piece in one for piece in wanted) for one in lines):
            found.append(line)
    return found


def test_make_alone_prints_every_target_in_groups() -> None:
    printed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make ([a-z0-9-]+)", printed, re.M)) == TARGETS
    assert len(re.findall(r"^\S", printed, re.M)) >= 3


def test_make_alone_prints_every_variable() -> None:
    """Of each target: those that its recipe reads, or its command takes, and no other."""
    recipes = dict(re.findall(r"^([a-z][a-z0-9-]*):.*?## .*\n((?:\t.*\n)*)", MAKEFILE, re.M))
    read = re.compile(r"\$\(call given,([A-Z_]+)\)|\$\((?:or \$\()?([A-Z]+)\b|origin ([A-Z]+)")
    own = set(re.findall(r"^([A-Z0-9_]+) [:?]?= ", MAKEFILE, re.M)) | {"MAKE", "MAKEFILE", "CURDIR"}
    found = {name: {"".join(match) for match in read.findall(recipe)} - own for name, recipe in recipes.items()}
    passing = [name for name, recipe in recipes.items() if "$(variables)" in recipe]
    assert set(passing) >= {"new-app", "seal", "check-image"}
    for name in passing:
        found[name] |= {option[2:].replace("-", "_").upper() for option in options(name)}
    assert told() == found


def options(command: str) -> set[str]:
    """Return the options of a command, but for those that make has no variable for."""
    parser = cli.build_parser(command)._subparsers._group_actions[0].choices[command]
    return {action.option_strings[0] for action in parser._actions if action.option_strings} - {"-h", "--root"}


def test_recipes_are_short() -> None:
    recipes = re.split(r"^(?=\S)", MAKEFILE, flags=re.M)
    assert [recipe.splitlines()[0] for recipe in recipes if recipe.count("\n\t") > 10] == []


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


def ours(name: str) -> str:
    """Return a path of a hoster's repository as it is here."""
    return name.replace(Zones().platform, PLATFORM, 1)


@pytest.mark.parametrize("page", TEXT)
def test_named_files_exist(page: str) -> None:
    """`components/x`, `overlays/...`, `docs/...` in code marks are there, but for <placeholders>."""
    named = re.findall(
        r"`((?:base|components|overlays|validators|tests|docs|examples|packaging)/[\w./-]+)`", TEXT[page]
    )
    made_up = (
        "overlays/customers/acme",
        "overlays/ungleich/acme",
        "overlays/customers/customer",
        "overlays/ungleich/rings.yaml",  # the platform's, if it has rings
    )
    missing = [name for name in named if not name.startswith(made_up) and not (ROOT / ours(name)).exists()]
    assert missing == []


def test_the_demo_does_what_the_readme_says() -> None:
    done = subprocess.run(["make", "demo"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shown = block("$ make new-app")
    assert len(shown) > 10
    assert missing(shown, done.stdout) == []
    assert missing([line.replace("1 error", "2 errors") for line in shown], done.stdout), "a planted difference"
    assert not list(Path(ROOT, "overlays").glob("*/acme"))


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_are_readable_raw(page: Path) -> None:
    """In an editor, where a line of a table is one line."""
    long = [number for number, line in enumerate(page.read_text().splitlines(), 1) if len(line) > 400]
    assert long == []
