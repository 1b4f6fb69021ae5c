"""Programs and manifests from Go modules, each built once for the content of its go.mod, go.sum and options."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.cluster import processes
from tests.cluster.report import step
from tests.cluster.settings import HERE, REPOSITORY, Settings


@dataclass(frozen=True)
class Tool:
    """One entry of config/go-tools.yaml.

    engine: what it is built for, if not for every cluster.  tags: Go's build constraints.
    """

    folder: str
    engine: str = ""
    tags: list[str] = field(default_factory=list)
    version: dict[str, str | list[str]] = field(default_factory=dict)
    rename: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        """The folder with go.mod and go.sum, and main.go where the program is our own."""
        return REPOSITORY / self.folder

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.source.name

    @property
    def key(self) -> str:
        """Changes with anything that changes what is built."""
        content = [file.read_bytes() for file in sorted(self.source.iterdir())]
        return content_key(*content, json.dumps([self.version, self.rename, self.files, *self.tags]).encode())

    @property
    def packages(self) -> list[str]:
        """The main packages that go.mod's `tool` lines name."""
        text = (self.source / "go.mod").read_text()
        blocks = re.findall(r"^tool \((.*?)^\)", text, re.M | re.S)
        return re.findall(r"^tool ([^\s(]+)$", text, re.M) + [package for block in blocks for package in block.split()]

    def module_version(self, module: str) -> str:
        """The version of a module that go.mod requires; raises StopIteration when it names none."""
        return next(
            re.finditer(rf"^(?:require|\t)\s*{re.escape(module)} (v\S+)", (self.source / "go.mod").read_text(), re.M)
        )[1]


def content_key(*parts: bytes) -> str:
    """Twelve hexadecimal digits that stand for the parts."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:12]


def tools() -> list[Tool]:
    """Every tool of config/go-tools.yaml."""
    return [Tool(**entry) for entry in yaml.safe_load((HERE / "config/go-tools.yaml").read_text())]


def build_all(settings: Settings, engine: str = "") -> None:
    """Build what an engine, or every cluster, needs and isn't built yet; link it into the cache's bin/ and modules/."""
    settings.bin.mkdir(parents=True, exist_ok=True)
    (settings.cache / "modules").mkdir(exist_ok=True)
    for tool in (one for one in tools() if one.engine == engine):
        target = settings.cache / "tools" / f"{tool.name}-{tool.key}"
        if not target.exists():
            with step(f"build {tool.name} from its Go module"):
                _build(tool, target)
        for program in (target / "bin").iterdir():
            link(settings.bin / program.name, program)
        for folder in (target / "files").iterdir():
            link(settings.cache / "modules" / folder.name, folder)


def _build(tool: Tool, target: Path) -> None:
    """Build into a folder beside the target and move it there when all of it is done."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for folder in ("bin", "files"):
        (partial / folder).mkdir(parents=True)
    go = _go(tool)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false -mod=readonly"}
    if tool.packages:
        command = [
            go,
            "build",
            "-C",
            tool.source,
            "-trimpath",
            f"-tags={','.join(tool.tags)}",
            f"-ldflags={_ldflags(tool)}",
            "-o",
            f"{partial}/bin/",
        ]
        processes.run(["nice", *command, *tool.packages], env=environment)
    for program, names in tool.rename.items():
        (partial / "bin" / program).rename(partial / "bin" / f".{program}")
        for name in names:
            (partial / "bin" / name).symlink_to(f".{program}")
    for name, (module, folder) in tool.files.items():
        listed = processes.run([go, "-C", tool.source, "mod", "download", "-json", module], env=environment)
        shutil.copytree(Path(json.loads(listed)["Dir"]) / folder, partial / "files" / name)
        for script in (partial / "files" / name).glob("*.sh"):
            script.chmod(0o755)
    partial.rename(target)


def _ldflags(tool: Tool) -> str:
    flags = "-s -w"
    if tool.version:
        version = tool.module_version(str(tool.version["module"]))
        flags += "".join(f" -X {variable}={version}" for variable in tool.version["variables"])
    return flags


def _go(tool: Tool) -> str:
    """The Go that the project's other tools are built with too: PATH's when new enough, else a pinned wheel's."""
    spec = importlib.util.spec_from_file_location("build_tool", REPOSITORY / "packaging" / "build_tool.py")
    build_tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build_tool)
    needed = re.search(r"^go (\S+)$", (tool.source / "go.mod").read_text(), re.M)[1]
    return build_tool.find_go(needed)


def link(name: Path, target: Path) -> None:
    """Point a symbolic link at the target, replacing an older one in one step."""
    temporary = name.with_name(f".{name.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(os.path.relpath(target, name.parent))  # the cache can be moved
    temporary.replace(name)
