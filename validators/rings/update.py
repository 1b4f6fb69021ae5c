"""Bring the branch that ArgoCD reads up to a commit: render what may have changed, commit what has."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from ..check import libraries
from ..finding import Finding, count
from ..render import kustomize, renderer_process
from ..sources import app_file, changes, git, rings
from ..sources.git_tree import GitTree, zones_at
from ..sources.rings import Rings
from ..sources.zones import TreeError, Zones
from . import deployment, rendering
from .branch import KEPT, RENDERER, RING, Branch, Commit
from .deployment import Files

_NAMED = 20
"""Apps whose names stand in a commit's message."""


class Update(NamedTuple):
    """What was done. `branch`: as it is afterwards; `findings`: of apps that stay as they were, by app."""

    branch: Branch
    rendered: int
    changed: list[str]
    findings: dict[str, list[Finding]]


class Rendering(NamedTuple):
    """What a commit renders to. `apps`: those that were rendered, refused ones too; `all_apps`: those that there are."""

    files: Files
    apps: set[str]
    all_apps: set[str]
    findings: dict[str, list[Finding]]
    rings: Rings | None
    zones: Zones


def update(root: Path, commit: str, branch: Branch, *, everything: bool = False) -> Update:
    """Render `commit` of the repository at `root` and put what has changed on the branch, in one commit.

    An app with errors stays as it was, and the others go on. `everything`: also what can't have changed. Raises TreeError
    where a commit or a ring's version can't be read, KustomizeError where kustomize is missing.
    """
    renderer = program()
    fresh = everything or not branch.tip or branch.trailers(RENDERER) != [renderer]
    wanted = None if fresh else affected(root, branch.source, commit) | branch.kept()
    made = render(root, commit, wanted)
    kept = set(made.findings)
    changed = dict(_changes(branch.files, made, kept))
    apps = sorted({deployment.app_of(path, made.zones) for path in changed} - {""})
    if changed or kept != branch.kept():
        trailers = [(RENDERER, renderer), *_trailers(made.rings)]
        trailers += [(KEPT, " ".join(sorted(kept)))] if kept else []
        branch = branch.write(Commit(_subject(apps), changed, commit, trailers))
    return Update(branch, len(made.apps), apps, made.findings)


def render(root: Path, commit: str, wanted: set[str] | None) -> Rendering:
    """Return what a commit renders to: the `wanted` apps, None for all, and what ArgoCD reads beside them."""
    tree = GitTree(root, commit)
    for problem in tree.ring_problems:
        raise TreeError(f"{tree.zones.rings_file}:{problem.line}: {problem.message}: {problem.hint}")
    names = _deployed(root, commit, tree.zones)
    files = deployment.argocd_files(tree)
    apps = names if wanted is None else wanted & names
    findings = {}
    for one in rendering.render(libraries.by_library(tree, apps)):
        if one.findings:
            findings[one.app] = one.findings
        else:
            files |= deployment.app_files(one.app, one.stream, tree.zones)
    return Rendering(files, apps, names, findings, tree.rings, tree.zones)


def affected(root: Path, before: str, after: str) -> set[str]:
    """Return the apps that may render to something else at one commit than at another."""
    paths = git.run(root, "diff", "--name-only", "--no-renames", "--relative", "-z", before, after).split(b"\0")
    files = [path.decode(errors="replace") for path in paths if path]
    old, new = (_state(root, commit) for commit in (before, after))
    zones = new.zones
    names = set(new.ring_of)
    if (old.rings is None) != (new.rings is None):
        return names
    if new.rings is None:
        return changes.touched([path for path in files if not path.startswith("validators/")], names, zones)
    own = [path for path in files if not any(f"{path}/".startswith(f"{part}/") for part in zones.every_app)]
    moved = {name for name in names if _version(old, name) != _version(new, name)}
    return changes.touched(own, names, zones) | moved


class _State(NamedTuple):
    """Which rings there are at a commit, the ring of each app with a platform folder, and where that is."""

    rings: Rings | None
    ring_of: dict[str, str]
    zones: Zones


def _state(root: Path, commit: str) -> _State:
    zones = zones_at(root, commit)
    listed, known = dict.fromkeys(_deployed(root, commit, zones), ""), None
    files = [f"{zones.platform}/{app}/{app_file.NAME}" for app in listed]
    for path, data in git.blobs(root, commit, (zones.rings_file, *files)):
        if path == zones.rings_file:
            known = rings.read(data)[0]
        else:
            listed[deployment.app_of(path, zones)] = app_file.ring_named(data)
    return _State(known, listed, zones)


def _version(state: _State, name: str) -> str:
    ring = state.rings.named(state.ring_of.get(name, "")) if state.rings else None
    return ring.version.commit if ring else ""


def program() -> str:
    """Return what tells the program that renders from another one, whose output may differ."""
    if found := renderer_process.find():
        return f"renderer {blake2b(found.read_bytes(), digest_size=8).hexdigest()}"
    return f"kustomize {kustomize.find().version}"


def _deployed(root: Path, commit: str, zones: Zones) -> set[str]:
    """Return the apps that have a platform folder."""
    words = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", zones.platform]
    listed = git.run(root, *words).split(b"\0")
    return {app for path in listed if (app := deployment.app_of(path.decode(errors="replace"), zones))}


def _changes(before: Files, made: Rendering, kept: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Yield what differs: files of apps that were rendered, of those that are gone, and of no app."""
    yield from ((path, data) for path, data in made.files.items() if before.get(path) != data)
    for path in before.keys() - made.files.keys():
        app = deployment.app_of(path, made.zones)
        if app not in made.all_apps or (app in made.apps and app not in kept):
            yield path, None


def _trailers(known: Rings | None) -> list[tuple[str, str]]:
    return [(RING, f"{ring.name} {ring.version.name} {ring.version.commit}") for ring in (known.rings if known else ())]


def _subject(apps: list[str]) -> str:
    named = ", ".join(apps[:_NAMED])
    more = f" and {count(len(apps) - _NAMED, 'more app')}" if len(apps) > _NAMED else ""
    return f"Render {named}{more}" if apps else "Render: no app changes"
