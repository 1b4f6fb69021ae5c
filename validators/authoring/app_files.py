"""Let every platform folder say how its app is released: app.yaml, from the template."""

import re
from pathlib import Path

from ..policy import app_file
from ..sources.customer import library_root
from ..sources.folder import KUSTOMIZATION
from ..sources.tree import Tree
from ..sources.zones import on_disk
from . import scaffold


def write(root: Path, ring: str) -> list[Path]:
    """Write app.yaml into each platform folder without one, with `ring`; return the files.

    Raises TemplateProblem, TreeError or OSError; then nothing has changed.
    """
    if any(app_file.fields()["spec.ring"].field.errors(ring)):
        raise scaffold.TemplateProblem(f"RING {ring!a}: write {app_file.fields()['spec.ring'].field.write}")
    tree = Tree(root)
    template = root / tree.zones.template / app_file.NAME
    if not template.is_file():
        template = library_root() / on_disk(library_root()).template / app_file.NAME
    line = re.compile(r"^  ring: .*$", re.M)
    text = scaffold.replace_one(template.read_text(encoding="utf-8"), line, f"  ring: {ring}", "ring:")
    folders = [root / tree.zones.platform / name for name in tree.app_names()]
    wanted = [folder / app_file.NAME for folder in folders if (folder / KUSTOMIZATION).is_file()]
    missing = {path: text for path in wanted if not path.exists() and not path.is_symlink()}
    scaffold.write_together(missing)
    return list(missing)
