"""A kit: files in a tar archive, encrypted by age to public keys."""

import hashlib
import io
import json
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ...render import kustomize
from .sealed import RecoveryProblem

MANIFEST = "manifest.json"
FORMAT = 1
_PAGE = "https://github.com/FiloSottile/age"
_MODE = 0o600


def close(files: dict[str, bytes], commit: str, recipients: Path, target: Path) -> None:
    """Write files, by their paths, as a kit for whoever has a key to one of the `recipients`: a file with a public key a
    line, age's or SSH's. commit: of the repository that the kit was held against. Raises RecoveryProblem."""
    sums = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    made = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    manifest = {"format": FORMAT, "made": made, "commit": commit, "sha256": sums}
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, data in {MANIFEST: json.dumps(manifest, indent=2).encode(), **files}.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), _MODE
            archive.addfile(member, io.BytesIO(data))
    if target.exists():
        raise RecoveryProblem(f"{target} exists: take another OUT, or move it away")
    age(
        "the kit can't be encrypted",
        "--encrypt",
        f"--recipients-file={recipients}",
        f"--output={target}",
        stdin=stream.getvalue(),
    )
    target.chmod(_MODE)


def open_(kit: Path, identity: Path) -> tuple[dict, dict[str, bytes]]:
    """Return the manifest and the files of a kit. identity: a file with a private key, age's or SSH's.

    Raises RecoveryProblem, also where a file isn't the one that went in.
    """
    packed = age("the kit can't be opened", "--decrypt", f"--identity={identity}", str(kit))
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r") as archive:
            for member in archive:
                data = archive.extractfile(member)
                files[member.name] = data.read() if data else b""
        manifest = json.loads(files.pop(MANIFEST))
        sums = manifest["sha256"]
    except (tarfile.TarError, KeyError, TypeError, ValueError) as error:
        raise RecoveryProblem(f"{kit}: is no kit: {' '.join(str(error).split())[:200]}") from None
    if {path: hashlib.sha256(data).hexdigest() for path, data in files.items()} != sums:
        raise RecoveryProblem(f"{kit}: its files aren't those of its manifest")
    return manifest, files


def write(files: dict[str, bytes], folder: Path) -> None:
    """Write the files of a kit into a new folder that nobody else may read. Raises RecoveryProblem or OSError."""
    if folder.exists():
        raise RecoveryProblem(f"{folder} exists: take another folder")
    for path in files:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise RecoveryProblem(f"the kit has a file {path!r}, which leads out of it")
    folder.mkdir(mode=0o700)
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(_MODE)
        file.write_bytes(data)


def age(what: str, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Run age. Raises RecoveryProblem: `what`, and what age says."""
    program = kustomize.program("age")
    if not program:
        raise RecoveryProblem(f"no age on PATH; {kustomize.how_to_get('age', _PAGE)}")
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    done = subprocess.run([program, *arguments], capture_output=True, **given)
    if done.returncode:
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if "report unexpected" not in line]
        raise RecoveryProblem(f"{what}: {' '.join(' '.join(said).split())[:400]}")
    return done.stdout
