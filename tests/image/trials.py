"""Images made for a test, what check-image says of each on a cluster, and what it must say: the tables are in images/."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from tests.cluster import images, machines, registry
from tests.cluster.settings import CONTROL, REPOSITORY, Settings
from tests.e2e import check_image, snippets
from tests.e2e.figures import Figures
from validators.image.verdict import CHECKS, FAILS, WARNS

AT_ONCE = 2
# Short, since what is shown here is who fails; memory under load is measured all the same.
LOAD = "--load=8"
Cases = dict[str, dict[str, Any]]


def cases(table: str) -> Cases:
    """The cases of a table of images/, by their names."""
    return yaml.safe_load((Path(__file__).parent / "images" / f"{table}.yaml").read_text())


class Trials:
    """check-image of every case, some at once; each is started when the first is asked for."""

    def __init__(self, settings: Settings, folder: Path, cases: Cases) -> None:
        self.settings, self.folder, self.cases = settings, folder, cases
        self.pool = ThreadPoolExecutor(AT_ONCE)
        self.started: dict[str, Future[subprocess.CompletedProcess[str]]] = {}

    def start(self, names: list[str]) -> None:
        """Push the images and begin."""
        for name in names:
            options = [f"--image={self.push(name)}", LOAD, *self.options(name)]
            self.started[name] = self.pool.submit(check_image.run, self.settings, *options)

    def options(self, name: str) -> list[str]:
        """The options of a case, and the files that they name."""
        case, files_ = self.cases[name], self.folder / f"given-{len(self.started)}"
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
        case, tag = self.cases[name], f"check/{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}:1.0.0"
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


def judge(trials: Trials, name: str, figures: Figures) -> None:
    """Hold what check-image said of a case against what it must say, and note it."""
    case, done = trials.cases[name], trials.started[name].result()
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    verdicts = {one["check"]: one for one in told["verdicts"]}
    assert list(verdicts) == list(CHECKS)
    warned = [check for check, one in verdicts.items() if one["verdict"] == WARNS]
    shown = "".join(f"\n{check} {one['verdict']}: {one['seen']}" for check, one in verdicts.items())
    expected = [case["fails"]] if case.get("fails") else []
    assert [check for check, one in verdicts.items() if one["verdict"] == FAILS] == expected, shown
    assert set(case.get("warns", ())) <= set(warned), shown
    assert (done.returncode, told["ok"]) == ((1, False) if expected else (0, True))
    for check, text in case.get("seen", {}).items():
        assert text in verdicts[check]["seen"]
    if expected:
        assert case["change"] in verdicts[case["fails"]]["change"]
    else:
        assert set(warned) <= {*case.get("warns", ()), *case.get("may_warn", ()), "https", "form"}, shown
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
