"""Every format: what it writes is read back, also when a customer chose the words."""

import io
import json
import re
from urllib.parse import unquote
from xml.etree import ElementTree as Xml

import jsonschema_rs
import pytest

from validators import formats, rules
from validators.finding import ERROR, WARNING, Finding, Place, Report, printable
from validators.formats import sarif

from ..conftest import ROOT

SIZE = Finding(
    Place("overlays/customers/example/shop/web.yaml", 3, 5),
    "customer-patches",
    "resources of web is a size",
    "ask the platform for more",
    app="example/shop",
    subject="Deployment/web",
)
ALIAS = Finding(
    Place("overlays/customers/example/blog/kustomization.yaml", 1),
    "yaml-strict",
    "alias *x",
    "write it out",
    app="example/blog",
)
WARNED = Finding(Place("base/kustomization.yaml", 2), "some-rule", "looks odd", severity=WARNING)
# What a commit could hold to end a line, an annotation or an element, to colour, to hide, to link or to break a parser.
HOSTILE = [
    "a\n::error file=x::forged",
    "a\r\n::stop-commands::t",
    "::add-mask::example",
    "100%0A::error::forged",
    "a,line=1,title=b:c",
    "\x1b[2K\x1b[1A\x1b]8;;https://example.com\x1b\\",
    "]]></failure><testcase/>&amp;<",
    "\"quoted' \\",
    "right\u202eto left \u200b\u2028",
    "lone \ud800 surrogate \ufffe \x00",
    "[click](https://example.com)",
    "##[error]old style",
    "\U000e0041 tag",
]


def report(*findings: Finding, colour: bool = False) -> Report:
    return Report(list(findings), apps=2, files=1200, seconds=1.234, colour=colour)


def written(name: str, *findings: Finding, colour: bool = False) -> str:
    stream = io.StringIO()
    formats.writer(name)(report(*findings, colour=colour), stream)
    return stream.getvalue()


def hostile(text: str, severity: str = ERROR) -> Finding:
    place = Place(f"overlays/customers/example/shop/{text}.yaml", 2, 1)
    return Finding(place, "yaml-strict", text, text, severity, app=f"example/{text}", subject=f"Job/{text}")


def parsed(output: str) -> Xml.Element:
    return Xml.fromstring(output)  # noqa: S314


def unescaped(text: str) -> str:
    """Undo what the runner of GitHub Actions undoes, in its order."""
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def annotations(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Parse the workflow commands in a log as the runner does: anything that it would take for one."""
    found = []
    for line in output.splitlines():
        if line.strip().startswith("::"):
            match = re.fullmatch(r"::([^ :]+)(?: (.*?))?::(.*)", line.strip())
            assert match, line
            pairs = (pair.partition("=") for pair in (match[2] or "").split(","))
            found.append((match[1], {key: unescaped(value) for key, _, value in pairs}, unescaped(match[3])))
    return found


def test_every_format_is_tested() -> None:
    tested = {
        name
        for name in formats.names()
        if f'written("{name}"' in (ROOT / "tests/validators/test_formats.py").read_text()
    }
    assert tested == set(formats.names())


@pytest.mark.parametrize("name", formats.names())
@pytest.mark.parametrize("text", HOSTILE)
def test_prints_only_text(name: str, text: str) -> None:
    output = written(name, hostile(text))
    assert all(char.isprintable() or char == "\n" for char in output)
    output.encode()


@pytest.mark.parametrize("name", ["text", "github"])
@pytest.mark.parametrize("text", HOSTILE)
def test_adds_no_line(name: str, text: str) -> None:
    assert written(name, hostile(text)).count("\n") == written(name, hostile("plain")).count("\n")


def test_text() -> None:
    assert written("text", SIZE, ALIAS, WARNED) == (
        "the repository\n"
        "base/kustomization.yaml:2:1: some-rule: warning: looks odd\n"
        "\n"
        "example/blog\n"
        "overlays/customers/example/blog/kustomization.yaml:1:1: yaml-strict: alias *x; write it out\n"
        "\n"
        "example/shop\n"
        "overlays/customers/example/shop/web.yaml:3:5: customer-patches: "
        "resources of web is a size; ask the platform for more\n"
        "\n"
        "2 apps, 1,200 files, 1.23 s: 2 errors, 1 warning\n"
    )
    assert written("text") == "2 apps, 1,200 files, 1.23 s: no findings\n"


def test_text_in_colour_says_the_same() -> None:
    coloured = written("text", SIZE, ALIAS, colour=True)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == written("text", SIZE, ALIAS)
    assert "\x1b[31m" not in written("text", WARNED, colour=True)


def test_json() -> None:
    data = json.loads(written("json", SIZE, WARNED))
    assert data["summary"] == {"apps": 2, "files": 1200, "errors": 1, "warnings": 1, "seconds": 1.234}
    assert [Finding.from_dict(finding) for finding in data["findings"]] == [SIZE, WARNED]


def test_github() -> None:
    [(level, properties, message)] = annotations(written("github", SIZE))
    assert (level, message) == ("error", "resources of web is a size; ask the platform for more")
    assert properties == {"file": SIZE.place.path, "line": "3", "col": "5", "title": "customer-patches (example/shop)"}
    assert annotations(written("github", WARNED))[0][0] == "warning"
    assert written("github").startswith("2 apps, 1,200 files: 0 errors")


@pytest.mark.parametrize("text", HOSTILE)
def test_github_shows_what_was_written(text: str) -> None:
    [(level, properties, message)] = annotations(written("github", hostile(text)))
    shown = printable(text)
    assert (level, message) == ("error", f"{shown}; {shown}")
    assert properties["file"] == f"overlays/customers/example/shop/{shown}.yaml"
    assert properties["line"] == "2"


def test_junit() -> None:
    root = parsed(written("junit", SIZE, ALIAS, WARNED))
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "3", "2")
    assert [suite.get("name") for suite in root] == ["the repository", "example/blog", "example/shop"]
    failure = root.find("testsuite[@name='example/shop']/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "resources of web is a size; ask the platform for more"
    assert "web.yaml:3:5" in (failure.text or "")
    assert root.find("testsuite[@name='the repository']/testcase/failure") is None
    for element in (root, *root):
        assert element.get("tests") == str(len(element.findall(".//testcase")))
        assert element.get("failures") == str(len(element.findall(".//failure")))


def test_junit_of_a_clean_run_has_a_case() -> None:
    root = parsed(written("junit"))
    assert len(root.findall(".//testcase")) == 1
    assert root.findall(".//failure") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_junit_shows_what_was_written(text: str) -> None:
    root = parsed(written("junit", hostile(text)))
    [failure] = root.findall(".//failure")
    shown = printable(text)
    assert failure.get("message") == f"{shown}; {shown}"


@pytest.fixture(scope="session")
def sarif_schema() -> jsonschema_rs.Validator:
    """The OASIS schema of SARIF 2.1.0, errata 01."""
    return jsonschema_rs.validator_for(
        json.loads((ROOT / "tests/validators/sarif-schema-2.1.0.json").read_text()), validate_formats=True
    )


@pytest.mark.parametrize("findings", [[], [SIZE, ALIAS, WARNED], [hostile(text) for text in HOSTILE]], ids=len)
def test_sarif_fits_its_schema(findings: list[Finding], sarif_schema) -> None:
    log = json.loads(written("sarif", *findings))
    sarif_schema.validate(log)
    locations = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in log["runs"][0]["results"]]
    assert [unquote(location["uri"]) for location in locations] == [printable(f.place.path) for f in findings]
    [run] = log["runs"]
    assert len(run["results"]) == len(findings)
    del log["runs"][0]["tool"]["driver"]["name"]
    assert not sarif_schema.is_valid(log)


def test_sarif() -> None:
    [run] = json.loads(written("sarif", SIZE, SIZE, WARNED))["runs"]
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(described) == {*rules.every(), "some-rule"}
    assert "Why:" in described["yaml-strict"]["help"]["markdown"]
    first, second, third = run["results"]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "customer-patches"
    [location] = first["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 5}
    assert location["physicalLocation"]["artifactLocation"]["uri"] == SIZE.place.path
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "example/shop/Deployment/web"
    assert (first["level"], third["level"]) == ("error", "warning")
    assert first["partialFingerprints"] != second["partialFingerprints"]


def test_sarif_fingerprint_survives_moved_lines() -> None:
    moved = Finding(
        SIZE.place._replace(line=30), SIZE.rule, SIZE.message, "new hint", app=SIZE.app, subject=SIZE.subject
    )
    prints = [
        json.loads(written("sarif", f))["runs"][0]["results"][0]["partialFingerprints"] for f in (SIZE, moved, ALIAS)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_sarif_has_no_links_of_others() -> None:
    message = json.loads(written("sarif", hostile("[click](https://example.com)")))["runs"][0]["results"][0]["message"]
    assert "](" not in message["text"]


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({"CI_PROJECT_URL": "https://git.example.com/acme/apps", "CI_COMMIT_SHA": "abc"}, "/-/blob/abc/docs/rules/"),
        ({"GITHUB_REPOSITORY": "acme/apps", "GITHUB_SHA": "abc"}, "https://github.com/acme/apps/blob/abc/docs/rules/"),
        ({}, None),
    ],
)
def test_sarif_leads_to_the_rules_pages(variables: dict[str, str], address: str | None, monkeypatch) -> None:
    for name in ("CI_PROJECT_URL", "CI_COMMIT_SHA", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "GITHUB_SHA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    sarif._docs.cache_clear()
    described = json.loads(written("sarif"))["runs"][0]["tool"]["driver"]["rules"]
    sarif._docs.cache_clear()
    assert len(described) > 50
    for rule in described:
        uri = rule.get("helpUri")
        assert (address in uri) if address else uri is None
        assert address is None or (ROOT / "docs/rules" / uri.rpartition("/")[2]).is_file()
