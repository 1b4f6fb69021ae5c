"""What the customer hears, in their own repository, by plain git.

refs/notes/hosting has a note for each commit that was looked at, which `git log --notes=hosting` shows below it;
refs/hosting/facts has the facts of their app (facts.py), which hook, CI and pre-commit check with.
"""

from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from ..finding import printable
from ..policy import limits
from ..sources import plumbing
from ..sources.tree import TreeError
from . import fetch
from .platform import IDENTITY
from .problem import Failed, Moved

NOTES = "refs/notes/hosting"
FACTS = "refs/hosting/facts"
FILE = "facts.yaml"


@retry(
    retry=retry_if_exception_type(Moved), stop=stop_after_attempt(5), wait=wait_random_exponential(0.2, 5), reraise=True
)
def tell(store: Path, url: str, commit: str, text: str, facts: str) -> None:
    """Push a note for a commit, and the facts where they have changed. Raises Failed, Moved where others write, too."""
    known = fetch.refs(url, NOTES, FACTS)
    for identity in known.values():
        options = ["--depth=1", "--no-tags", "--no-write-fetch-head"]
        _git(store, "fetch", "--quiet", *options, "--", url, identity)
    if NOTES in known:
        _git(store, "update-ref", NOTES, known[NOTES])
    _git(store, "notes", "--ref", NOTES, "add", "--force", "--file=-", commit, given=text.encode(), by=IDENTITY)
    changed = [f"{NOTES}:{NOTES}"]
    if facts and facts != _facts(store, known.get(FACTS, "")):
        changed.append(f"{_with_facts(store, facts, known.get(FACTS, ''))}:{FACTS}")
    try:
        plumbing.run(store, "push", "--quiet", "--atomic", "--", url, *changed, seconds=limits.FETCH_SECONDS)
    except TreeError as error:
        said = printable(str(error))
        raise (Moved if "fetch first" in said or "cannot lock ref" in said else Failed)(f"{url}: {said}") from None


def _git(store: Path, *arguments: str, given: bytes = b"", by: plumbing.Identity | None = None) -> bytes:
    try:
        return plumbing.run(store, *arguments, given=given, by=by, seconds=limits.FETCH_SECONDS)
    except TreeError as error:
        raise Failed(f"the notes in the customer's repository: {printable(str(error))}") from None


def _facts(store: Path, commit: str) -> str:
    if not commit:
        return ""
    try:
        return plumbing.run(store, "cat-file", "blob", f"{commit}:{FILE}").decode(errors="replace")
    except TreeError:
        return ""


def _with_facts(store: Path, facts: str, parent: str) -> str:
    blob = _git(store, "hash-object", "-w", "--stdin", given=facts.encode()).decode().strip()
    tree = _git(store, "mktree", given=f"100644 blob {blob}\t{FILE}\n".encode()).decode().strip()
    above = ["-p", parent] if parent else []
    message = b"What the platform says of this app\n"
    return _git(store, "commit-tree", tree, *above, given=message, by=IDENTITY).decode().strip()
