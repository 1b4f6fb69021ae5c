"""What the promotion's key may push to the platform's repository: for the update hook of its server."""

import re
from dataclasses import dataclass
from pathlib import Path

from ..finding import printable
from ..sources import plumbing
from ..sources.git_objects import MODES
from ..sources.git_tree import zones_at
from ..sources.plumbing import NOTHING
from ..sources.tree import CUSTOMERS, NAME, TreeError
from .problem import Refused

_APPS_FILE = re.compile(rf"{CUSTOMERS}/([^/]+)/([^/]+)/.+")
_MOST = 1000
"""Commits in one push."""


@dataclass(frozen=True)
class Guard:
    """The platform's repository at `root`; `branch` is what ArgoCD reads."""

    root: Path
    branch: str

    def check(self, ref: str, old: str, new: str) -> None:
        """Pass where the promotion may move a ref so. Raises Refused."""
        review = re.fullmatch(r"refs/heads/review/([^/]+)/([^/]+)/[0-9a-f]{40}", ref)
        if ref != f"refs/heads/{self.branch}" and not review:
            raise Refused(f"{printable(ref)} isn't a branch of the promotion")
        if review and new == NOTHING:
            return
        if NOTHING in (new, *([] if review else [old])):
            raise Refused(f"{printable(ref)} may neither come nor go")
        start = (
            plumbing.run(self.root, "merge-base", f"refs/heads/{self.branch}", new).decode().strip() if review else old
        )
        if not self._is_above(start, new):
            raise Refused(f"{printable(ref)}: isn't on top of {start[:12]}: nothing is overwritten")
        commits = plumbing.run(
            self.root, "rev-list", f"--max-count={_MOST + 1}", "--parents", new, f"^{start}"
        ).decode()
        lines = [line.split() for line in commits.splitlines()]
        if len(lines) > _MOST:
            raise Refused(f"more than {_MOST} commits at once")
        for commit, *parents in lines:
            if len(parents) != 1:
                raise Refused(f"{commit[:12]} has {len(parents)} parents: a promotion has one")
            self._files(commit, parents[0])

    def _is_above(self, old: str, new: str) -> bool:
        try:
            plumbing.run(self.root, "merge-base", "--is-ancestor", old, new)
        except TreeError:
            return False
        return True

    def _files(self, commit: str, parent: str) -> None:
        changes = plumbing.run(self.root, "diff-tree", "-r", "-z", "--no-renames", "--raw", parent, commit)
        parts = changes.split(b"\0")
        if len(parts) < 2:
            raise Refused(f"{commit[:12]} changes nothing")
        apps = {
            self._app(commit, head.decode(), path) for head, path in zip(parts[::2], parts[1::2], strict=False) if head
        }
        if len(apps) != 1:
            raise Refused(f"{commit[:12]} changes {len(apps)} apps: a promotion changes one")
        app = apps.pop()
        zones = zones_at(self.root, parent)
        if not plumbing.run(self.root, "ls-tree", parent, zones.of(app)[1]):
            raise Refused(f"{commit[:12]} makes the app {app}, which has no folder in {zones.platform}")
        subject = plumbing.run(self.root, "log", "-1", "--format=%s", commit).decode(errors="replace")
        if not subject.startswith(f"{app}: "):
            raise Refused(f"{commit[:12]} changes {app}, and its message says something else")

    def _app(self, commit: str, head: str, path: bytes) -> str:
        shown = printable(path.decode(errors="replace"))
        match = _APPS_FILE.fullmatch(shown)
        if not match or not NAME.match(match[1]) or not NAME.match(match[2]):
            raise Refused(f"{commit[:12]} changes {shown}: the promotion may change files of apps in {CUSTOMERS} only")
        mode = head.split()[1]
        if mode not in (*MODES, "000000"):
            raise Refused(f"{commit[:12]} makes {shown} a link or a submodule")
        return f"{match[1]}/{match[2]}"
