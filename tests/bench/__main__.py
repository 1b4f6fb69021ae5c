"""Compare with what people do today, on a generated fleet, in one run: `make bench`.

Everything is measured here and now on the same tree. What would take longer than LONG is measured on a sample, every
n-th app, and multiplied; the table says so.
"""

import argparse
import os
import platform
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from tests.zones import PLATFORM
from validators.kubernetes import versions
from validators.render import kustomize
from validators.sources.tree import ARGOCD

from . import kubeconform
from .generate import ROOT, generate
from .measure import Cost, run

LONG = 300.0
"""Seconds from which a run is extrapolated."""
SAMPLE = 40
COLD = "ours, nothing cached"
ROUNDS = 3
"""Short runs are repeated, and the fastest counts: what else the machine does is no part of it."""


@dataclass(frozen=True)
class Row:
    """One line of the table: of how many apps, and of how many of them it was extrapolated (0: measured whole)."""

    title: str
    apps: int
    cost: Cost
    sample: int = 0


class Bench:
    """A fleet of `apps`, and a folder for what the runs write."""

    def __init__(self, folder: Path, apps: int) -> None:
        self.apps = apps
        self.tree = folder / "fleet"
        self.scratch = folder / "scratch"
        self.scratch.mkdir(parents=True)
        generate(self.tree, apps)
        self.kustomize = kustomize.find()
        # A user's Python keeps its bytecode.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.env = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "NO_COLOR": "1",
        }

    @property
    def overlays(self) -> list[str]:
        """The platform folders, relative to the tree."""
        top = self.tree / PLATFORM
        return sorted(str(path.relative_to(self.tree)) for path in top.glob("*/*") if path.parent.name != ARGOCD)

    def ours(self, *arguments: str) -> Cost:
        """Run our check of all apps, or of what the arguments say."""
        command = [sys.executable, "-m", "validators", "check", "--root", str(self.tree), *arguments]
        cost = run(command, cwd=self.tree, env=self.env)
        if cost.code:  # an app with mistakes in its sources is not rendered, so it would cost less
            raise SystemExit(f"bench: the check ended with {cost.code}: {cost.output}")
        return cost

    def cold(self) -> Cost:
        """Check everything with nothing in the cache."""
        shutil.rmtree(self.env["XDG_CACHE_HOME"], ignore_errors=True)
        return self.ours()

    def changed(self) -> Cost:
        """Release one app, and check everything."""
        self._release()
        return self.ours()

    def component_changed(self) -> Row:
        """Change a component that some of the apps list, and check everything: the others' results are kept."""
        text = "components/scheduler\n"
        users = [
            file for file in self.tree.glob("overlays/customers/*/*/kustomization.yaml") if text in file.read_text()
        ]
        with (self.tree / "components/scheduler/deployment.yaml").open("a", encoding="utf-8") as file:
            file.write(f"# {os.urandom(4).hex()}\n")
        return Row(f"ours, a component of {len(users):,} apps changed", self.apps, self.ours())

    def hook(self) -> Cost:
        """Release one app, and check what a commit hook is given: the changed file."""
        return self.ours(str(self._release()))

    def _release(self) -> Path:
        file = sorted((self.tree / "overlays" / "customers").glob("*/*/app.env"))[self.apps // 2]
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("RELEASE=")]
        file.write_text("\n".join([*lines, f"RELEASE={os.urandom(4).hex()}"]) + "\n", encoding="utf-8")
        return file

    def naive(self, overlays: list[str]) -> Cost:
        """Build with as many processes as cores, and check in one process what they print."""
        build = " ".join(self.kustomize.command)
        command = (
            f"xargs -P{os.cpu_count()} -I@ sh -c "
            f"'out={self.scratch}/$(echo @ | tr / _).yaml; {build} @ >$out && echo $out' "
            f"| {sys.executable} -m tests.bench.naive {versions.KUBERNETES_NEWEST}"
        )
        return run(["sh", "-c", command], cwd=self.tree, env=self.env, stdin="\n".join(overlays))

    def expert(self, overlays: list[str]) -> Cost:
        """Build with as many processes as cores, then let kubeconform, a Go program, check all files at once."""
        built = self.scratch / "built"
        shutil.rmtree(built, ignore_errors=True)
        built.mkdir()
        cores = os.cpu_count() or 1
        program, schemas = kustomize.TOOLS / "kubeconform", self.scratch / "schemas"
        if not schemas.is_dir():
            kubeconform.schemas(schemas)
        checked = shlex.join([*kubeconform.command(program, schemas, cores), str(built)])
        build = " ".join(self.kustomize.command)
        command = f"xargs -P{cores} -I@ sh -c '{build} @ >{built}/$(echo @ | tr / _).yaml' && {checked}"
        cost = run(["sh", "-c", command], cwd=self.tree, env=self.env, stdin="\n".join(overlays))
        if cost.code:  # a schema that isn't found would cost less
            raise SystemExit(f"bench: kubeconform ended with {cost.code}: {cost.output}")
        return cost

    def command_line(self, overlays: list[str]) -> Cost:
        """Do the same with a process of kubernetes-validate for each app."""
        build = " ".join(self.kustomize.command)
        check = f"{sys.executable} -m kubernetes_validate -k {versions.KUBERNETES_NEWEST} --strict --quiet --no-warn"
        command = (
            f"xargs -P{os.cpu_count()} -I@ sh -c "
            f"'out={self.scratch}/$(echo @ | tr / _).yaml; {build} @ >$out && {check} $out'"
        )
        return run(["sh", "-c", command], cwd=self.tree, env=self.env, stdin="\n".join(overlays))

    def extrapolated(self, title: str, measure: Callable[[list[str]], Cost]) -> Row:
        """Measure a sample, and everything if that doesn't take long."""
        overlays = self.overlays
        sample = overlays[:: max(1, len(overlays) // SAMPLE)][:SAMPLE]
        cost = measure(sample)
        factor = len(overlays) / len(sample)
        if cost.wall * factor <= LONG:
            return Row(title, len(overlays), measure(overlays))
        return Row(title, len(overlays), cost.times(factor), len(sample))


def best(measure: Callable[[], Cost]) -> Cost:
    """Return the fastest of some runs."""
    return min((measure() for _ in range(ROUNDS)), key=lambda cost: cost.wall)


def measure_all(folder: Path, apps: int, factor: int) -> Iterator[Row]:
    """Yield the table's rows as they come. The first one is what the others are compared with."""
    bench = Bench(folder / "one", apps)
    yield bench.extrapolated("kustomize by xargs, kubernetes-validate as one process", bench.naive)
    yield bench.extrapolated("the same, kubernetes-validate's own command for each app", bench.command_line)
    yield bench.extrapolated("kustomize by xargs with kubeconform", bench.expert)
    yield Row(COLD, apps, bench.cold())
    yield Row("ours, unchanged", apps, best(bench.ours))
    yield Row("ours, one app changed", apps, best(bench.changed))
    yield Row("ours, one app: a commit's hook", 1, best(bench.hook))
    yield bench.component_changed()
    if factor > 1:
        many = Bench(folder / "many", apps * factor)
        yield Row(COLD, many.apps, many.cold())
        yield Row("ours, unchanged", many.apps, best(many.ours))


def shown(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on, and say that they are there: a run takes minutes."""
    for row in rows:
        print(f"{row.title} ({row.apps:,}): {row.cost.wall:.2f} s", file=sys.stderr)
        yield row


def table(rows: list[Row]) -> str:
    """Return the table for people."""
    base = rows[0].cost.wall / rows[0].apps
    lines = []
    for row in rows:
        speed = f"{base * row.apps / row.cost.wall:.1f}x" if row.apps > 1 else ""
        wall = f"{row.cost.wall:.2f}" if row.cost.wall < 10 else f"{row.cost.wall:.0f}"
        note = f"from a sample of {row.sample}" if row.sample else "measured"
        lines.append([row.title, f"{row.apps:,}", wall, f"{row.cost.cpu:.1f}", f"{row.cost.memory:.0f}", speed, note])
    headings = ["", "apps", "seconds", "CPU s", "peak MiB", "speed", ""]
    return tabulate(
        lines, headings, tablefmt="simple", disable_numparse=True, colalign=("left", *["right"] * 5, "left")
    )


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description="Compare our check with what people do today.")
    parser.add_argument("--apps", type=int, default=1000)
    parser.add_argument("--factor", type=int, default=10, help="how many times as many for the last rows; 1: none")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="django-hosting-bench-") as folder:
        rows = list(shown(measure_all(Path(folder), args.apps, args.factor)))
    load = os.getloadavg()[1]
    print(f"{os.cpu_count()} cores (load {load:.1f}), Python {platform.python_version()}, ", end="")
    print(f"kustomize {kustomize.find().version}, Kubernetes {versions.KUBERNETES_NEWEST}\n")
    print(table(rows))
    cold = [row for row in rows if row.title == COLD]
    print(f"\n{cold[0].cost.output.splitlines()[-1]}")
    if args.factor > 1:
        growth = cold[1].cost.wall / cold[0].cost.wall
        print(f"{cold[1].apps:,} apps take {growth:.1f} times as long as {cold[0].apps:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
