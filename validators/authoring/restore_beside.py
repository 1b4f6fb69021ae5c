"""A place beside an app for a restore: a copy without workers, schedules and a way out, in a namespace of its own."""

from pathlib import Path

from ..sources.folder import Folder
from ..sources.tree import Tree
from . import staging
from .seal import BACKUP
from .staging import Copy, Purpose, Sealed

BESIDE = Purpose("-restore", "restore", 7, ("maintenance", "maintenance/quiet", "maintenance/stopped"), backup=True)
_PARTS = {
    "postgres/external": "its database isn't the original's: write the connection of an empty one",
    "async-container": "its worker runs in the site's pod, with an empty broker",
}


def limits(root: Path, copy: Copy) -> list[str]:
    """Return what of the app can't start or be reached in the copy, a line each, as text for people."""
    names = {name for folder in _folders(root, copy) for name in folder.component_names()}
    said = ["workers, schedules and CronJobs have no pods; no point is made of it"]
    said += ["nothing outside its namespace is reached: no mail, no payment, no webhook"] if "egress" in names else []
    return said + [text for name, text in _PARTS.items() if name in names]


def has_backup(root: Path, copy: Copy) -> bool:
    """Whether the original makes points."""
    return BACKUP in _folders(root, copy)[1].component_names()


def _folders(root: Path, copy: Copy) -> list[Folder]:
    """Return the original's two folders: the customer's and the platform's."""
    tree = Tree(root)
    return [tree.read(path) for path in tree.zones.of(f"{copy.customer}/{copy.original}")]


def next_steps(root: Path, copy: Copy, folders: list[Path], sealed: list[Sealed]) -> str:
    """Return what to do with the copy, as text for people. folders: the customer's and the platform's, as shown."""
    customer, platform = folders
    app = f"CUSTOMER={copy.customer} APP={copy.name}"
    own = [one for one in sealed if one.secret != BACKUP]
    lines = [f"Made {copy.namespace} for https://{copy.host}, until {copy.until}:", f"  {customer}", f"  {platform}"]
    lines += ["What isn't there:", *(f"  - {line}" for line in limits(root, copy))]
    if own:
        lines.append("  - data that the app has encrypted with a key of its own can't be read with another one")
    steps = [
        *(f"Write the lines marked EDIT in {platform / name}" for name in staging.marked(root / platform)),
        *_seals(copy, own),
        f"Check and commit: make check && git add {customer} {platform} && git commit. It comes up empty, behind a page",
        "Restore:",
        f"  make restore {app} FROM={copy.original} POINT=... | kubectl create --filename=-",
        f"Delete maintenance and maintenance/stopped in {platform}/kustomization.yaml, and not maintenance/quiet: "
        "/init runs, the site starts",
        f"Until {copy.until}: delete the copy, the S3 key, and the password by restic key remove",
    ]
    numbers = iter(range(1, len(steps) + 1))
    return "\n".join(
        [*lines, "Next:", *(f"     {one}" if one[0] == " " else f"  {next(numbers)}. {one}" for one in steps)]
    )


def _seals(copy: Copy, own: list[Sealed]) -> list[str]:
    seal = f"make seal CUSTOMER={copy.customer} APP={copy.name} CERT=cluster.pem"
    bucket = f"{copy.customer}-{copy.original}"
    return [
        f"Make an S3 key that only reads bucket {bucket}, and a password of its repository: restic key add",
        f"  --new-password-file=FILE. {seal} SECRET={BACKUP}, with KEY=access-key, KEY=secret-key, KEY=password",
        *(
            f"Seal a value of its own, no live key: {seal} SECRET={one.secret} KEY={one.key}{staging.generated(one)}"
            for one in own
        ),
    ]
