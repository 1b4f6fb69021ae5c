"""The table of components in README.md, from the components' own README files and from who uses them."""

import re
from pathlib import Path

from . import _component_files as component_files
from . import filled_in
from .component_changes import shown_file

OWNS = ()
_ZONE = re.compile(r"^Zone: (customer|platform)$", re.M)
_PICKED = re.compile(r"components/(\S+?)\s*(?:#.*)?$", re.M)


def files(root: Path) -> dict[str, str]:
    """Return README.md with its table renewed. Raises ValueError where it has no place for one."""
    return {"README.md": filled_in(root, "README.md", {"components": _table(root)})}


def summary(root: Path, name: str) -> tuple[str, str]:
    """Return a component's zone and its first sentence, from its README.md. Raises ValueError."""
    path = readme(root, name)
    text = path.read_text(encoding="utf-8")
    paragraphs = text.split("\n\n")
    zone = _ZONE.search(text)
    opening = paragraphs[0].splitlines()[1:]
    first = " ".join(opening if opening else paragraphs[1].splitlines())
    if not zone or not first:
        raise ValueError(f"{path}: needs a first paragraph and a line 'Zone: customer' or 'Zone: platform'")
    return zone[1], re.split(r"(?<=\.)\s", first)[0]


def readme(root: Path, name: str) -> Path:
    """Return the README.md of a component: its own, or that of the folder it is a variant in (hosts/2)."""
    own = root / "components" / name / "README.md"
    return own if own.exists() else own.parent.parent / "README.md"


def users(root: Path) -> dict[str, list[str]]:
    """Return for each component the worked examples, `<customer>/<app>`, that list it."""
    found: dict[str, list[str]] = {name: [] for name in component_files.read(root)}
    for path in sorted(root.glob("overlays/*/*/*/kustomization.yaml")):
        for name in _PICKED.findall(path.read_text(encoding="utf-8")):
            found.setdefault(name, []).append("/".join(path.parent.parts[-2:]))
    return found


def _table(root: Path) -> str:
    lines = ["| Component | Zone | What it does | In the examples |", "|---|---|---|---|"]
    used = users(root)
    for one in component_files.read(root).values():
        if one.zone not in ("customer", "platform"):
            continue
        name = one.name
        zone, sentence = summary(root, name)
        link = f"[`{name}`]({readme(root, name).relative_to(root).as_posix()})"
        apps = ", ".join(sorted({app.partition("/")[2] for app in used[name]}))
        apps = apps or ", ".join(f"[{app.partition('/')[2]}]({shown_file(name, app)})" for app in one.shown)
        lines.append(f"| {link} | {zone} | {sentence} | {apps} |")
    return "\n".join(lines) + "\n"
