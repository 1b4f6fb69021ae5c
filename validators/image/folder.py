"""A customer's folder, taken as it is into the app that an image is tried in; only what is sealed has to be sealed anew."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ..policy import sizes
from ..policy.names import Image

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")


class ScratchProblem(Exception):
    """No app can be made of what was given. The message is one line, for people."""


class Sealed(NamedTuple):
    """A key of a SealedSecret: its file's name, and the Secret's type."""

    file: str
    type: str


class CustomerFolder:
    """overlays/customers/<customer>/<app>, or a customer's own repository."""

    def __init__(self, path: Path) -> None:
        """Raises ScratchProblem if it isn't one."""
        self.path = path
        if not (path / "kustomization.yaml").is_file():
            raise ScratchProblem(f"FOLDER {path}: no kustomization.yaml in it; name a customer's folder of an app")

    def image(self) -> str:
        """The image that it names. Raises ScratchProblem."""
        for entry in _load(self.path / "kustomization.yaml").get("images") or []:
            if entry.get("name") == "app" and entry.get("newName"):
                fixed = f"@{entry['digest']}" if entry.get("digest") else f":{entry.get('newTag', '')}"
                return f"{entry['newName']}{fixed}"
        raise ScratchProblem(f"{self.path / 'kustomization.yaml'}: names no image; write IMAGE=")

    def granted(self) -> list[str]:
        """The components it lists that the platform has to grant. Raises ScratchProblem."""
        listed = _load(self.path / "kustomization.yaml").get("components") or []
        names = [str(one).rpartition("/components/")[2] for one in listed]
        return [name for name in names if sizes.grant(name)]

    def hosts(self) -> str:
        """HOSTS of its app.env, empty if there is none. Raises ScratchProblem or OSError."""
        path = self.path / "app.env"
        return read_environment(path).get("HOSTS", "") if path.is_file() else ""

    def copy(self, target: Path, image: Image, host: str, health: str) -> dict[tuple[str, str], Sealed]:
        """Put its files in place of those in `target`, with this image, and host and health page where they are given.

        Returns what was sealed, by Secret and key: these files are left out. Raises ScratchProblem or OSError.
        """
        kept = (target / "web.yaml").read_text(encoding="utf-8") if health != "/" else ""
        shutil.rmtree(target)
        target.mkdir()
        sealed: dict[tuple[str, str], Sealed] = {}
        for path in sorted(self.path.iterdir()):
            if path.is_symlink() or not path.is_file() or path.name.startswith("."):
                continue
            found = _sealed(path) if path.suffix in (".yaml", ".yml") else {}
            sealed |= found
            if not found:
                shutil.copyfile(path, target / path.name)
        kustomization = target / "kustomization.yaml"
        edit(kustomization, lambda data: _name_image(data, image))
        if host:
            environment = target / "app.env"
            text = re.sub(r"^HOSTS=.*$", f"HOSTS={host}", environment.read_text(encoding="utf-8"), flags=re.M)
            environment.write_text(text, encoding="utf-8")
        if kept:
            (target / "check-image-health.yaml").write_text(kept, encoding="utf-8")
            patch = {"path": "check-image-health.yaml", "target": {"kind": "Deployment", "name": "web"}}
            edit(kustomization, lambda data: data.setdefault("patches", []).append(patch))
        return sealed


def edit(path: Path, change: Callable[[Any], object]) -> None:
    """Change a YAML file, keeping its comments and style. Raises ScratchProblem or OSError."""
    yaml = YAML()
    yaml.width = 1 << 20
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = _load(path, yaml)
    change(document)
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(document, stream)


def read_environment(path: Path) -> dict[str, str]:
    """Return the variables of a file of KEY=value lines; # starts a comment line. Raises ScratchProblem or OSError."""
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise ScratchProblem(f"{path}:{number}: {line[:20]!r} is no variable; write KEY=value")
        found[match[1]] = match[2]
    return found


def read_secret_files(folder: Path) -> Mapping[tuple[str, str], bytes]:
    """The files of a folder's folders: <secret>/<key> holds the value of that key. Raises ScratchProblem or OSError."""
    found = {(path.parent.name, path.name): path.read_bytes() for path in sorted(folder.glob("*/*")) if path.is_file()}
    if not found:
        raise ScratchProblem(f"{folder}: holds no secret; write a folder for each, and in it a file for each key")
    return found


def _name_image(data: Any, image: Image) -> None:
    fixed = {"digest": image.digest} if image.digest else {"newTag": image.tag}
    others = [one for one in data.get("images") or [] if one.get("name") != "app"]
    data["images"] = [*others, {"name": "app", "newName": image.repository, **fixed}]


def _sealed(path: Path) -> dict[tuple[str, str], Sealed]:
    """The keys of a file that holds a SealedSecret, none for another file, which may hold several objects."""
    try:
        documents = list(YAML(typ="safe").load_all(path.read_text(encoding="utf-8")))
    except YAMLError as error:
        raise _unreadable(path, error) from None
    if len(documents) != 1 or not isinstance(documents[0], dict) or documents[0].get("kind") != "SealedSecret":
        return {}
    spec = documents[0].get("spec") or {}
    type_ = (spec.get("template") or {}).get("type", "")
    name = (documents[0].get("metadata") or {}).get("name", "")
    return {(name, key): Sealed(path.name, type_) for key in spec.get("encryptedData") or {}}


def _load(path: Path, yaml: YAML | None = None) -> Any:
    try:
        return (yaml or YAML(typ="safe")).load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: YAMLError) -> ScratchProblem:
    return ScratchProblem(f"{path}: {' '.join(str(error).split())[:200]}")
