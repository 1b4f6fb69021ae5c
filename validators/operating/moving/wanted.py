"""What an import is asked for, held against what the repository says of the app."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...kubernetes import quantity
from ...policy import app_file
from ...sources import app_file as app_files
from ...sources.folder import SIZING
from ...sources.tree import Tree
from . import beside, place
from .move_in import DATABASE, MEDIA, PARTS, Wanted
from .place import MoveProblem

_SHOP = "MEDIA=/var/www/shop/media"


def wanted(root: Path, name: str, template: dict[str, Any], given: Mapping[str, str]) -> Wanted:
    """Return what is to be moved into the app `customer/app`. template: of its backup's Job. given: the command's options.

    Raises MoveProblem, NameProblem or TreeError.
    """
    tree = Tree(root)
    platform = tree.read(f"{tree.zones.platform}/{name}")
    path = f"{platform.path}/{app_file.NAME}"
    said = app_files.read(platform)
    if not said or said.move not in app_file.MOVING:
        move = said.move if said else ""
        reason = f"says move: {move}, so visitors' data is here" if move else f"has no {app_file.MOVE}"
        raise MoveProblem(f"{path} {reason}: an import is for an app with move: {' or '.join(app_file.MOVING)}")
    if given["only"] not in ("", *PARTS):
        raise MoveProblem(f"ONLY {given['only']!r}: write {' or '.join(PARTS)}")
    parts = (given["only"],) if given["only"] else PARTS
    target = beside.media(template)
    if MEDIA in parts and given["media"] and not target:
        raise MoveProblem(f"{name} has no files: list components/storage/..., or leave MEDIA out")
    if MEDIA in parts and target and not given["media"]:
        raise MoveProblem(f"MEDIA is missing: write the folder of the files on the VM, {_SHOP}, or ONLY={DATABASE}")
    if given["media"] and not given["media"].startswith("/"):
        raise MoveProblem(f"MEDIA {given['media']!r}: write it from the root, {_SHOP}")
    if DATABASE in parts and not given["database"]:
        raise MoveProblem(f"DATABASE is missing: write its name on the VM, DATABASE=shop, or ONLY={MEDIA}")
    if given["accept"] not in ("", "collation"):
        raise MoveProblem(f"ACCEPT {given['accept']!r}: write collation, or nothing")
    if given["replace"] not in ("", "0", "1"):
        raise MoveProblem(f"REPLACE {given['replace']!r}: write 0 or 1")
    return Wanted(
        vm=place.vm(given["vm"], given["sudo"]),
        parts=parts if target else (DATABASE,),
        database=given["database"],
        folder=given["media"],
        target=target,
        room=_room(platform.document(SIZING).value),
        replace=given["replace"] == "1",
        sorted_otherwise=bool(given["accept"]),
    )


def _room(sizing: Any) -> int:
    """Return the bytes of the database's volume; 0 where it isn't the platform's."""
    spec = sizing.get("spec") if isinstance(sizing, dict) else None
    database = spec.get("database") if isinstance(spec, dict) else None
    return int(quantity.amount(database.get("storage"))) if isinstance(database, dict) else 0
