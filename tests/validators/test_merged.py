"""What differs only in its object is one finding, the same in every format."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.generators import mistakes
from validators import formats
from validators.finding import ERROR, WARNING, Finding, Place, Report, merged

from ..conftest import ROOT

PLACE = Place("overlays/customers/example/shop/web.yaml", 3, 5)
WEB = Finding(
    PLACE, "ipv4-bind", "0.0.0.0 is IPv4 only", "write [::]:8000", app="example/shop", subject="Deployment/web"
)
ASYNC = replace(WEB, subject="Deployment/async")
JOB = replace(WEB, subject="Job/migrate")


def test_one_for_all_objects() -> None:
    (one,) = merged([WEB, JOB, ASYNC, WEB])
    assert (one.subject, one.others) == ("Deployment/async", ("Deployment/web", "Job/migrate"))
    assert (one.place, one.rule, one.message, one.hint) == (WEB.place, WEB.rule, WEB.message, WEB.hint)


@pytest.mark.parametrize(
    "other",
    [
        replace(ASYNC, place=Place(PLACE.path, 4)),
        replace(ASYNC, rule="image-tag"),
        replace(ASYNC, message="else"),
        replace(ASYNC, hint="else"),
        replace(ASYNC, severity=WARNING),
        replace(ASYNC, app="example/blog"),
    ],
)
def test_what_differs_in_more_stays_apart(other: Finding) -> None:
    assert len(merged([WEB, other])) == 2
    assert all(not finding.others for finding in merged([WEB, other]))


def test_without_an_object_it_stays_as_it_is() -> None:
    plain = replace(WEB, subject="")
    assert merged([plain, plain]) == [plain]
    assert merged([plain, WEB]) == [WEB]


def test_a_kept_result_gives_the_same() -> None:
    for finding in merged([WEB, ASYNC]):
        assert Finding.from_dict(json.loads(json.dumps(finding.as_dict()))) == finding


@pytest.mark.parametrize("name", formats.names())
@pytest.mark.parametrize("colour", [False, True])
def test_every_format_names_the_objects_once(name: str, colour: bool) -> None:
    stream = io.StringIO()
    report = Report(merged([WEB, ASYNC, JOB]), apps=1, files=1, seconds=0.1, colour=colour)
    formats.writer(name)(report, stream)
    output = stream.getvalue()
    assert report.errors == 1
    for named in ("Deployment/async", "Deployment/web", "Job/migrate"):
        assert named in output
    if name == "text":
        assert output.count(WEB.message) == 1
    if name == "sarif":
        (result,) = json.loads(output)["runs"][0]["results"]
        names = [entry["fullyQualifiedName"] for entry in result["locations"][0]["logicalLocations"]]
        assert names == ["example/shop/Deployment/async", "example/shop/Deployment/web", "example/shop/Job/migrate"]
    if name == "json":
        (finding,) = json.loads(output)["findings"]
        assert (finding["subject"], finding["others"]) == ("Deployment/async", ["Deployment/web", "Job/migrate"])
        assert finding["severity"] == ERROR


def test_a_patch_of_all_pods_is_one_line_of_the_check(tmp_path: Path) -> None:
    line = "- {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: A, value: $(NOPE)}}\n"
    old = (ROOT / "overlays/customers/example/shop/secret-files.yaml").read_text(encoding="utf-8")
    mistake = {"title": "all pods", "app": "example/shop", "replace": {"secret-files.yaml": [old, line + old]}}
    mistakes.commit(ROOT, tmp_path, mistake)
    (finding,) = mistakes.check(tmp_path, "example/shop")
    assert (finding.rule, finding.place.line) == ("environment", 1)
    assert (finding.subject, *finding.others) == (
        "Deployment/async",
        "Deployment/async-2",
        "Deployment/scheduler",
        "Deployment/web",
        "Job/migrate",
    )
