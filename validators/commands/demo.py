"""The main job end to end, in a scratch folder: a new app from the template, rendered, checked and shown."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from ..render.kustomize import Kustomize, KustomizeError, find

HELP = "make an app from the template in a scratch folder, render and check it, and show what came out"
APP = {
    "customer": "acme",
    "app": "shop",
    "image": "registry.example.com/acme/shop:1.0.0",
    "host": "shop.acme.example,www.shop.acme.example",
    "worker": "1",
    "storage": "rwo",
    "database": "standalone",
}
UNSEALED = "not-sealed-yet"  # the rule that finds what a new app has still to be given


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the template is, and where the app may stay."""
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the scratch folder here and leave it")


def run(args: argparse.Namespace) -> int:
    """Do it, and return 0 if what came out is deployable but for what is still to be sealed."""
    try:
        tool = find()
        if args.keep:
            args.keep.mkdir(parents=True)
            return _demo(args.root, args.keep, tool)
        with tempfile.TemporaryDirectory(prefix="django-hosting-") as scratch:
            return _demo(args.root, Path(scratch), tool)
    except (KustomizeError, OSError) as problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 2


def _demo(root: Path, scratch: Path, tool: Kustomize) -> int:
    from .. import show
    from ..check.run import Options, check
    from ..render.objects import parse
    from . import new_app

    for folder in ("base", "components", "overlays/template"):
        shutil.copytree(root / folder, scratch / folder)
    given = " ".join(f"{key.replace('worker', 'async').upper()}={value}" for key, value in APP.items())
    print(f"$ make new-app {given}")
    app = new_app.read(argparse.Namespace(**APP))
    customer, platform = new_app.make(scratch, app)
    print(new_app.next_steps(app, customer.relative_to(scratch), platform.relative_to(scratch)), end="\n\n")
    show.table(["File", "Lines"], show.files(scratch, customer, platform))

    print(
        f"\n$ kustomize build {platform.relative_to(scratch)}    ({' '.join(tool.command)}, kustomize {tool.version})"
    )
    start = time.perf_counter()
    rendered = parse(tool.build(platform))
    print(f"{len(rendered)} objects in {time.perf_counter() - start:.2f} s\n")
    show.table(["Kind", "Name", "Replicas", "Wave"], show.workloads(rendered))
    print()
    show.table(["Container", "CPU", "Memory", "Disk", "CPU max", "Memory max", "Disk max"], show.sizes(rendered))
    print()
    show.table(["Volume", "Size", "Access"], show.volumes(rendered))
    print()
    show.table(["Host", "Route"], show.hosts(rendered))

    print("\n$ make check")
    report = check(Options([], scratch, None, cached=False))
    invalid = show.table(["Kubernetes", "Objects", "Invalid"], show.validity(rendered))
    print()
    if report.findings:
        show.table(["Where", "Rule", "What", "Write instead"], show.findings(report.findings))
    print(f"findings: {len(report.findings)}, errors: {report.errors}, checked in {report.seconds:.2f} s")
    if any(item.rule == UNSEALED for item in report.findings):
        print(f"{UNSEALED}: as it should be before step 1; sealing takes the cluster's certificate")
    return 1 if report.errors or any(row[2] for row in invalid) else 0
