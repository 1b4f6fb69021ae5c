"""`restore` prints the app's own backup pod with another script, and says in a line what is wrong."""

from __future__ import annotations

import json

import pytest

from validators.cli import main

from .conftest import ROOT

POINT = "20261129T015504Z-3f9a1c"


def call(app: str = "photos", point: str = POINT, *more: str) -> int:
    return main(["restore", f"--root={ROOT}", "CUSTOMER=example", f"APP={app}", f"POINT={point}", *more])


def container_of(capsys: pytest.CaptureFixture) -> tuple[list[str], dict[str, str]]:
    """The command and the plain variables of the Job that was printed."""
    [container] = json.loads(capsys.readouterr().out)["spec"]["template"]["spec"]["containers"]
    return container["command"], {one["name"]: one["value"] for one in container["env"] if "value" in one}


def test_it_is_the_backups_pod_that_may_write_files(capsys: pytest.CaptureFixture) -> None:
    assert call() == 0
    job = json.loads(capsys.readouterr().out)
    pod = job["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert (job["kind"], job["metadata"]["namespace"], job["spec"]["backoffLimit"]) == ("Job", "example-photos", 0)
    assert job["spec"]["template"]["metadata"]["labels"] == {"app.kubernetes.io/name": "backup"}
    assert container["command"] == ["sh", "/scripts/restore.sh"]
    assert {"name": "POINT", "value": POINT} in container["env"]
    [media] = [mount for mount in container["volumeMounts"] if mount["name"] == "media"]
    assert not media.get("readOnly")
    assert container["resources"]["limits"]["memory"] == "384Mi"
    [scripts] = [volume["configMap"]["name"] for volume in pod["volumes"] if volume["name"] == "scripts"]
    assert scripts.startswith("backup-")


@pytest.mark.parametrize(
    ("app", "point", "says"),
    [
        ("photos", "latest", "write a point's name"),
        ("gone", POINT, "no such app"),
        ("minimal", POINT, "doesn't list components/backup, so example-minimal has no points"),
        ("Photos", POINT, "APP 'Photos' is no name"),
    ],
)
def test_what_is_wrong_is_one_line(capsys: pytest.CaptureFixture, app: str, point: str, says: str) -> None:
    assert call(app, point) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err


def test_the_point_of_another_app_of_the_customer(capsys: pytest.CaptureFixture) -> None:
    assert call("photos", POINT, "FROM=shop") == 0
    command, variables = container_of(capsys)
    assert command == ["sh", "/scripts/restore.sh"]
    assert variables["RESTIC_REPOSITORY"] == "s3:$(S3_ENDPOINT)/example-shop"


@pytest.mark.parametrize(
    ("word", "variables"),
    [
        ("TABLE=note", {"TABLE_SCHEMA": "public", "TABLE": "note"}),
        ("TABLE=odd one.it's; x", {"TABLE_SCHEMA": "odd one", "TABLE": "it's; x"}),
        ("FOLDER=photos/2026/", {"FOLDER": "photos/2026"}),
    ],
)
def test_a_part_of_it(capsys: pytest.CaptureFixture, word: str, variables: dict[str, str]) -> None:
    assert call("photos", POINT, word) == 0
    command, found = container_of(capsys)
    assert command == ["sh", "/scripts/restore-part.sh"]
    assert found.items() >= variables.items()


@pytest.mark.parametrize(
    "words", [("FOLDER=../x",), ("FOLDER=a//b",), ("TABLE=a.b.c",), ("TABLE=a", "FOLDER=b"), ("FROM=../x",)]
)
def test_what_names_no_part_is_refused(capsys: pytest.CaptureFixture, words: tuple[str, ...]) -> None:
    assert call("photos", POINT, *words) == 2
    assert capsys.readouterr().err.count("\n") == 1
