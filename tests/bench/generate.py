"""Write a repository of many realistic apps: `python -m tests.bench.generate DIR --apps 1000`.

The library is a copy of this repository's. The same arguments write the same bytes.
"""

import argparse
import shutil
import sys
from pathlib import Path
from random import Random

from tests.zones import LIBRARY

from . import files, mixes

ROOT = Path(__file__).resolve().parents[2]
APPS_OF_A_CUSTOMER = 10
_WORDS = ("site", "shop", "blog", "learn", "photos", "archive", "forum", "tickets", "crm", "api", "events", "wiki")


def generate(target: Path, apps: int, seed: int = 1) -> None:
    """Write the library and `apps` platform folders, ten a customer, to `target`, which must not exist.

    An app whose files are on NFS counts twice where its server, a folder of its own, still fits.
    """
    for part in LIBRARY:
        shutil.copytree(ROOT / part, target / part)
    random = Random(seed)  # noqa: S311
    written = 0
    while written < apps:
        customer = f"customer{written // APPS_OF_A_CUSTOMER:04d}"
        room = min(APPS_OF_A_CUSTOMER, apps - written)
        names = iter(_WORDS)
        while room:
            mix = mixes.draw(random)
            if mix.storage == "nfs" and room < 2:
                continue
            folders = app_folders(customer, next(names), mix, random)
            for path, contents in folders.items():
                _write(target / "overlays" / path, contents)
            count = sum(path.startswith("ungleich/") for path in folders)
            room, written = room - count, written + count


def app_folders(customer: str, name: str, mix: mixes.Mix, random: Random) -> dict[str, dict[str, str]]:
    """Return an app's folders below overlays/, with their files."""
    server = f"fd00:10:96::{int(customer[-4:]) + 1:x}:{_WORDS.index(name) + 1:x}"
    folders = {
        f"customers/{customer}/{name}": files.customer_files(customer, name, mix, random),
        f"ungleich/{customer}/{name}": files.platform_files(customer, name, mix, server, random),
    }
    if mix.storage == "nfs":
        folders[f"ungleich/{customer}/{name}-nfs"] = files.server_files(customer, name, server)
    return folders


def _write(folder: Path, contents: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")


def main() -> int:
    """Write the fleet that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write a repository of many realistic apps.")
    parser.add_argument("target", type=Path, metavar="DIR", help="where to; must not exist")
    parser.add_argument("--apps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.target.exists():
        print(f"generate: {args.target} is there already; give a new folder", file=sys.stderr)
        return 2
    generate(args.target, args.apps, args.seed)
    print(f"{args.apps:,} apps in {args.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
