"""Try an image on a cluster, before its app moves there: does it keep the image contract?"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

HELP = "run an image on the cluster of KUBECONFIG against the image contract (docs/image-contract.md)"
HOST = "app.example.com"
LOAD = 20
LOGS = Path(".cache/check-image")
STORAGES = ("none", "rwo", "cephfs")
WAIT = 300
FORMATS = ("text", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what an image may need to be tried; all is checked in `run`, so that a mistake costs one line."""
    parser.add_argument("--image", default="", help="the image, with a fixed tag or a digest; FOLDER may name it")
    parser.add_argument("--folder", default="", help="a customer's folder of an app: its app.env, patches and files")
    parser.add_argument("--host", default="", help=f"the app's host ({HOST})")
    parser.add_argument("--health", default="", metavar="PATH", help="the page that tells that the site is well (/)")
    parser.add_argument("--env", default="", metavar="FILE", help="variables, KEY=value each, read as app.env is")
    parser.add_argument(
        "--secrets", default="", metavar="FILE", help="secret variables, KEY=value; SECRET_KEY is made up"
    )
    parser.add_argument(
        "--pull-secret", default="", metavar="FILE", help="Docker configuration with a password to pull"
    )
    parser.add_argument("--secret-files", default="", metavar="FOLDER", help="secrets as files: <Secret>/<key>")
    parser.add_argument("--valkey", default="", metavar="0|1", help="with a Valkey: broker and cache")
    parser.add_argument("--storage", default="", metavar="|".join(STORAGES), help="volume for media (none)")
    parser.add_argument("--scheduler", default="", metavar="0|1", help="with a scheduler that runs /scheduler")
    parser.add_argument("--login", default="", metavar="PATH", help="the page to log in at (the settings tell it)")
    parser.add_argument("--load", default="", metavar="SECONDS", help=f"how long the load lasts ({LOAD})")
    parser.add_argument("--wait", default="", metavar="SECONDS", help=f"how long to wait for the site at most ({WAIT})")
    parser.add_argument("--logs", type=Path, default=LOGS, metavar="FOLDER", help=f"for the whole logs ({LOGS})")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository that has overlays/cluster (here)")
    parser.add_argument("--format", default="", metavar="|".join(FORMATS), help="how to print (text)")


def run(args: argparse.Namespace) -> int:
    """Try the image and print the verdicts: 0 all fine, 1 something is to be changed, 2 wrong use or no cluster."""
    from ..authoring import scaffold, seal
    from ..image import kubectl, verdict
    from ..image.scratch import Scratch, ScratchProblem, certificate
    from ..image.trial import Times, Trial
    from ..policy import names
    from ..render import kustomize

    start = time.monotonic()

    def say(text: str) -> None:
        print(f"check-image: {time.monotonic() - start:4.0f} s  {text}", file=sys.stderr, flush=True)

    try:
        wanted, load, wait = _read(args)
        if not kubectl.configured():
            raise kubectl.ClusterProblem("no cluster: set KUBECONFIG to the file of one that you may use")
        with scaffold.terminable(), tempfile.TemporaryDirectory(prefix="check-image-") as folder:
            scratch = Scratch(Path(folder) / "tree", wanted)
            for warning in scratch.warnings():
                say(f"warning: {warning}")
            scratch.seal(certificate(Path(folder)))
            if scratch.made_up:
                say(f"sealed values that only their own cluster can open are random here: {', '.join(scratch.made_up)}")
            report = Trial(scratch, Times(wait, load), args.logs / scratch.namespace, say).run()
            report.seconds = time.monotonic() - start
    except (
        names.NameProblem, scaffold.TemplateProblem, seal.SealProblem, kustomize.KustomizeError, ScratchProblem,
        kubectl.ClusterProblem, OSError,
    ) as problem:  # fmt: skip
        print(f"check-image: {problem}", file=sys.stderr)
        return 2
    write = verdict.write_json if args.format == "json" else verdict.write_text
    write(report, sys.stdout)
    return 1 if report.failed else 0


def _read(args: argparse.Namespace):
    """Return what is wanted, and the seconds of the load and to wait. Raises NameProblem, ScratchProblem or OSError."""
    from ..image.folder import read_environment, read_secret_files
    from ..image.scratch import Wanted
    from ..policy import names

    if args.image or not args.folder:
        names.image(args.image)
    if args.host:
        names.hosts(args.host)
    if args.format not in ("", *FORMATS):
        raise names.NameProblem(f"FORMAT {args.format!r}: write {' or '.join(FORMATS)}")
    for what, value in (("VALKEY", args.valkey), ("SCHEDULER", args.scheduler)):
        if value not in ("", "0", "1"):
            raise names.NameProblem(f"{what} {value!r}: write 0 or 1")
    if args.storage not in ("", *STORAGES):
        raise names.NameProblem(f"STORAGE {args.storage!r}: write {', '.join(STORAGES[:-1])} or {STORAGES[-1]}")
    wanted = Wanted(
        image=args.image,
        host=args.host or ("" if args.folder else HOST),
        health=names.path("HEALTH", args.health or "/"),
        login=names.path("LOGIN", args.login) if args.login else "",
        folder=Path(args.folder) if args.folder else None,
        storage=args.storage,
        scheduler=args.scheduler == "1",
        secret_files=read_secret_files(Path(args.secret_files)) if args.secret_files else {},
        environment=read_environment(Path(args.env)) if args.env else {},
        secrets=read_environment(Path(args.secrets)) if args.secrets else {},
        pull_secret=Path(args.pull_secret).read_text(encoding="utf-8") if args.pull_secret else "",
        valkey=args.valkey == "1",
        root=args.root,
    )
    return wanted, _seconds("LOAD", args.load, LOAD), _seconds("WAIT", args.wait, WAIT)


def _seconds(what: str, text: str, default: int) -> int:
    """Return a number of seconds from 1 to 600. Raises NameProblem."""
    from ..policy import names

    if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= 600):
        raise names.NameProblem(f"{what} {text!r}: write seconds, from 1 to 600")
    return int(text) if text else default
