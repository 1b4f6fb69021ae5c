"""Make a new app from the template."""

import argparse
import sys
from pathlib import Path

from ..authoring import new_app, scaffold
from ..policy import app_file, names
from ..sources.zones import TreeError

HELP = "make a new app from the template"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the choices; all are checked together, so that a mistake costs one line."""
    parser.add_argument("--customer", default="", help="whose app it is, as in overlays/customers/<customer>")
    parser.add_argument("--app", default="", help="its name; the namespace is <customer>-<app>")
    parser.add_argument("--image", default="", help="the image, with a fixed tag or a digest")
    parser.add_argument("--host", default="", help="its host; up to four, comma separated, the main one first")
    parser.add_argument("--async", default="", dest="worker", metavar="0|1", help="with a worker that runs /async")
    storages, databases = "|".join(new_app.STORAGES), "|".join(new_app.DATABASES)
    parser.add_argument("--storage", default="", metavar=storages, help="volume for media (none)")
    parser.add_argument("--database", default="", metavar=databases, help="PostgreSQL (standalone)")
    parser.add_argument("--scheduler", default="", metavar="0|1", help="with a scheduler that runs /scheduler")
    parser.add_argument("--valkey", default="", metavar="0|1", help="with a Valkey: broker and cache")
    routes, further = "|".join(new_app.ROUTES), ", ".join(new_app.FURTHER)
    parser.add_argument("--route", default="", metavar=routes, help="how visitors come in (the cluster's)")
    parser.add_argument("--health", default="", metavar="PATH", help="the page that tells that the site is well (/)")
    parser.add_argument("--components", default="", help=f"further ones, comma separated: {further}")
    parser.add_argument("--ring", default="", help=f"the release ring ({app_file.RING})")
    parser.add_argument("--repository", default="", metavar="URL", help="the customer's own repository (none)")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Make the app's two folders, or say in one line why not."""
    try:
        app = new_app.choose(
            args.customer,
            args.app,
            args.image,
            args.host,
            worker=args.worker,
            storage=args.storage,
            database=args.database,
            scheduler=args.scheduler,
            valkey=args.valkey,
            route=args.route or new_app.usual_route(args.root),
            health=args.health,
            components=args.components,
            ring=args.ring,
            repository=args.repository,
        )
        customer, platform = new_app.make(args.root, app)
    except (names.NameProblem, scaffold.TemplateProblem, TreeError, OSError) as problem:
        print(f"new-app: {problem}", file=sys.stderr)
        return 2
    print(new_app.next_steps(app, customer.relative_to(args.root), platform.relative_to(args.root)))
    return 0
