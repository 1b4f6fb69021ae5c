"""What `docker build` would make of examples/Containerfile, as folders: there is no container engine in the tests."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True)
class Image:
    """The image's parts: the folders /venv, /app and the files of /, and the ENV of the Containerfile."""

    venv: Path
    app: Path
    commands: Path
    env: dict[str, str]


def build(target: Path) -> Image:
    """Follow the Containerfile's steps: locked dependencies, the app, its static files. `target` is an empty folder."""
    app, commands = target / "app", target / "commands"
    venv = locked_venv(EXAMPLES / "requirements.txt")
    shutil.copytree(EXAMPLES / "app", app, ignore=shutil.ignore_patterns("__pycache__", "static-collected"))
    shutil.copytree(EXAMPLES / "commands", commands)
    for command in commands.iterdir():
        command.chmod(0o755)
    subprocess.run(
        [venv / "bin/python", "manage.py", "collectstatic", "--noinput"],
        cwd=app,
        env={"SECRET_KEY": "build", "DATABASE_URL": "postgresql:///", "PATH": os.defpath},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return Image(venv, app, commands, containerfile_env((EXAMPLES / "Containerfile").read_text()))


def containerfile_env(text: str) -> dict[str, str]:
    """The variables of the last stage's one ENV instruction."""
    last_stage = text[text.rindex("\nFROM ") :]
    block = re.search(r"^ENV ((?:.*\\\n)*.*)$", last_stage, re.MULTILINE)
    assert block, "the Containerfile's last stage has no ENV"
    return dict(re.findall(r"(\w+)=(\S+)", block[1]))


def locked_venv(lock: Path) -> Path:
    """A virtual environment with exactly what `lock` says, made once for each lock and interpreter in .cache/."""
    digest = hashlib.sha256(lock.read_bytes() + f"{sys.version} {sys.base_prefix}".encode()).hexdigest()[:16]
    venv = ROOT / ".cache" / f"examples-{digest}"
    venv.parent.mkdir(exist_ok=True)
    with (venv.parent / "examples.lock").open("w") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)  # parallel test processes make it once
        if not venv.exists():
            make_venv(venv, lock)
    return venv


def make_venv(venv: Path, lock: Path) -> None:
    """Make `venv` under another name until it is whole: an interrupted run leaves no half environment behind."""
    unfinished = venv.with_suffix(".unfinished")
    subprocess.run([sys.executable, "-m", "venv", "--clear", unfinished], check=True)
    pip = [unfinished / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock], check=True)
    unfinished.rename(venv)
