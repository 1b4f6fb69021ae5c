"""``python -m tests.demo``: a new app from the template in a scratch folder, rendered, checked and shown."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from validators.authoring import new_app
from validators.check.run import check
from validators.check.selection import Options
from validators.finding import Report
from validators.formats import text
from validators.render.kustomize import Kustomize, KustomizeError, find
from validators.render.objects import parse

from . import show

APP = {
    "CUSTOMER": "acme",
    "APP": "shop",
    "IMAGE": "registry.example.com/acme/shop:1.0.0",
    "HOST": "shop.acme.example,www.shop.acme.example",
    "ASYNC": "1",
    "STORAGE": "rwo",
    "DATABASE": "standalone",
}
UNSEALED = "not-sealed-yet"
"""The rule that finds what a new app has still to be given."""
MISTAKE = "replicas: [{name: web, count: 50}]"
"""A customer's, in the customer's kustomization.yaml."""


def main() -> int:
    """Do it, and return 0 if what came out is deployable but for what is still to be sealed, and the mistake is found."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the scratch folder here and leave it")
    keep = parser.parse_args().keep
    try:
        tool = find()
        if keep:
            keep.mkdir(parents=True)
            return _demo(keep, tool)
        with tempfile.TemporaryDirectory(prefix="django-hosting-") as scratch:
            return _demo(Path(scratch), tool)
    except (KustomizeError, OSError) as problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 2


def _demo(scratch: Path, tool: Kustomize) -> int:
    for folder in ("base", "components", "overlays/template", "overlays/cluster"):
        shutil.copytree(ROOT / folder, scratch / folder)
    print("$ make new-app " + " ".join(f"{key}={value}" for key, value in APP.items()))
    customer, name, image, host, worker, storage, database = APP.values()
    app = new_app.choose(customer, name, image, host, worker=worker, storage=storage, database=database)
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

    print()
    invalid = show.table(["Kubernetes", "Objects", "Invalid"], show.validity(rendered))

    unsealed = _check(scratch)
    print(
        "The password is sealed with the cluster's certificate, in step 1. A size in the customer's folder, however:\n"
    )
    with (customer / "kustomization.yaml").open("a", encoding="utf-8") as stream:
        stream.write(MISTAKE + "\n")
    print(f"$ echo '{MISTAKE}' >> {customer.relative_to(scratch)}/kustomization.yaml")
    refused = _check(scratch)
    good = not unsealed.errors and [finding.rule for finding in unsealed.findings] == [UNSEALED] and refused.errors
    return 0 if good and not any(row[2] for row in invalid) else 1


def _check(scratch: Path) -> Report:
    """Print what `make check` prints, and return the report."""
    print("$ make check", flush=True)
    report = check(Options([], scratch, None, cached=False))
    text.write(report, sys.stdout)
    print()
    return report


if __name__ == "__main__":
    sys.exit(main())
