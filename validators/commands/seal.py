"""Seal one key of an app's secret, whose value comes from the prompt or a pipe."""

import argparse
import getpass
import sys
from pathlib import Path

from ..authoring import scaffold, seal
from ..policy import names
from ..policy.guess import near
from ..sources.zones import TreeError

HELP = "seal a key into an app's SealedSecret; the value comes from the prompt or from stdin"

_TYPO = 0.75
"""How alike a new Secret's name and one that the library reads are where it is asked whether that was meant."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what says which secret; the value itself is never an argument."""
    parser.add_argument("--customer", default="", help="as in overlays/customers/<customer>")
    parser.add_argument("--app", default="", help="as in overlays/customers/<customer>/<app>")
    parser.add_argument("--secret", default="", help=f"the Secret: {seal.ENVIRONMENT}, {seal.DATABASE} or any name")
    parser.add_argument("--key", default="", help="the key in it; one newline after a one-line value is dropped")
    parser.add_argument("--type", default="", help="the Secret's type, where the key doesn't tell (Opaque)")
    parser.add_argument("--cert", default="", help="the controller's certificate; without it kubeseal asks the cluster")
    parser.add_argument("--generate", default="", metavar="0|1", help="seal a new random value")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Seal the value into the app's file, or say in one line why not."""
    try:
        target = seal.target(args.root, args.customer, args.app, args.secret, args.key, args.type)
        if args.generate not in ("", "0", "1"):
            raise seal.SealProblem(f"GENERATE {args.generate!r}: write 0 or 1")
        if args.cert and not Path(args.cert).is_file():
            raise seal.SealProblem(f"CERT {args.cert!r}: no such file; `kubeseal --fetch-cert` prints the cluster's")
        generate = args.generate == "1"
        seal.refuse(target, generate=generate)
        new = not target.file.exists()
        changed = seal.put(target, seal.generated() if generate else _given(args.key), args.cert)
    except (seal.SealProblem, names.NameProblem, scaffold.TemplateProblem, TreeError, OSError) as problem:
        print(f"seal: {problem}", file=sys.stderr)
        return 2
    print(f"Sealed {target.key} of Secret {target.secret} in namespace {target.namespace}. Commit:")
    print(*(f"  {path}" for path in changed), sep="\n")
    if target.secret not in (*seal.PLATFORMS, *seal.COMPONENTS):
        if new and (likely := near(target.secret, (*seal.PLATFORMS, *seal.COMPONENTS), alike=_TYPO)):
            print(
                f"Nothing reads Secret {target.secret} yet. Did you mean SECRET={likely}? Then delete {target.file} and its line."
            )
        print("To mount it as files, add it to secret-files.yaml: components/sealed-secrets/README.md")
    return 0


def _given(key: str) -> bytes:
    """Return the value from the prompt or the pipe. Raises SealProblem where there is none."""
    if sys.stdin.isatty():
        try:
            value = getpass.getpass(f"Value of {key} (not shown): ").encode()
        except EOFError:
            value = b""
    else:
        value = sys.stdin.buffer.read()
        if value.count(b"\n") == 1:  # `echo value |`; a PEM file keeps its last newline
            value = value.removesuffix(b"\n").removesuffix(b"\r")
    if not value:
        raise seal.SealProblem(f"the value of {key} is empty: type it, pipe it in, or GENERATE=1")
    return value
