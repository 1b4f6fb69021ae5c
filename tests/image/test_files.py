"""Which commands an image has: the script that looks, the Pod it runs in, and what is said."""

import copy
import subprocess

import pytest

from validators.image import files
from validators.image.files import File, Files
from validators.image.verdict import FAILS, Report
from validators.render.objects import Object

from ..conftest import ROOT

GOOD = File("file", True, True, False, "/bin/sh")
MISSING = File("missing", False, True, False, "")
ALL = {"/bin/sh": GOOD, "/init": GOOD, "/run": GOOD, "/run/run": MISSING, "/async": MISSING, "/scheduler": MISSING}


@pytest.fixture(scope="module")
def rendered(kustomizes) -> list[Object]:
    """The smallest example."""
    from validators.render.objects import parse

    return parse(next(iter(kustomizes.values())).build(ROOT / "overlays/ungleich/example/minimal"))


def named(rendered: list[Object], kind: str, name: str) -> Object:
    return next(one for one in rendered if (one.kind, one.name) == (kind, name))


def script(tmp_path, content: str, mode: int = 0o755) -> File:
    """What the script says of a file, which stands in for /init."""
    path = tmp_path / "init"
    path.write_bytes(content.encode())
    path.chmod(mode)
    looking = ["bash", "-c", files._LOOK, "look", "/bin/sh", str(path)]
    said = subprocess.run(looking, capture_output=True, text=True, check=True).stdout
    return files.parse(said)[str(path)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("#!/bin/sh\necho\n", File("file", True, True, False, "/bin/sh")),
        ("#!/bin/sh -eu\n", File("file", True, True, False, "/bin/sh")),
        ("#! /bin/sh", File("file", True, True, False, "/bin/sh")),
        ("#!/bin/sh\r\necho\r\n", File("file", True, True, True, "/bin/sh")),
        ("#!/opt/none/python3\n", File("file", True, False, False, "/opt/none/python3")),
        ("\x7fELF\0\0\0", File("file", True, True, False, "")),
        ("", File("file", True, True, False, "")),
    ],
)
def test_the_script_reads_the_first_line(tmp_path, content: str, expected: File) -> None:
    assert script(tmp_path, content) == expected


def test_the_script_tells_what_is_not_executable(tmp_path) -> None:
    assert not script(tmp_path, "#!/bin/sh\n", 0o644).executable


def test_the_pod_is_webs_but_for_what_it_runs(rendered: list[Object]) -> None:
    web = named(rendered, "Deployment", "web")
    before = copy.deepcopy(web.data)
    pod = files.pod(web, named(rendered, "Job", "migrate"))
    assert web.data == before
    for key in ("securityContext", "serviceAccountName", "automountServiceAccountToken", "enableServiceLinks"):
        assert pod["spec"][key] == web.pod[key]
    [container], [there] = pod["spec"]["containers"], web.pod["containers"]
    for key in ("image", "imagePullPolicy", "securityContext", "resources"):
        assert container[key] == there[key]
    assert pod["spec"]["initContainers"][0]["securityContext"] == there["securityContext"]
    assert pod["metadata"]["labels"] != web.pod.get("labels")


def judge(commands: dict[str, list[str]] | None = None, **changes: File) -> tuple[bool, Report]:
    report = Report("image")
    found = Files(ALL | {f"/{path.replace('_', '/')}": file for path, file in changes.items()})
    return files.judge(found, commands or {}, report), report


def test_good_files() -> None:
    goes_on, report = judge()
    assert goes_on
    assert report.failed == []
    assert report.found["async-command"].verdict == "not applicable"


@pytest.mark.parametrize(
    ("changes", "check", "change"),
    [
        ({"init": MISSING}, "init-command", "COPY --chmod=0755 init /init"),
        ({"init": GOOD._replace(executable=False)}, "init-command", "--chmod=0755"),
        ({"init": GOOD._replace(kind="folder")}, "init-command", "Make /init a file"),
        ({"init": GOOD._replace(crlf=True)}, "init-command", "Unix line ends"),
        ({"init": GOOD._replace(interpreter_there=False)}, "init-command", "Name an interpreter"),
        ({"run": MISSING}, "run-command", "/run"),
        ({"run": GOOD._replace(kind="folder")}, "run-command", "/run/run"),
        ({"async": GOOD._replace(executable=False)}, "async-command", "--chmod=0755"),
        ({"bin_sh": MISSING}, "shell", "install a shell"),
    ],
)
def test_each_fault_is_said(changes: dict[str, File], check: str, change: str) -> None:
    goes_on, report = judge(**changes)
    assert report.failed == [check]
    assert change in report.found[check].change
    assert goes_on == (check in ("async-command", "shell"))


def test_commands_that_are_patched_in_need_not_be_there() -> None:
    commands = {"init-command": ["python", "manage.py", "migrate"], "run-command": ["gunicorn", "shop.wsgi"]}
    goes_on, report = judge(commands, init=MISSING, run=MISSING, bin_sh=MISSING)
    assert (goes_on, report.failed) == (True, [])
    assert report.found["run-command"].seen == "patched: gunicorn shop.wsgi"
    goes_on, report = judge({"init-command": ["python"]}, init=MISSING, run=MISSING)
    assert (goes_on, report.failed) == (False, ["run-command"])


def test_run_may_be_in_a_folder() -> None:
    goes_on, report = judge(run=GOOD._replace(kind="folder"), run_run=GOOD)
    assert goes_on
    assert report.found["run-command"].seen == "/run/run"


def test_verdicts_are_those_of_the_contract() -> None:
    assert {one.verdict for one in Report("image").verdicts} == {"not applicable"}
    _, report = judge(init=MISSING)
    assert [one.check for one in report.verdicts if one.verdict == FAILS] == ["init-command"]
