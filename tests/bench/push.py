"""How long a customer waits for the hook of their git server: `python -m tests.bench.push --apps 1000 --pushes 100`.

Each push goes to a repository of its own by real git, with an empty cache: nothing is known from before.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.validators.repository import Repository

from .generate import ROOT, generate

_HOOK = "#!/bin/sh\nPYTHONPATH={root} XDG_CACHE_HOME=$PWD/cache exec {python} -m validators pre-receive-hook\n"


def served(top: Path, folder: Path) -> Repository:
    """Return a checkout of a repository with a customer's folder, whose server runs the hook."""
    name = "/".join(folder.parts[-2:])
    server, root = top / f"{name.replace('/', '-')}.git", top / name.replace("/", "-")
    Repository(top).git("init", "--quiet", "--bare", "--initial-branch=main", str(server))
    folder.rename(root)
    checkout = Repository(root)
    checkout.git("init", "--quiet", "--initial-branch=main")
    checkout.commit("Begin")
    checkout.git("push", "--quiet", server.as_uri(), "main")
    checkout.git("remote", "add", "origin", server.as_uri())
    Repository(server).git("config", "hosting.app", name)
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK.format(root=ROOT, python=sys.executable))
    hook.chmod(0o755)
    return checkout


def push(checkout: Repository) -> float:
    """Return the seconds that a push of one changed line takes. Raises CalledProcessError where it is refused."""
    with (checkout.root / "app.env").open("a") as file:
        file.write("PUSHED=1\n")
    checkout.commit("Push")
    start = time.monotonic()
    subprocess.run(["git", "-C", checkout.root, "push", "--quiet", "origin", "main"], check=True, capture_output=True)
    return time.monotonic() - start


def main() -> None:
    """Print the median and the time that 95 % of the pushes stay below."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=1000)
    parser.add_argument("--pushes", type=int, default=100)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="django-hosting-") as folder:
        top = Path(folder)
        generate(top / "platform", args.apps)
        apps = sorted((top / "platform/overlays/customers").glob("*/*"))
        chosen = Random(1).sample(apps, min(args.pushes, len(apps)))  # noqa: S311
        seconds = sorted(push(served(top, one)) for one in chosen)
    below = seconds[int(len(seconds) * 0.95) - 1]
    print(
        f"{len(seconds)} pushes of {args.apps:,} apps, nothing cached: median {statistics.median(seconds):.2f} s, ",
        end="",
    )
    print(f"95 % within {below:.2f} s, the longest {seconds[-1]:.2f} s")


if __name__ == "__main__":
    main()
