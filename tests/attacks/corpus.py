"""The corpora: customers' folders as data, laid into a real tree with the library, a victim and another customer."""

import base64
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.zones import LIBRARY

ROOT = Path(__file__).resolve().parent.parent.parent
TREE = Path(__file__).resolve().parent / "tree"
VICTIM = "victim/shop"
OTHER = "other/site"


@dataclass(frozen=True)
class Case:
    """A customer's commit to the victim's folder.

    `kustomization` is merged into the victim's (lists grow, null deletes); `files` are put beside it, see put();
    `platform` and `platform_files` do the same in the platform's folder, for what the platform would have granted.
    """

    name: str
    tries: str = ""
    kustomization: dict = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    platform: dict = field(default_factory=dict)
    platform_files: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)
    open: str = ""
    """Why it isn't refused yet."""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Group:
    """One file of a corpus."""

    path: Path
    title: str
    cases: tuple[Case, ...]


def groups(folder: Path) -> Iterator[Group]:
    """Yield the files of a corpus in order. A case takes what it doesn't say (`refused`) from the top of its file."""
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        common = {"refused": data["refused"]} if "refused" in data else {}
        yield Group(path, data["title"], tuple(Case(**{**common, **case}) for case in data["cases"]))


def lay(top: Path) -> None:
    """Copy the library and the two apps to `top`."""
    for name in LIBRARY:
        shutil.copytree(ROOT / name, top / name)
    shutil.copytree(TREE / "overlays", top / "overlays", dirs_exist_ok=True)


def commit(top: Path, case: Case) -> None:
    """Write what a case changes into a tree that lay() made."""
    for zone, changes, files in (
        ("customers", case.kustomization, case.files),
        ("ungleich", case.platform, case.platform_files),
    ):
        folder = top / "overlays" / zone / VICTIM
        if changes:
            path = folder / "kustomization.yaml"
            path.write_text(dump(merge(yaml.safe_load(path.read_text()), changes)), encoding="utf-8")
        for name, what in files.items():
            put(folder, name, what)


def merge(base: Any, changes: Any) -> Any:
    """Return `base` with `changes`: mappings are merged, lists joined, null deletes, all else replaces."""
    if isinstance(base, dict) and isinstance(changes, dict):
        merged = {key: merge(base[key], changes[key]) if key in changes else base[key] for key in base}
        merged.update({key: value for key, value in changes.items() if key not in base})
        return {key: value for key, value in merged.items() if value is not None}
    return [*base, *changes] if isinstance(base, list) and isinstance(changes, list) else changes


def dump(data: dict) -> str:
    """Return plain YAML: block style, texts of several lines as literal blocks, nothing shared."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=1000)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def put(folder: Path, name: str, what: Any) -> None:
    """Make the file `name` (a leading / counts from the zone's top) as `what` says.

    A text is its content. {append: text}, {text: .., encoding: utf-16}, {base64: ..}, {head: .., repeat: .., times: N,
    tail: ..} where %d counts; {link: target}, {hardlink: file}, {fifo: true}, {socket: true}, {folder: true},
    {delete: true}, and with `count: N` as many, %d in the name counting.
    """
    if isinstance(what, dict) and "count" in what:
        rest = {key: value for key, value in what.items() if key != "count"}
        for number in range(what["count"]):
            put(folder, name.replace("%d", str(number)), rest)
        return
    path = folder.parent.parent / name[1:] if name.startswith("/") else folder / name
    if not (isinstance(what, dict) and "append" in what):
        remove(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(what, str):
        path.write_bytes(what.encode())
    elif "append" in what:
        path.write_bytes(path.read_bytes() + what["append"].encode())
    elif "text" in what:
        path.write_bytes(what["text"].encode(what["encoding"]))
    elif "base64" in what:
        path.write_bytes(base64.b64decode(what["base64"]))
    elif "repeat" in what:
        middle = "".join(what["repeat"].replace("%d", str(number)) for number in range(what["times"]))
        path.write_text(what.get("head", "") + middle + what.get("tail", ""), encoding="utf-8")
    else:
        _special(path, what)


def _special(path: Path, what: dict) -> None:
    match what:
        case {"link": target}:
            path.symlink_to(target)
        case {"hardlink": target}:
            os.link(path.parent / target, path)
        case {"fifo": True}:
            os.mkfifo(path)
        case {"socket": True}:
            _socket(path)
        case {"folder": True}:
            path.mkdir()
        case {"delete": True}:
            pass
        case _:
            raise ValueError(f"{path.name}: nothing is made by {what}")


def _socket(path: Path) -> None:
    """Bind a socket by a short name: addresses may not be longer than some 100 bytes."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def remove(path: Path) -> None:
    """Delete a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
