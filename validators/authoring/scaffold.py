"""Edit the lines of a kustomization.yaml and put new folders in place, keeping every other line as it was.

Text, not a parse and a dump: what comes out is what an editor would have made of the template, comments and all.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from ..policy.components import ORDER
from ..policy.names import Image, label_path
from ..render import objects
from ..sources.folder import KUSTOMIZATION, Folder
from ..sources.tree import Tree

MARK = "# EDIT"
_COMPONENT = re.compile(r"^ *- (?:\.\./)+components/(\S+)\n", re.M)


class TemplateProblem(Exception):
    """A line to edit isn't where it should be; the message names it."""


def set_marked(text: str, key: str, line: str) -> str:
    """Replace the one line that starts with `key` and carries the EDIT mark by `line`, keeping its indentation."""
    pattern = re.compile(rf"^( *){re.escape(key)}.*{re.escape(MARK)}.*$", re.M)
    return replace_one(text, pattern, lambda match: match[1] + line, f"a line {key!r} marked {MARK!r}")


def replace_one(text: str, pattern: re.Pattern, new, wanted: str) -> str:
    """Replace the one match of `pattern` by `new` (a string or a function of the match)."""
    changed, count = pattern.subn(new if callable(new) else lambda _: new, text)
    if count != 1:
        raise TemplateProblem(f"{count} times {wanted}: expected it once")
    return changed


def components(text: str) -> list[str]:
    """Return the names of the components that a kustomization.yaml lists, in order."""
    return [match[1] for match in _COMPONENT.finditer(text)]


def add_component(text: str, name: str) -> str:
    """List a component in a kustomization.yaml, at its place in the documented order; no change if it is there."""
    listed = list(_COMPONENT.finditer(text))
    if name in (match[1] for match in listed):
        return text
    if not listed:
        raise TemplateProblem("no component listed: can't tell the path to components/")
    line = listed[0][0].replace(f"components/{listed[0][1]}", f"components/{name}")
    rank = ORDER.index(name)
    later = (match.start() for match in listed if match[1] in ORDER and ORDER.index(match[1]) > rank)
    at = next(later, listed[-1].end())
    return text[:at] + line + text[at:]


def replace_component(text: str, old: str, new: str) -> str:
    """List component `new` where `old` is listed."""
    return replace_one(text, re.compile(rf"(components/){re.escape(old)}$", re.M), lambda m: m[1] + new, f"{old!r}")


def add_resource(text: str, name: str) -> str:
    """List a file as the last of `resources:`, indented as they are; no change if it is there."""
    if re.search(rf"^ *- {re.escape(name)}$", text, re.M):
        return text
    pattern = re.compile(r"^(resources:\n(?: *(?:- |#).*\n)*( *)- .*\n)", re.M)
    return replace_one(text, pattern, lambda match: f"{match[1]}{match[2]}- {name}\n", "a list 'resources:'")


def label_operation(label: str, value: str = "") -> str:
    """Return the operation of a JSON patch that sets a label, without `value` its beginning up to the value."""
    begin = f"- {{op: add, path: {label_path(label)}, value: "
    return f"{begin}{scalar(value)}}}" if value else begin


def drop_block(text: str, key: str, indent: int) -> str:
    """Remove `key:` at `indent` spaces and everything deeper below it."""
    pattern = re.compile(rf"^ {{{indent}}}{key}:\n(?: {{{indent + 1}}}.*\n)+", re.M)
    return replace_one(text, pattern, "", f"a block {key!r}")


def scalar(value: str) -> str:
    """Return `value` as a YAML scalar that is read back as this string, in double quotes only if it has to be."""
    try:
        plain = objects.parse(f"value: {value}")[0].data == {"value": value}
    except yaml.YAMLError:
        plain = False
    return value if plain else json.dumps(value)


def platform_folders(root: Path) -> Iterator[tuple[str, Folder, Path]]:
    """Yield each app's name, its platform folder, and where its kustomization.yaml is; not those without one that can be
    read. Raises TreeError."""
    tree = Tree(root)
    for name in tree.app_names():
        folder = tree.read(f"{tree.zones.platform}/{name}")
        if isinstance(folder.kustomization.value, dict):
            yield name, folder, root / folder.path / KUSTOMIZATION


@contextlib.contextmanager
def new_folders(overlays: Path, *targets: Path) -> Iterator[list[Path]]:
    """Yield an empty draft folder for each of `targets`; they become the targets together, or nothing is left.

    The drafts stand beside the targets, so that putting them in place is a rename.
    """
    parents = [parent for target in targets if not (parent := target.parent).exists()]
    placed: list[Path] = []
    with terminable():
        draft = Path(tempfile.mkdtemp(prefix=".new-", dir=overlays))
        try:
            drafts = [draft / str(number) for number in range(len(targets))]
            for folder in drafts:
                folder.mkdir()
            yield drafts
            for folder, target in zip(drafts, targets, strict=True):
                target.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(target)
                placed.append(target)
        except BaseException:
            for target in placed:
                shutil.rmtree(target)
            for parent in parents:
                with contextlib.suppress(OSError):
                    parent.rmdir()
            raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def version(image: Image) -> str:
    """Return the line of an entry under `images` that says which version runs."""
    if not image.tag:
        return f"digest: {image.digest}"
    return f"newTag: {scalar('@'.join(filter(None, (image.tag, image.digest))))}"


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader, or an interruption, sees the old one or the new one whole."""
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def write_together(texts: dict[Path, str]) -> None:
    """Write several files, or leave them all as they were."""
    before = {path: path.read_text(encoding="utf-8") if path.exists() else None for path in texts}
    try:
        with terminable():
            for path, text in texts.items():
                write_atomically(path, text)
    except BaseException:
        for path, text in before.items():
            if text is None:
                path.unlink(missing_ok=True)
            else:
                write_atomically(path, text)
        raise


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Let a SIGTERM clean up the way a Ctrl-C does."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
