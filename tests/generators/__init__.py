"""What is generated and committed: one file a subject, with

    OWNS: tuple[str, ...]                       the files that are all its own, as patterns from the root
    files(root: Path) -> dict[str, str]         the texts it wants, by path from the root

`generate` writes them and removes what it owns and no longer wants; the tests compare.
"""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

from validators.authoring import scaffold


def names() -> list[str]:
    """Return the names of the generators."""
    return [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]


def load(name: str) -> ModuleType:
    """Return a generator."""
    return importlib.import_module(f"{__name__}.{name}")


def write(root: Path, generator: ModuleType, wanted: dict[str, str] | None = None) -> list[str]:
    """Bring a generator's files up to date and return the paths that changed. `wanted`: what its files() gave."""
    wanted = generator.files(root) if wanted is None else wanted
    changed = []
    for path, text in wanted.items():
        target = root / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            scaffold.write_atomically(target, text)
            changed.append(path)
    for path in orphans(root, generator, wanted):
        (root / path).unlink()
        changed.append(path)
    return changed


def orphans(root: Path, generator: ModuleType, wanted: dict[str, str]) -> list[str]:
    """Return the files that a generator owns and no longer wants."""
    owned = {path.relative_to(root).as_posix() for pattern in generator.OWNS for path in root.glob(pattern)}
    return sorted(owned - wanted.keys())


def filled_in(root: Path, path: str, tables: dict[str, str], mark: str = "<!-- {} -->\n") -> str:
    """Return a file that is written by hand, with each table where its lines `<!-- name:begin -->` and `end` say so.

    `mark` is what these lines look like. Raises ValueError where they are missing.
    """
    text = (root / path).read_text(encoding="utf-8")
    for name, contents in tables.items():
        text = _filled_in(text, path, [mark.format(f"{name}:{edge}") for edge in ("begin", "end")], contents)
    return text


def _filled_in(text: str, path: str, marks: list[str], contents: str) -> str:
    before, begin, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"{path}: the lines {marks[0].strip()} and {marks[1].strip()} are missing")
    return before + begin + contents + end + after
