"""Make the skeleton of a component in components/, complete as it is: ``python packaging/new_component.py NAME ZONE``."""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ZONES = ("customer", "platform")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,28}[a-z0-9]")
_NEXT = """\
Made components/{name}: it renders as it is. Next:
  1. Edit the lines marked EDIT, and what the component is to do
  2. make generate (the order, the pages, the goldens, ArgoCD's project)
  3. .venv/bin/python -m pytest tests/test_components.py -k {name} (says what is still missing)
  docs/adding-a-component.md explains each file"""


def make(root: Path, name: str, zone: str) -> Path:
    """Write the component's folder and return it. Raises ValueError with one line for people."""
    if zone not in ZONES:
        raise ValueError(f"ZONE {zone!r}: write {' or '.join(ZONES)}")
    if not _NAME.fullmatch(name):
        raise ValueError(f"NAME {name!r}: write 2 to 30 lower-case letters, digits and hyphens, a letter first")
    folder = root / "components" / name
    if folder.exists():
        raise ValueError(f"{folder} exists: take another NAME, or remove it first")
    draft = folder.with_name(f".new-{name}")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(root / "packaging" / "component" / zone, draft)
    for path in draft.rglob("*.*"):
        path.write_text(path.read_text(encoding="utf-8").replace("NAME", name), encoding="utf-8")
    return draft.rename(folder)


def main() -> int:
    """Do it, and say what is next."""
    name, zone = (*sys.argv[1:], "", "")[:2]
    try:
        make(ROOT, name, zone or ZONES[0])
    except (ValueError, OSError) as problem:
        print(f"new-component: {problem}", file=sys.stderr)
        return 2
    print(_NEXT.format(name=name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
