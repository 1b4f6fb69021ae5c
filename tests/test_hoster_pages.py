"""The pages in a hoster's repository: what they link to and name is there, or they say where it is."""

import re
from pathlib import Path

import pytest

from validators import cli

from . import hoster


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return hoster.empty(tmp_path / "apps")


def test_its_pages_lead_somewhere(repository: Path) -> None:
    """No page of it leads to a file that is only in the library's own repository, and what is there is linked still."""
    assert cli.main(["init", f"--root={repository}", *hoster.options()]) == 0
    links = [
        (page, link[2].partition("#")[0])
        for page in repository.rglob("*.md")
        for link in hoster.LINK.finditer(page.read_text())
        if "://" not in link[2]
    ]
    assert [f"{page}: {path}" for page, path in links if not (page.parent / path).exists()] == []
    assert len(links) > 500
    assert not (repository / "docs/proof.md").exists()
    assert "tests/test_" not in "".join(path for _, path in links)


ELSEWHERE = "library's repository"
"""What a page says where it names something that a hoster hasn't: in that paragraph, or for all of it before its first heading."""
_PARTS = "base|components|docs|examples|overlays|packaging|tests|validators"
NAMED = re.compile(rf"(?<![\w./-])((?:{_PARTS})/[\w./-]*)(?![\w./-]*[<*{{…])")
COMMAND = re.compile(r"(?:`|^    |^      )make ([a-z][a-z-]*)", re.M)
TOLD = re.compile(r"\bacme\b|/N$|/rings\.yaml$|^overlays/customers/$")
"""What a reader makes, or puts in: the app that pages tell of, a number, a fleet's rings, the first customer's folder."""


def astray(root: Path, page: str, text: str) -> list[str]:
    """Return the files, folders and commands that a page names in text or code, and that aren't in a hoster's repository."""
    head = text.partition("\n## ")[0]
    if "What is named here is in the library's repository." in head:
        return []
    found = []
    for paragraph in re.split(r"\n(?=\n(?! ))", hoster.LINK.sub(r"\1", text)):
        if ELSEWHERE in " ".join(paragraph.split()):
            continue
        paths = (path.rstrip(".") for path in NAMED.findall(paragraph))
        found += [path for path in paths if not TOLD.search(path) and not (root / path).exists()]
        found += [f"make {one}" for one in COMMAND.findall(paragraph) if one not in {*cli.names(), "check", "help"}]
    return [f"{page}: {one}" for one in found]


RECORDED = "docs/mistakes.md"
"""What the check printed about the library's examples, as it says."""


def test_its_pages_name_what_is_there(repository: Path) -> None:
    """No page tells to copy or run what is only in the library's own repository, without saying that it is there."""
    assert cli.main(["init", f"--root={repository}", *hoster.options()]) == 0
    pages = {page.relative_to(repository).as_posix(): page.read_text() for page in repository.rglob("*.md")}
    assert [one for page, text in pages.items() if page != RECORDED for one in astray(repository, page, text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Copy `overlays/platform/example/archive-nfs` and edit:", ["overlays/platform/example/archive-nfs"]),
        ("A complete example is in `examples/`.", ["examples/"]),
        ("A clone, `make setup`, and", ["make setup"]),
        ("Thus:\n\n    make setup\n", ["make setup"]),
        ("See [`examples/`](../examples/README.md).", ["examples/"]),
        ("In the library's\nrepository, `examples/` has it.\n\nCopy `tests/x`.", ["tests/x"]),
        ("`base/web/service.yaml`, `overlays/<platform>/`, `overlays/platform/acme/shop`, `make promote`.", []),
    ],
)
def test_a_page_that_leads_astray_is_found(repository: Path, text: str, found: list[str]) -> None:
    (repository / "base/web").mkdir(parents=True)
    (repository / "base/web/service.yaml").touch()
    assert astray(repository, "page.md", f"# A page\n\n{text}") == [f"page.md: {one}" for one in found]
