"""Lines that the documentation tells people to write, taken from there: what is tested is what it says."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import yaml
from ruamel.yaml import YAML

from tests.cluster.settings import REPOSITORY

NAME = re.compile(r"^# (\S+\.\w+)$", re.M)
HEADING = re.compile(r"^#+ (.*)$", re.M)
BLOCK = re.compile(r"^(?: {4}.*\n|\n(?= {4}))+", re.M)


def sections(page: str) -> dict[str, dict[str, str]]:
    """The headings of a page with the files in the code blocks below each: a block of files begins with ``# name``."""
    parts = HEADING.split((REPOSITORY / page).read_text())
    return {heading: _files(text) for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def below(page: str, heading: str) -> dict[str, str]:
    """The files below a heading, by name."""
    files = sections(page)[heading]
    assert files, f"{page}: no file named below {heading!r}"
    return files


def blocks(text: str) -> list[str]:
    """The code blocks of a page, or of a part of one."""
    return [textwrap.dedent(block).strip("\n") for block in BLOCK.findall(text)]


def _files(section: str) -> dict[str, str]:
    files = {}
    for block in blocks(section):
        if NAME.match(block):
            parts = NAME.split(block)
            for name, text in zip(parts[1::2], parts[2::2], strict=True):
                assert name not in files, f"{name} is there twice: it takes a heading of its own"
                files[name] = f"{text.strip()}\n"
    return files


def _merged(there: list, entries: list) -> list:
    """A list of kustomization.yaml with entries in place of those of the same name, and the others at its end."""
    named = {entry["name"]: entry for entry in entries if isinstance(entry, dict) and "name" in entry}
    kept = [
        named.get(entry["name"], entry) if isinstance(entry, dict) and "name" in entry else entry for entry in there
    ]
    return [*kept, *(entry for entry in entries if entry not in kept)]


def _dump(content: dict, file: Path) -> None:
    """Write in the style of the files here: what changes lines by their text finds them afterwards, too."""
    editor = YAML()
    editor.width = 1 << 20
    editor.indent(mapping=2, sequence=4, offset=2)
    editor.dump(content, file)


def write(files: dict[str, str], folder: Path) -> None:
    """Put them into an app's folder: entries go into kustomization.yaml's lists, variables into app.env, sizes into
    sizing.yaml."""
    for name, text in files.items():
        file = folder / name
        if name == "kustomization.yaml":
            there = yaml.safe_load(file.read_text())
            for key, entries in yaml.safe_load(text).items():
                there[key] = _merged(there.get(key, []), entries)
            _dump(there, file)
        elif name == "sizing.yaml":
            there = yaml.safe_load(file.read_text())
            there["spec"] |= yaml.safe_load(text)["spec"]
            _dump(there, file)
        elif name == "app.env":
            mine = {line.partition("=")[0] for line in text.splitlines()}
            kept = [line for line in file.read_text().splitlines(True) if line.partition("=")[0] not in mine]
            file.write_text("".join(kept) + text)
        else:
            file.write_text(text)
