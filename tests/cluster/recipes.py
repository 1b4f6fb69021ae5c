"""Image recipes: images/<name>.yaml, with the files to put into the image under images/<name>/."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.build import content_key
from tests.cluster.settings import HERE, Settings

IMAGES = HERE / "images"


@dataclass(frozen=True)
class Recipe:
    """What an image is made of, in the order in which it happens.

    engine: what it is for, if not for every cluster (engines.py).  references: the names it is pulled by.  private: those that want a password.  base: another recipe, or nothing.
    suite: the Debian release to start from.  packages: from Debian.  copies: image path -> file or folder of the
    repository, or (``${bin}``, ``${debian}``) a built one.  commands: run inside, as root.  remove: paths that must not
    be in the image.  config: the OCI image config.
    """

    name: str
    engine: str = ""
    references: list[str] = field(default_factory=list)
    private: list[str] = field(default_factory=list)
    base: str = ""
    suite: str = ""
    packages: list[str] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    commands: list[list[str]] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> Path:
        """The folder whose content is laid over the image's root; need not exist."""
        return IMAGES / self.name


def load(settings: Settings) -> dict[str, Recipe]:
    """Every recipe by name, a base before what is built on it; raises KeyError for a base that isn't there."""
    found = {}
    for file in sorted(IMAGES.glob("*.yaml")):
        found[file.stem] = Recipe(file.stem, **yaml.safe_load(settings.render(file.read_text())))
    ordered: dict[str, Recipe] = {}
    for name in found:
        for step in reversed([name, *bases(found, name)]):
            ordered[step] = found[step]
    return ordered


def bases(recipes: dict[str, Recipe], name: str) -> list[str]:
    """The recipes below this one, nearest first."""
    chain = []
    while name := recipes[name].base:
        chain.append(name)
    return chain


def key(recipes: dict[str, Recipe], name: str) -> str:
    """Changes with anything the image is made of: its recipe, its files, its base; not with Debian's updates."""
    recipe = recipes[name]
    content = {name: value for name, value in asdict(recipe).items() if name not in ("engine", "references", "private")}
    parts = [json.dumps(content, sort_keys=True).encode()]
    for source in [recipe.files, *map(source_path, recipe.copies.values())]:
        parts += [content for file in _files(source) for content in (str(file.name).encode(), _identity(file))]
    below = key(recipes, recipe.base).encode() if recipe.base else b""
    return content_key(below, *parts)


def source_path(source: str) -> Path:
    """Where a copy comes from: relative paths are the repository's."""
    return HERE.parent.parent / source


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        return sorted(path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [source] if source.exists() else []


def _identity(file: Path) -> bytes:
    """The content, or for what the cluster itself built the path, which has the content's key in it."""
    if file.stat().st_size > 5_000_000:
        return str(file.resolve()).encode()
    return file.read_bytes()
