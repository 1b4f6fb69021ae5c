"""Finding and running kustomize, and the pins that set-up relies on."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from validators.kubernetes import versions
from validators.render import kustomize
from validators.render.kustomize import KustomizeError

from .conftest import ROOT, tool

OLDEST = kustomize.TOOLS / "kustomize-oldest"


@pytest.fixture
def path(tmp_path: Path, monkeypatch):
    """An empty PATH, in a repository with a Makefile and no pinned kustomize; returns a function that puts a command
    there."""
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository/Makefile").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(kustomize.OVERRIDE, raising=False)
    monkeypatch.setattr(kustomize, "TOOLS", tmp_path / "repository/.tools/bin")
    kustomize.find.cache_clear()

    def put(name: str, prints: str) -> str:
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\nprintf '%s\\n' '{prints}'\n")
        command.chmod(0o755)
        return str(command)

    yield put
    kustomize.find.cache_clear()


def kubectl_prints(version: str) -> str:
    return f'{{"clientVersion": {{"gitVersion": "v1.99.0"}}, "kustomizeVersion": "v{version}"}}'


def test_kustomize_on_path_is_used(path) -> None:
    path("kubectl", kubectl_prints(versions.KUSTOMIZE_NEWEST))
    command = path("kustomize", f"v{versions.KUSTOMIZE_OLDEST}")
    assert kustomize.find() == kustomize.Kustomize((command, "build"), versions.KUSTOMIZE_OLDEST)


def test_kubectl_on_path_is_used(path) -> None:
    path("kustomize", "v5.4.3")
    command = path("kubectl", kubectl_prints("5.7.1"))
    assert kustomize.find() == kustomize.Kustomize((command, "kustomize"), "5.7.1")


@pytest.mark.parametrize(
    "prints", ["v5.4.3", "v6.0.0", "v3.8.1", "{Version:kustomize/v4.5.7 GitCommit:x}", "(devel)", ""]
)
def test_other_versions_are_not_good_enough(path, prints: str) -> None:
    path("kustomize", prints)
    with pytest.raises(KustomizeError, match=f">= {versions.KUSTOMIZE_OLDEST} on PATH.*make setup"):
        kustomize.find()


def test_none_says_what_to_do(path) -> None:
    with pytest.raises(KustomizeError, match=r"run `make setup`, or install kubectl >= 1.32"):
        kustomize.find()


def test_where_there_is_no_makefile_none_is_named(path, tmp_path: Path) -> None:
    (tmp_path / "repository/Makefile").unlink()
    with pytest.raises(KustomizeError, match=r"on PATH; install kubectl >= 1.32"):
        kustomize.find()


def test_the_override_wins(path, monkeypatch) -> None:
    path("kustomize", "v5.6.0")
    monkeypatch.setenv(kustomize.OVERRIDE, str(OLDEST))
    assert kustomize.find().version == versions.KUSTOMIZE_OLDEST


def test_a_failed_build_is_one_line(kustomizes: dict, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [missing.yaml]\n")
    for build in kustomizes.values():
        with pytest.raises(KustomizeError, match=r"missing\.yaml") as caught:
            build.build(tmp_path)
        assert "\n" not in str(caught.value)


def test_kubectl_says_it_like_kustomize() -> None:
    said = 'E1123 21:11:06.6 19196 run.go:72] "command failed" err="no such \\"thing\\""'
    assert kustomize.reason(said, 0) == 'no such "thing"'


def test_nothing_is_fetched(kustomizes: dict, tmp_path: Path) -> None:
    """A remote resource and a remote base are errors at once."""
    for remote in (
        "https://example.com/a.yaml",
        "https://github.com/example/base?ref=v1",
        "ssh://git@example.com/base",
    ):
        (tmp_path / "kustomization.yaml").write_text(f"resources: ['{remote}']\n")
        with pytest.raises(KustomizeError):
            kustomizes[versions.KUSTOMIZE_NEWEST].build(tmp_path, timeout=10)


def test_memory_is_limited(kustomizes: dict, tmp_path: Path) -> None:
    bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"{chr(b)}: &{chr(b)} [{', '.join([f'*{chr(b - 1)}'] * 9)}]" for b in range(ord("b"), ord("j"))]
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\ndata:\n"
    (tmp_path / "bomb.yaml").write_text(head + "".join(f"  {line}\n" for line in bomb))
    (tmp_path / "kustomization.yaml").write_text("resources: [bomb.yaml]\n")
    with pytest.raises(KustomizeError, match="needed more than 1024 MiB"):
        kustomizes[versions.KUSTOMIZE_NEWEST].build(tmp_path, timeout=20, memory=1 << 30)


def test_time_is_limited(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    with pytest.raises(KustomizeError, match=r"took longer than 0\.2 s"):
        kustomize.Kustomize((str(slow),), "0").build(tmp_path, timeout=0.2)


@pytest.mark.parametrize(
    ("folder", "version"), [("kustomize", versions.KUSTOMIZE_NEWEST), ("kustomize-oldest", versions.KUSTOMIZE_OLDEST)]
)
def test_pinned_versions_are_the_supported_ones(folder: str, version: str) -> None:
    assert f"sigs.k8s.io/kustomize/kustomize/v5 v{version}" in (ROOT / "packaging/go" / folder / "go.mod").read_text()


@pytest.mark.parametrize("folder", sorted((ROOT / "packaging/go").iterdir()), ids=lambda path: path.name)
def test_go_modules_have_checksums(folder: Path) -> None:
    sums = (folder / "go.sum").read_text()
    required = re.findall(r"^(?:require |\t)(\S+) (v\S+)", (folder / "go.mod").read_text(), re.M)
    replaced = dict(re.findall(r"^replace (\S+) => (\S+)", (folder / "go.mod").read_text(), re.M))
    assert required
    assert [name for name, version in required if f"{replaced.get(name, name)} {version} h1:" not in sums] == []


@pytest.mark.parametrize("path", sorted((ROOT / "packaging").glob("requirements*.txt")), ids=lambda path: path.name)
def test_locks_have_hashes_and_no_addresses(path: Path) -> None:
    text = path.read_text()
    pinned = re.findall(r"^(\S+)==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    assert pinned
    assert len(pinned) == len(re.findall(r"^[a-zA-Z]", text, re.M))
    assert "://" not in text


def test_a_module_that_changed_is_refused(tmp_path: Path) -> None:
    """Go compares what it downloads with go.sum: with another sum there, nothing is built."""
    tool("kustomize")
    for name in ("go.mod", "go.sum"):
        (tmp_path / name).write_text((ROOT / "packaging/go/kustomize" / name).read_text())
    sums = (tmp_path / "go.sum").read_text()
    pattern = r"(sigs\.k8s\.io/kustomize/kustomize/v5 v\S+ h1:)...."
    (tmp_path / "go.sum").write_text(re.sub(pattern, r"\1AAAA", sums))
    program = "import build_tool, os; print(build_tool.find_go('1.24'))"
    go = subprocess.run(
        ["python3", "-c", program], cwd=ROOT / "packaging", capture_output=True, text=True
    ).stdout.strip()
    package = "sigs.k8s.io/kustomize/kustomize/v5"
    done = subprocess.run([go, "build", "-o", "x", package], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode
    assert "checksum mismatch" in done.stderr or "SECURITY ERROR" in done.stderr


def test_a_patch_that_fits_no_more_is_named(tmp_path: Path) -> None:
    """As after a new version of kustomize: set-up ends, and says that the patch may go."""
    shutil.copytree(ROOT / "packaging" / "go" / "renderer", tmp_path / "go" / "renderer")
    patch = tmp_path / "go" / "renderer" / "patches" / "read-once.patch"
    patch.write_text(patch.read_text().replace("func FromBytes", "func FromOtherBytes"))
    program = (
        "import build_tool, pathlib, sys; top = pathlib.Path(sys.argv.pop());"
        "build_tool.MODULES, build_tool.TOOLS = top / 'go', top / 'tools'; sys.exit(build_tool.main())"
    )
    command = ["python3", "-c", program, "renderer", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT / "packaging", capture_output=True, text=True)
    assert done.returncode == 2
    assert "set-up: read-once.patch doesn't fit: error: patch failed" in done.stderr
    assert "make it anew, or delete it: all it does is save time" in done.stderr
    assert not (tmp_path / "tools" / "bin" / "renderer").exists()


def test_the_package_is_whole(tmp_path: Path) -> None:
    """What a pre-commit hook installs has the schemas, and its command runs on a repository like this one."""
    wheel = runpy.run_path(str(ROOT / "packaging/wheel.py"))
    source = tmp_path / "source"
    source.mkdir()
    for name in ("validators", *wheel["PARTS"]):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "packaging/wheel.py", *wheel["FILES"]):
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--target", tmp_path / "installed", source], check=True)
    wanted = {path.relative_to(ROOT) for path in (ROOT / "validators").rglob("*") if path.suffix not in (".pyc", "")}
    assert {path for path in wanted if not (tmp_path / "installed" / path).exists()} == set()
    command = [tmp_path / "installed/bin/django-hosting", "rules"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "yaml-strict" in done.stdout
