"""check-image on images that are each bad in one way, and on good ones: the table is images.yaml."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import images, machines, registry
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import CONTROL, REPOSITORY, Settings
from tests.e2e import check_image, snippets
from tests.e2e.figures import Figures
from tests.e2e.wait import eventually
from validators.image.scene import LABEL
from validators.image.verdict import CHECKS, FAILS, WARNS

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.test_cluster("the images are pushed to its registry"),
]
CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("images.yaml").read_text())
AT_ONCE = 4
# Short, since what is shown here is who fails; memory under load is measured all the same.
LOAD = "--load=8"


class Trials:
    """check-image of every case, some at once; each is started when the first is asked for."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.pool = ThreadPoolExecutor(AT_ONCE)
        self.started: dict[str, Future[subprocess.CompletedProcess[str]]] = {}

    def start(self, names: list[str]) -> None:
        """Push the images and begin."""
        for name in names:
            options = [f"--image={self.push(name)}", LOAD, *self.options(name)]
            self.started[name] = self.pool.submit(check_image.run, self.settings, *options)

    def options(self, name: str) -> list[str]:
        """The options of a case, and the files that they name."""
        case, files_ = CASES[name], self.folder / f"given-{len(self.started)}"
        options = [f"--logs={self.folder / 'logs'}", *case.get("options", [])]
        if "folder" in case:
            shutil.copytree(REPOSITORY / "overlays/template/customer", files_)
            lines = snippets.below(*case["folder"])
            lines |= {file: changed(lines[file], changes, file) for file, changes in case.get("edit", {}).items()}
            snippets.write(lines, files_)
            options.append(f"--folder={files_}")
        if "components" in case:
            shutil.copytree(REPOSITORY / "overlays/template/customer", files_)
            listed = [f"../../../../components/{name}" for name in case["components"]]
            snippets.write({"kustomization.yaml": yaml.safe_dump({"components": listed})}, files_)
            options.append(f"--folder={files_}")
        if "secrets" in case:
            path = self.folder / f"secrets-{len(self.started)}"
            path.write_text("".join(f"{key}={value}\n" for key, value in case["secrets"].items()))
            options.append(f"--secrets={path}")
        return options

    def push(self, name: str) -> str:
        """Make the image of a case, push it, and return what it is pulled by."""
        case, tag = CASES[name], f"check/{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}:1.0.0"
        if "image" in case:
            layout = images.layout(self.settings, case["image"])
        else:
            layout = self.folder / tag.replace(":", "-")
            images.derive(self.settings, "example-app", layout, files(case), **case.get("config", {}))
        registry.push(self.settings, machines.find(self.settings)[CONTROL], layout, tag)
        return f"{self.settings.data['registry']['host']}/{tag}"


def files(case: dict[str, Any]) -> dict[str, tuple[int, bytes]]:
    """The files to lay over the example image."""
    texts = dict(case.get("write", {}))
    for path, changes in case.get("replace", {}).items():
        texts[path] = changed(source(path).read_text(), changes, path)
    modes = {path: int(mode, 8) for path, mode in case.get("mode", {}).items()}
    made = {path: (modes.get(path, 0o755), text.encode()) for path, text in texts.items()}
    for path, folder in case.get("over", {}).items():
        there = [file for file in (REPOSITORY / folder).rglob("*.py") if file.is_file()]
        made |= {f"{path}/{file.relative_to(REPOSITORY / folder)}": (0o644, file.read_bytes()) for file in there}
    for path in case.get("remove", []):  # an OCI whiteout
        folder, _, name = path.rpartition("/")
        made[f"{folder}/.wh.{name}"] = (0o644, b"")
    return made


def changed(text: str, changes: dict[str, str], path: str) -> str:
    """The text of a file with what stands in it once replaced."""
    for old, new in changes.items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        text = text.replace(old, new)
    return text


def source(path: str) -> Path:
    """The file of this repository that the example image has at a path."""
    examples = REPOSITORY / "examples"
    return examples / path.lstrip("/") if path.startswith("/app/") else examples / "commands" / path.lstrip("/")


@pytest.fixture(scope="module")
def trials(
    kubernetes: Kubernetes, settings: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Trials]:
    """The cases that this run has selected, on their way."""
    images.build_all(settings)
    made = Trials(settings, tmp_path_factory.mktemp("images"))
    asked = [item.callspec.params["name"] for item in request.session.items if item.originalname == "test_verdict"]
    made.start(asked)
    yield made
    made.pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str, trials: Trials, figures: Figures) -> None:
    case, done = CASES[name], trials.started[name].result()
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    verdicts = {one["check"]: one for one in told["verdicts"]}
    assert list(verdicts) == list(CHECKS)
    warned = [check for check, one in verdicts.items() if one["verdict"] == WARNS]
    shown = {check: (one["verdict"], one["seen"]) for check, one in verdicts.items()}
    expected = [case["fails"]] if case.get("fails") else []
    assert [check for check, one in verdicts.items() if one["verdict"] == FAILS] == expected, shown
    assert set(case.get("warns", ())) <= set(warned), shown
    assert (done.returncode, told["ok"]) == ((1, False) if expected else (0, True))
    for check, text in case.get("seen", {}).items():
        assert text in verdicts[check]["seen"]
    if expected:
        assert case["change"] in verdicts[case["fails"]]["change"]
    else:
        assert set(warned) <= {*case.get("warns", ()), "https", "form"}, shown
        assert verdicts["load"]["verdict"] == "ok"
        assert yaml.safe_load(told["sizing"])["kind"] == "Sizing"
    record(name, verdicts, [*expected, *case.get("warns", ())], figures)
    figures.add(name, "it took", f"{told['seconds']} s")


def record(name: str, verdicts: dict[str, dict[str, str]], bad: list[str], figures: Figures) -> None:
    """Note what people are told of an image: what is wrong, or how a good one does."""
    if bad:
        figures.add(name, "says", "; ".join(f"{CHECKS[one]}: {verdicts[one]['seen']}" for one in bad))
        figures.add(name, "to change", " ".join(verdicts[one]["change"] for one in bad))
    else:
        good = "; ".join(verdicts[one]["seen"] for one in ("load", "stops"))
        figures.add(name, "says", f"keeps the contract: {good}")


def test_an_interruption_leaves_nothing(trials: Trials, kubernetes: Kubernetes) -> None:
    command = check_image.command(f"--image={trials.push('example')}")
    environment = check_image.environment(trials.settings)
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    lines = iter(process.stderr)
    [namespace] = re.findall(r"namespace (\S+)", next(line for line in lines if "namespace" in line))
    assert any("/init" in line for line in lines)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert time.monotonic() - start < 100
    assert namespace not in kubernetes.kubectl("get", "namespaces", "--output=name")


def test_nothing_is_left(trials: Trials, kubernetes: Kubernetes) -> None:
    made = {re.findall(r"namespace (\S+)", started.result().stderr)[0] for started in trials.started.values()}
    assert made
    for attempt in eventually(60):
        with attempt:
            found = kubernetes.get("namespaces", f"--selector={LABEL}")["items"]
            assert not made & {one["metadata"]["name"] for one in found}
