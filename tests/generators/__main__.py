"""``python -m tests.generators [SUBJECT ...]``: renew what is generated and committed, all of it or these subjects."""

import argparse
import subprocess
import sys

from tests.conftest import ROOT
from validators.render import kustomize

from . import load, names, write

POLICY = "components"


def main() -> int:
    """Write what changed, and name it."""
    parser = argparse.ArgumentParser(prog="python -m tests.generators", description=__doc__)
    parser.add_argument("subject", nargs="*", metavar="SUBJECT", help="only these: " + ", ".join(names()))
    wanted = parser.parse_args().subject or names()
    if unknown := set(wanted) - set(names()):
        parser.error(f"{min(unknown)!r}: write {', '.join(names())}")
    number = renewed = 0
    try:
        for name in sorted(wanted, key=lambda name: name != POLICY):
            generator = load(name)
            texts = generator.files(ROOT)
            changed = write(ROOT, generator, texts)
            print("".join(f"renewed {path}\n" for path in changed), end="", flush=True)
            if name == POLICY and changed:  # what is imported already has the old one
                return subprocess.call([sys.executable, "-m", __package__, *sys.argv[1:]])
            number, renewed = number + len(texts), renewed + len(changed)
    except (kustomize.KustomizeError, OSError, ValueError) as problem:
        print(f"generate: {problem}", file=sys.stderr)
        return 2
    print(f"{number} of them are generated, {renewed} renewed now")
    return 0


if __name__ == "__main__":
    sys.exit(main())
