"""How long a commit waits for the hook: `make bench-hooks`, through the real pre-commit.

Each commit changes one line of one app. In turns with ours runs a hook that does nothing, so what else the machine does
is in both. "Nothing known" is a customer's first commit on a machine, or the first after a new version: the cache is
emptied before each.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from tabulate import tabulate

from tests import hooks
from tests.conftest import ROOT
from tests.hooks import PreCommit
from tests.validators.repository import Repository

from .generate import generate

NOTHING = "nothing"
CUSTOMERS, PLATFORMS = "django-hosting-customer", "django-hosting"
ROUNDS_TO_WARM = 2


@dataclass(frozen=True)
class Case:
    """A repository whose hook is timed: `file` is what each commit changes."""

    title: str
    repository: Repository
    hook: str
    file: Path
    pre_commit: PreCommit
    known: bool = True
    """Whether anything is kept from the commit before."""

    def round(self) -> tuple[float, float]:
        """Change the file, and return the seconds of the hook that does nothing, and of ours."""
        lines = [line for line in self.file.read_text().splitlines() if not line.startswith("RELEASE=")]
        self.file.write_text("\n".join([*lines, f"RELEASE={os.urandom(4).hex()}"]) + "\n")
        self.repository.git("add", "--all")
        if not self.known:
            shutil.rmtree(self.pre_commit.home / ".cache" / "django-hosting", ignore_errors=True)
        return self._seconds(NOTHING), self._seconds(self.hook)

    def _seconds(self, hook: str) -> float:
        start = time.perf_counter()
        code, output = self.pre_commit.run(self.repository, "run", hook)
        seconds = time.perf_counter() - start
        if code or "Passed" not in output:
            raise SystemExit(f"bench: the hook {hook} ended with {code}: {output}")
        return seconds


def prepared(repository: Repository, hook: str, library: Repository, *, renderer: bool, app: str) -> None:
    """Write the hook's configuration as the page has it, and the hook that does nothing; commit all."""
    text = hooks.configuration(hook, library, "v1", renderer=renderer).replace("acme/shop", app)
    configuration = yaml.safe_load(text)
    nothing = {"id": NOTHING, "name": NOTHING, "entry": "true", "language": "system", "always_run": True}
    configuration["repos"].append({"repo": "local", "hooks": [nothing | {"pass_filenames": False}]})
    (repository.root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit()


def install(repository: Repository, pre_commit: PreCommit, how: str) -> None:
    """Install the hooks' environments, and say what that takes."""
    start = time.perf_counter()
    code, output = pre_commit.run(repository, "install-hooks")
    if code:
        raise SystemExit(f"bench: {output}")
    seconds = time.perf_counter() - start
    print(f"installed {how} in {seconds:.0f} s, {pre_commit.installed() / 1e6:.0f} MB", flush=True)


def cases(top: Path, library: Repository, apps: int) -> Iterator[Case]:
    """Yield the repositories, of a customer and of the platform, whose hooks render by the wheel and by kustomize."""
    wheels = top / "wheels"
    hooks.renderer_wheel(wheels)
    for renderer, how in ((True, "the renderer's wheel"), (False, "kustomize")):
        home = top / how.split()[-1]
        pre_commit = PreCommit(home, (hooks.WHEELS, wheels))
        shop = Repository(home / "shop")
        shutil.copytree(ROOT / "overlays/customers/example/shop", shop.root)
        prepared(shop, CUSTOMERS, library, renderer=renderer, app="example/shop")
        install(shop, pre_commit, f"with {how}")
        for known, when in ((True, ""), (False, ", nothing known")):
            yield Case(f"a customer's, {how}{when}", shop, CUSTOMERS, shop.root / "app.env", pre_commit, known)
        fleet = Repository(home / "fleet")
        generate(fleet.root, apps)
        prepared(fleet, PLATFORMS, library, renderer=renderer, app="")
        file = sorted((fleet.root / "overlays/customers").glob("*/*/app.env"))[apps // 2]
        yield Case(f"the platform's, {apps:,} apps, {how}", fleet, PLATFORMS, file, pre_commit)


def row(case: Case, commits: int) -> list[str]:
    """Time a case, and return its line of the table."""
    for _ in range(ROUNDS_TO_WARM):
        case.round()
    pairs = [case.round() for _ in range(commits)]
    more = sorted(ours - nothing for nothing, ours in pairs)
    nothing, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    below = more[max(0, int(len(more) * 0.95) - 1)]
    print(f"{case.title}: {statistics.median(more):.2f} s more", file=sys.stderr)
    return [case.title, *(f"{value:.2f}" for value in (nothing, ours, statistics.median(more), below))]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="make bench-hooks", description=__doc__)
    parser.add_argument("--apps", type=int, default=1000, help="how many the platform's repository has")
    parser.add_argument("--commits", type=int, default=40)
    args = parser.parse_args()
    headings = ["hook", "one that does nothing", "ours", "more, median", "more, 95 %"]
    with tempfile.TemporaryDirectory(prefix="django-hosting-bench-") as folder:
        library = hooks.library(Path(folder) / "library")
        rows = [row(case, args.commits) for case in cases(Path(folder), library, args.apps)]
    print(f"{os.cpu_count()} cores (load {os.getloadavg()[1]:.1f}); seconds, medians of {args.commits} commits\n")
    print(tabulate(rows, headings, disable_numparse=True, colalign=("left", *["right"] * 4)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
