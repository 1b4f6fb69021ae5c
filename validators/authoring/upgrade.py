"""Replace the library in a hoster's repository by the one that this package brings, and keep everything that is theirs."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from ..sources import git
from ..sources.customer import library_root
from ..sources.zones import on_disk
from . import library, library_texts, scaffold
from .library import LibraryProblem, Sums

_PINNED = (".pre-commit-config.yaml", "requirements.txt", "README.md")
"""Files of the hoster's that name the version, as init writes it."""
_SECTION = re.compile(r"^## (\d+)\.(\d+)\.(\d+), .*?(?=^## |\Z)", re.M | re.S)
_NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class Upgrade(NamedTuple):
    """From which version to which, the paths that changed, and the changelog of the versions between, newest first."""

    before: str
    after: str
    changed: list[str]
    changelog: str


def replace(root: Path) -> Upgrade:
    """Replace the library's files. Raises LibraryProblem, TreeError or OSError; then nothing has changed.

    The caller can compare the apps with HEAD: everything was committed before.
    """
    before, read = library.read(root), library_texts.texts(on_disk(root))
    after = library.released(read)
    if _number(after.version) < _number(before.version):
        raise LibraryProblem(f"{after.version} is older than the library here, {before.version}: install a newer one")
    _refuse_edits(root, before)
    if changed := git.run(root, "status", "--porcelain").decode(errors="replace").splitlines():
        raise LibraryProblem(f"{changed[0][3:]} isn't committed: commit it, or put it away, first")
    new = [name for name in after.files if name not in before.files and (root / name).exists()]
    if new:
        raise LibraryProblem(
            f"{new[0]} is yours, and {after.version} brings a file of this name: give yours another name"
        )
    source = library_root()
    gone = before.files.keys() - after.files.keys()
    changed = sorted({*gone, *(name for name, digest in after.files.items() if before.files.get(name) != digest)})
    texts = {root / name: read[name] for name in changed if name not in gone}
    pins = _pins(root, before.version, after.version)
    for path in texts:
        path.parent.mkdir(parents=True, exist_ok=True)
    scaffold.write_together({**texts, **pins, root / library.SUMS: library.text(after)})
    for name in gone:
        _remove(root, root / name)
    changelog = between((source / "CHANGELOG.md").read_text(encoding="utf-8"), before.version, after.version)
    return Upgrade(
        before.version, after.version, [*changed, *(p.relative_to(root).as_posix() for p in pins)], changelog
    )


def between(changelog: str, before: str, after: str) -> str:
    """Return the sections of the versions after `before`, up to `after`."""
    low, high = _number(before), _number(after)
    return "".join(
        section[0] for section in _SECTION.finditer(changelog) if low < tuple(map(int, section.groups())) <= high
    ).strip()


def _number(version: str) -> tuple[int, ...]:
    match = _NUMBER.match(version)
    if not match:
        raise LibraryProblem(f"{version!r} is no version: write it as 1.4.0")
    return tuple(map(int, match.groups()))


def _refuse_edits(root: Path, sums: Sums) -> None:
    """Refuse where files of the library were edited, and show how: against the commit that put them in."""
    names = library.edited(root, sums)
    if not names:
        return
    [commit] = git.run(root, "log", "-1", "--format=%H", "--", library.SUMS).decode().split() or [""]
    shown = git.run(root, "diff", "--no-color", commit, "--", *names).decode(errors="replace") if commit else ""
    raise LibraryProblem(
        f"{shown}{len(names)} of the library's files were edited here: {', '.join(names)}\n"
        f"Move each edit into files of your own (a patch in an app's folder, a component beside the library's), then take "
        f"the files back: git checkout {commit[:12] or 'COMMIT'} -- {' '.join(names)}"
    )


def _pins(root: Path, before: str, after: str) -> dict[Path, str]:
    """Return the texts of the files that name the version, where the new one has to stand in them."""
    pattern = re.compile(rf"(django-hosting(?:-renderer)?(?:==| ))({re.escape(before)})(?![\d.]*\d)")
    texts = {root / name: (root / name).read_text(encoding="utf-8") for name in _PINNED if (root / name).is_file()}
    new = {path: pattern.sub(rf"\g<1>{after}", text) for path, text in texts.items()}
    return {path: text for path, text in new.items() if text != texts[path]}


def _remove(root: Path, path: Path) -> None:
    """Delete a file, and the folders that are empty then."""
    path.unlink()
    for folder in path.parents:
        if folder == root or any(folder.iterdir()):
            return
        shutil.rmtree(folder)
