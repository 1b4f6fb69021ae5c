"""What the pages tell people to write passes the check, in an example to which it is added; and no page is left out."""

import re
import runpy
import types
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e import snippets
from tests.generators import mistakes
from tests.zones import PLATFORM
from validators.formats import text
from validators.sources.tree import CUSTOMERS

from .conftest import ROOT

CASES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests/snippets.yaml").read_text())
PAGES = sorted(
    page
    for pattern in ("README.md", "docs/*.md", "components/**/README.md", "overlays/**/README.md")
    for page in ROOT.glob(pattern)
)
ALL = [(page, heading, case) for page, headings in CASES.items() for heading, case in headings.items()]
CUSTOMERS_FILES = ("app.env",)
# A mapping or a list as YAML has it at its first line, and not a command or a value of app.env.
YAML = re.compile(r"(- |[A-Za-z]\w*:[ \n])")


def found(tree: Path, files: dict[str, str], case: dict[str, Any]) -> list[str]:
    """Add files to the case's example and return what the check finds."""
    zone, app = next((zone, case[zone]) for zone in ("customer", "platform") if zone in case)
    mistakes.commit(ROOT, tree, {"app": app})
    folder = tree / (CUSTOMERS if zone == "customer" else PLATFORM) / app
    snippets.write({name: body for name, body in files.items() if name in CUSTOMERS_FILES}, tree / CUSTOMERS / app)
    snippets.write({name: body for name, body in files.items() if name not in CUSTOMERS_FILES}, folder)
    if "apply" in case:  # by hand, and not in git: judged as if it were
        snippets.write({"kustomization.yaml": yaml.safe_dump({"resources": case["apply"]})}, folder)
    return [f"{finding.rule}: {text.line(finding)}" for finding in mistakes.check(tree, app)]


@pytest.mark.parametrize(("page", "heading", "case"), ALL, ids=[f"{page}#{heading}" for page, heading, _ in ALL])
def test_passes_as_it_says(tmp_path: Path, page: str, heading: str, case: dict[str, Any]) -> None:
    lines = found(tmp_path, snippets.below(page, heading), case)
    assert sorted({line.partition(":")[0] for line in lines}) == sorted(case.get("finds", [])), "\n".join(lines)


def test_a_wrong_one_would_be_found(tmp_path: Path) -> None:
    """The planted one: the route's patch with a misspelt field."""
    files = snippets.below("docs/behind-the-proxy.md", "Gateway API")
    files["web-route.yaml"] = files["web-route.yaml"].replace("backendRequest", "backendTimeout")
    assert found(tmp_path, files, CASES["docs/behind-the-proxy.md"]["Gateway API"])


def test_no_page_is_left_out() -> None:
    """Every heading with files of an app below it has a case."""
    named = {
        (page.relative_to(ROOT).as_posix(), heading)
        for page in PAGES
        for heading, files in snippets.sections(page.relative_to(ROOT).as_posix()).items()
        if any(name.endswith((".yaml", ".env")) for name in files)
    }
    assert named == {(page, heading) for page, heading, _ in ALL}


@pytest.mark.parametrize(("heading", "app"), [("A pod on a schedule", "blog"), ("A container beside another", "shop")])
def test_an_example_has_what_the_page_shows(heading: str, app: str) -> None:
    """docs/own-pods.md, whose manifests run on the cluster as the examples' own."""
    folder = ROOT / "overlays/ungleich/example" / app
    for name, body in snippets.below("docs/own-pods.md", heading).items():
        shown, there = yaml.safe_load(body), yaml.safe_load((folder / name).read_text())
        if name == "kustomization.yaml":
            assert all(entry in there[key] for key, entries in shown.items() for entry in entries)
        elif name == "sizing.yaml":
            assert there["spec"]["extra"] == shown["spec"]["extra"]
        else:
            assert there == shown


@pytest.mark.parametrize("page", [page for page in CASES if page.startswith("docs/")])
def test_every_block_of_yaml_is_a_file(page: str) -> None:
    blocks = snippets.blocks((ROOT / page).read_text())
    assert [block for block in blocks if not snippets.NAME.match(block) and YAML.match(block)] == []


def test_the_visitors_address_is_the_last_one(tmp_path: Path) -> None:
    """The middleware of the page, on requests with and without what a visitor can make up."""
    file = tmp_path / "visitor.py"
    file.write_text(snippets.below("docs/behind-the-proxy.md", "The visitor's address")["visitor.py"])
    middleware = runpy.run_path(str(file))["VisitorAddress"](lambda request: request.META["REMOTE_ADDR"])

    def address(**forwarded: str) -> str:
        return middleware(types.SimpleNamespace(META={"REMOTE_ADDR": "2001:db8::1", **forwarded}))

    assert address() == "2001:db8::1"
    assert address(HTTP_X_FORWARDED_FOR="2001:db8::7") == "2001:db8::7"
    assert address(HTTP_X_FORWARDED_FOR="127.0.0.1, 2001:db8::7") == "2001:db8::7"
