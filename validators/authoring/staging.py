"""A copy of an app: the same folders under another name, with nothing in them that reaches the original's data.

For staging, or as a place beside the app for a restore: restore_beside.py.
"""

import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from ..policy import names, sealing
from ..sources.zones import CUSTOMERS, OVERLAYS, TEMPLATE, on_disk
from . import app_folders, scaffold
from .seal import BACKUP, EXPIRES


class Purpose(NamedTuple):
    """What a copy is for: its name is the original's and `suffix`, its host `host` before the original's first; it ends after
    `days`; the platform's `components` are added. Whether it has the original's `backup`, or needs none."""

    suffix: str
    host: str
    days: int
    components: tuple[str, ...]
    backup: bool


STAGING = Purpose("-staging", "staging", 30, ("staging",), backup=False)
_DROPPED = re.compile(r"^  - \S*components/(egress|hosts/\d|maintenance(?:/quiet|/stopped)?|suspended|staging)\n", re.M)
_WAITS = "init-container"


class Sealed(NamedTuple):
    """A value that has to be sealed for the copy."""

    secret: str
    key: str


@dataclass(frozen=True)
class Copy:
    """What a staging copy is made of, checked."""

    customer: str
    original: str
    host: str
    until: date
    command: tuple[str, ...]
    purpose: Purpose

    @property
    def name(self) -> str:
        """The copy's name as an app."""
        return f"{self.original}{self.purpose.suffix}"

    @property
    def namespace(self) -> str:
        """The copy's namespace."""
        return f"{self.customer}-{self.name}"


def choose(
    root: Path,
    customer: str,
    original: str,
    host: str = "",
    days: str = "",
    command: str = "",
    purpose: Purpose = STAGING,
) -> Copy:
    """Return the copy that is asked for in words; an empty choice is its default. Raises NameProblem or TemplateProblem.

    host: one, by default the purpose's before the original's first. days: until it is to be deleted. command: what
    anonymises the data, words with blanks between them, by default /anonymise.
    """
    names.namespace(customer, f"{original}{purpose.suffix}")
    folder = root / CUSTOMERS / customer / original
    if not (folder / "kustomization.yaml").exists():
        raise names.NameProblem(f"{folder}: no such app")
    listed = (folder / "kustomization.yaml").read_text(encoding="utf-8")
    if purpose == STAGING and re.search(rf"components/{_WAITS}$", listed, re.M):
        raise scaffold.TemplateProblem(
            f"{folder} lists {_WAITS}: there is no Job migrate that anonymise could be a copy of"
        )
    found = re.search(r"^HOSTS=([^,\n]*)", (folder / "app.env").read_text(encoding="utf-8"), re.M)
    if not host and not found:
        raise names.NameProblem("HOST: the original has no HOSTS in app.env, write one")
    [chosen] = names.hosts(host or f"{purpose.host}.{found[1]}")[:1]
    if not re.fullmatch(r"[1-9][0-9]{0,2}", days or str(purpose.days)):
        raise names.NameProblem(f"DAYS {days!r}: write 1 to 999")
    names.ascii_only("COMMAND", command)
    until = date.today() + timedelta(days=int(days or purpose.days))
    return Copy(customer, original, chosen, until, tuple(command.split()), purpose)


def make(root: Path, copy: Copy) -> tuple[Path, Path, list[Sealed]]:
    """Write the copy's two folders; return them and what has to be sealed.

    Raises NameProblem, TemplateProblem, TreeError or OSError.
    """
    app_folders.refuse_taken(root, copy.customer, copy.name, copy.namespace, [copy.host])
    zones = on_disk(root)
    originals, copies = (
        [root / path for path in zones.of(f"{copy.customer}/{name}")] for name in (copy.original, copy.name)
    )
    sealed: list[Sealed] = []
    with scaffold.new_folders(root / OVERLAYS, *copies) as drafts:
        for original, draft, change in zip(originals, drafts, (_customer, _platform), strict=True):
            files = app_folders.read(original)
            files = files if copy.purpose.backup else _without_backup(files)
            files = {name: _unsealed(text, copy, sealed) for name, text in files.items()}
            app_folders.write(draft, change(files, copy, root))
    return *copies, sealed


def _without_backup(files: dict[str, str]) -> dict[str, str]:
    """Return a folder's files without component `backup`, its sizes and what is sealed for it alone."""
    kept = {name: text for name, text in files.items() if _sealed_names(text) != {BACKUP}}
    lines = [rf"\S*components/{BACKUP}", *(re.escape(name) for name in files.keys() - kept.keys())]
    listed = re.compile(rf"^  - (?:{'|'.join(lines)})\n", re.M)
    kept["kustomization.yaml"] = listed.sub("", kept["kustomization.yaml"])
    if "sizing.yaml" in kept:
        kept["sizing.yaml"] = re.sub(rf"^  {BACKUP}:\n(?:   .*\n)+", "", kept["sizing.yaml"], flags=re.M)
    return kept


def _sealed_names(text: str) -> set[str]:
    """Return the names of a file's SealedSecrets; none where it has other objects, too."""
    if "kind: SealedSecret" not in text:
        return set()
    documents = [one for one in YAML(typ="safe").load_all(text) if one]
    return {one["metadata"]["name"] if one["kind"] == "SealedSecret" else "" for one in documents}


def _unsealed(text: str, copy: Copy, sealed: list[Sealed]) -> str:
    """Return a file with each sealed value taken out: a seal fits the original's namespace alone."""
    if "kind: SealedSecret" not in text:
        return text
    editor = YAML()
    editor.width = 1 << 20
    editor.indent(mapping=2, sequence=4, offset=2)
    documents = list(editor.load_all(text))
    for document in documents:
        if document["kind"] == "SealedSecret":
            if "namespace" in document["metadata"]:
                document["metadata"]["namespace"] = copy.namespace
            for key in document["spec"]["encryptedData"]:
                document["spec"]["encryptedData"][key] = sealing.UNSEALED
                sealed.append(Sealed(document["metadata"]["name"], key))
    stream = io.StringIO()
    editor.dump_all(documents, stream)
    return stream.getvalue()


def _customer(files: dict[str, str], copy: Copy, _: Path) -> dict[str, str]:
    """One host, and no way out of the namespace: no mail, no payment, no webhook."""
    hosts = re.compile(r"^HOSTS=.*$", re.M)
    files["app.env"] = scaffold.replace_one(files["app.env"], hosts, f"HOSTS={copy.host}", "HOSTS=")
    files["kustomization.yaml"] = _DROPPED.sub("", files["kustomization.yaml"])
    return files


def _platform(files: dict[str, str], copy: Copy, root: Path) -> dict[str, str]:
    """Smaller, with a database and a volume of its own, which are empty at first, and with an end."""
    text = _DROPPED.sub("", files["kustomization.yaml"])
    text = scaffold.replace_one(
        text, re.compile(r"^namespace: .*$", re.M), f"namespace: {copy.namespace}", "namespace:"
    )
    original = re.compile(rf"(customers/{copy.customer}/){re.escape(copy.original)}$", re.M)
    text = scaffold.replace_one(text, original, lambda match: match[1] + copy.name, "the customer's folder")
    label = scaffold.label_operation("hosting.ungleich.ch/app")
    text = text.replace(f"{label}{copy.original}}}", f"{label}{copy.name}}}")
    for component in copy.purpose.components:
        text = scaffold.add_component(text, component)
    files["kustomization.yaml"] = _patched(text, copy)
    sizes = re.sub(r"^( +replicas: )[2-9]\d*", r"\g<1>1", files["sizing.yaml"], flags=re.M)
    # Two, since the operator's budget keeps a single one on its node.
    files["sizing.yaml"] = re.sub(r"^( +instances: )[3-9]\d*", r"\g<1>2", sizes, flags=re.M)
    if "components/postgres/external" in text:
        secret = root / TEMPLATE / "options/external/database-secret.yaml"
        files["database-secret.yaml"] = secret.read_text(encoding="utf-8")
    if "media-volume.yaml" in files:
        files["media-volume.yaml"] = app_folders.nfs_volume(root, copy.namespace)
    if "app.yaml" in files:  # the ring stays; nobody pushes to a copy
        files["app.yaml"] = re.sub(r"^(?:  #.*\n)*  repository:\n(?:    .*\n)+", "", files["app.yaml"], flags=re.M)
    return files


def _patched(text: str, copy: Copy) -> str:
    """Return a kustomization.yaml with the copy's end and its command among the patches."""
    path = f"/metadata/annotations/{EXPIRES.replace('/', '~1')}"
    lines = "  - target: {kind: Namespace}\n"
    lines += f'    patch: |\n      - {{op: add, path: {path}, value: "{copy.until}"}}\n'
    if copy.command:
        words = ", ".join(map(scaffold.scalar, copy.command))
        lines += "  - target: {kind: Job, name: anonymise}\n"
        lines += (
            f"    patch: |\n      - {{op: replace, path: /spec/template/spec/containers/0/command, value: [{words}]}}\n"
        )
    if not re.search(r"^patches:$", text, re.M):
        return f"{text}patches:\n{lines}"
    return scaffold.replace_one(text, re.compile(r"^patches:\n", re.M), f"patches:\n{lines}", "patches:")


def marked(folder: Path) -> list[str]:
    """Return the files of a folder with lines to edit that aren't sealed values."""
    return [file.name for file in sorted(folder.iterdir()) if "# EDIT" in file.read_text(encoding="utf-8")]


def next_steps(copy: Copy, customer: Path, platform: Path, sealed: list[Sealed], edited: list[str]) -> str:
    """Return what to do with the copy, as text for people."""
    seal = f"make seal CUSTOMER={copy.customer} APP={copy.name} CERT=cluster.pem"
    words = " ".join(copy.command) or "/anonymise"
    steps = [f"Write the lines marked EDIT in {platform / name}: none of them the original's" for name in edited]
    steps += [
        f"Seal a value of its own, no live key: {seal} SECRET={one.secret} KEY={one.key}{generated(one)}"
        for one in sealed
    ]
    steps += [
        f"Check and commit: make check && git add {customer} {platform} && git commit",
        f"It comes up empty. Data are loaded behind a page, and {words} makes them anonymous before the page goes: "
        "docs/platform-guide.md#a-staging-copy",
    ]
    lines = [
        f"Made {copy.namespace} for https://{copy.host}, until {copy.until}:",
        f"  {customer}",
        f"  {platform}",
        "Next:",
    ]
    return "\n".join(lines + [f"  {number}. {step}" for number, step in enumerate(steps, 1)])


def generated(one: Sealed) -> str:
    """Return the choice of `make seal` for a value that nobody has to know, else nothing."""
    return " GENERATE=1" if one.key in ("SECRET_KEY", "password", "token") else ""
