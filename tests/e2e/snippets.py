"""Lines that the documentation tells people to write, taken from there: what is tested is what it says."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import yaml

from tests.cluster.settings import REPOSITORY

NAME = re.compile(r"^# (\S+\.\w+)$", re.M)


def below(page: str, heading: str) -> dict[str, str]:
    """The files in the code blocks below a heading, by name: each begins with a line ``# name``."""
    text = (REPOSITORY / page).read_text()
    [section] = re.findall(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", text, re.M | re.S)
    blocks = re.findall(r"^(?: {4}.*\n|\n(?= {4}))+", section, re.M)
    parts = NAME.split("".join(textwrap.dedent(block).lstrip("\n") for block in blocks))
    assert len(parts) > 1, f"{page}: no file named below {heading!r}"
    return dict(zip(parts[1::2], (f"{part.strip()}\n" for part in parts[2::2]), strict=True))


def write(files: dict[str, str], folder: Path) -> None:
    """Put them into an app's folder: lists go to the end of kustomization.yaml's, variables into app.env."""
    for name, text in files.items():
        file = folder / name
        if name == "kustomization.yaml":
            there = yaml.safe_load(file.read_text())
            for key, entries in yaml.safe_load(text).items():
                there[key] = [*there.get(key, []), *entries]
            file.write_text(yaml.safe_dump(there, sort_keys=False))
        elif name == "app.env":
            mine = {line.partition("=")[0] for line in text.splitlines()}
            kept = [line for line in file.read_text().splitlines(True) if line.partition("=")[0] not in mine]
            file.write_text("".join(kept) + text)
        else:
            file.write_text(text)
