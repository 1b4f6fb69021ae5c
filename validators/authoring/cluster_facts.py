"""Let every platform folder know its cluster: overlays/cluster, listed first in each kustomization.yaml."""

import os
import re
import shutil
from pathlib import Path

from ..sources.customer import library_root
from ..sources.folder import CLUSTER
from . import scaffold

_LISTED = re.compile(r"^(components:[ \t]*(?:#.*)?\n)((?:[ \t]*(?:#.*)?\n)*)([ \t]*)- ", re.M)
_ANY = re.compile(r"^components:", re.M)


def missing(root: Path) -> dict[Path, str]:
    """Return the kustomizations of platform folders that don't list overlays/cluster, with what they are to become.

    Raises TemplateProblem where a list isn't written in a way that a line can be put into, TreeError.
    """
    wanted = {}
    for _, folder, path in scaffold.platform_folders(root):
        if CLUSTER not in folder.component_names():
            line = os.path.relpath(root / CLUSTER, path.parent)
            wanted[path] = _with(path, Path(line).as_posix())
    return wanted


def _with(path: Path, line: str) -> str:
    text = path.read_text(encoding="utf-8")
    if match := _LISTED.search(text):
        at = match.end(2)
        return f"{text[:at]}{match[3]}- {line}\n{text[at:]}"
    if _ANY.search(text):
        raise scaffold.TemplateProblem(f"{path}: components isn't a list of lines: write - {line} first in it")
    return f"{text.rstrip()}\ncomponents:\n  - {line}\n"


def write(root: Path) -> list[Path]:
    """Add overlays/cluster where there is none, list it in each platform folder; return the files that changed.

    Raises TemplateProblem, TreeError or OSError; then nothing has changed.
    """
    wanted = missing(root)
    target = root / CLUSTER
    added = not target.exists()
    if added:
        source = library_root() / CLUSTER
        if not source.is_dir():
            raise scaffold.TemplateProblem(f"{target}: is missing; take it from the library's repository")
        shutil.copytree(source, target)
    scaffold.write_together(wanted)
    return [*(sorted(target.iterdir()) if added else []), *wanted]
