"""What the rules about files share: what was refused when a folder was read, and what isn't plain YAML."""

from collections.abc import Iterator

from ..finding import Place
from ..sources.tree import Folder
from . import Problem


def refused(folder: Folder) -> Iterator[Problem]:
    """Yield the files that were not read."""
    for refusal in folder.refused:
        yield Problem(refusal.message, place=Place(refusal.path), hint=refusal.hint)


def unreadable(folder: Folder, name: str) -> Iterator[Problem]:
    """Yield what isn't plain YAML in a file."""
    for problem in folder.load(name)[1]:
        yield Problem(
            problem.message, place=Place(f"{folder.path}/{name}", problem.line, problem.column), hint=problem.hint
        )
