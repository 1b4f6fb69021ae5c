"""Container images from Debian packages and built programs, kept in the storage that the cluster's registry serves.

Each step that mounts runs in a process with a mount namespace of its own: however it ends, no mount is left.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.cluster import oci, processes, recipes
from tests.cluster.build import content_key
from tests.cluster.recipes import Recipe
from tests.cluster.report import step
from tests.cluster.settings import REPOSITORY, Settings

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
APT = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
NOT_IN_LAYERS = ("dev", "proc", "sys", "tmp", "var/lib/apt/lists", "var/cache/apt", "var/log", "root/.cache")


def storage(settings: Settings, name: str) -> Path:
    """Storage of the registry `open` or `private` with every image that was built for it."""
    return settings.cache / f"registry-{name}"


def layout(settings: Settings, name: str) -> Path:
    """The OCI layout of a built image."""
    return folder(settings, recipes.load(settings), name) / "oci"


def folder(settings: Settings, known: dict[str, Recipe], name: str) -> Path:
    """Where an image of this content is built."""
    return settings.cache / "images" / f"{name}-{recipes.key(known, name)}"


def build_all(settings: Settings, engine: str = "") -> None:
    """Build the images that an engine, or every cluster, needs and aren't built yet; the cluster's go into the registry's storage."""
    known = recipes.load(settings)
    wanted = [name for name, recipe in known.items() if recipe.engine == engine]
    for name in wanted:
        if not folder(settings, known, name).exists():
            with step(f"image {name}"):
                _in_namespaces(settings, ["--mount"], "build", name)
    if not engine:
        _store_new(settings, known, wanted)


def _store_new(settings: Settings, known: dict[str, Recipe], names: list[str]) -> None:
    pushed = settings.cache / "pushed"
    pushed.mkdir(parents=True, exist_ok=True)
    new = [name for name in names if not (pushed / _pushed_as(settings, known, name)).exists()]
    if new:
        with step(f"store {len(new)} images for the registry"):
            _in_namespaces(settings, ["--mount", "--net", "--pid", "--fork", "--kill-child"], "store", *new)


def derive(
    settings: Settings, base: str, target: Path, files: Mapping[str, tuple[int, bytes]], **changes: object
) -> str:
    """Make an image of a built one with files ``path: (mode, content)`` over it, as a layout; returns its digest.

    changes: fields of the OCI image config that differ, such as User.
    """
    source = layout(settings, base)
    layers, config = oci.read_layout(source)
    oci.share_blobs(source, target, layers)
    return oci.write_layout(target, [*layers, oci.layer_from_files(files, target)], {**config, **changes})


def _in_namespaces(settings: Settings, namespaces: list[str], *arguments: str) -> None:
    """Run this module's own steps in a process with namespaces of its own."""
    environment = {**os.environ, "PATH": settings.path, "PYTHONPATH": str(REPOSITORY)}
    command = ["nice", "unshare", *namespaces, "--propagation=slave", sys.executable, "-m", __name__, *arguments]
    processes.run(command, env=environment)


def _build(settings: Settings, name: str) -> None:
    known = recipes.load(settings)
    recipe, target = known[name], folder(settings, known, name)
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for part in ("layer", "work", "root"):
        (partial / part).mkdir(parents=True)
    if recipe.suite:
        _debootstrap(settings, recipe.suite, partial / "layer")
    below = [folder(settings, known, base) for base in recipes.bases(known, name)]
    root = _mount(partial, below)
    _fill(root, recipe)
    processes.run(["umount", "--recursive", root])
    layers: list[oci.Blob] = []
    if below:
        layers, _ = oci.read_layout(below[0] / "oci")
        oci.share_blobs(below[0] / "oci", partial / "oci", layers)
    layers.append(oci.layer_from_folder(partial / "layer", partial / "oci", without=NOT_IN_LAYERS))
    oci.write_layout(partial / "oci", layers, recipe.config)
    shutil.rmtree(partial / "work")
    partial.rename(target)


def _mount(partial: Path, below: list[Path]) -> Path:
    """Mount the image's root: the layers below it, read-only, and its own."""
    root, own = partial / "root", partial / "layer"
    if below:
        lower = ":".join(str(base / "layer") for base in below)
        options = f"lowerdir={lower},upperdir={own},workdir={partial / 'work'}"
        processes.run(["mount", "-t", "overlay", "-o", options, "overlay", root])
    else:
        processes.run(["mount", "--bind", own, root])
    return root


def _debootstrap(settings: Settings, suite: str, target: Path) -> None:
    script = settings.cache / "debian/usr/share/debootstrap"
    environment = {**os.environ, "DEBOOTSTRAP_DIR": str(script), "PATH": settings.path}
    processes.run(["debootstrap", "--variant=minbase", "--include=ca-certificates", suite, target], env=environment)


def _fill(root: Path, recipe: Recipe) -> None:
    if recipe.packages or recipe.commands:
        processes.run(["mount", "-t", "proc", "proc", root / "proc"])
        shutil.copy(Path("/etc/resolv.conf").resolve(), root / "etc/resolv.conf")
    if recipe.packages:
        _chroot(root, [*APT, "update"])
        _chroot(root, [*APT, "install", "--yes", "--no-install-recommends", *recipe.packages])
        _chroot(root, [*APT, "clean"])
    if recipe.files.exists():
        shutil.copytree(recipe.files, root, dirs_exist_ok=True, symlinks=True)
    for to, source in recipe.copies.items():
        _copy(recipes.source_path(source), root / to.lstrip("/"))
    for command in recipe.commands:
        _chroot(root, command)
    for path in recipe.remove:
        _remove(root / path.lstrip("/"))


def _chroot(root: Path, command: list[str]) -> None:
    """Run a command inside, as root, with this machine's certificates and settings for package sources."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    environment = {
        **os.environ,
        "PATH": path,
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    inside = root / CERTIFICATES.relative_to("/")
    mounted = CERTIFICATES.exists() and inside.exists()
    if mounted:
        processes.run(["mount", "--bind", CERTIFICATES, inside])
    try:
        processes.run(["chroot", root, *command], env=environment)
    finally:
        if mounted:
            processes.run(["umount", "--lazy", inside])


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _store(settings: Settings, names: list[str]) -> None:
    """Push images by registries that run only here, in a network namespace where nothing else is."""
    known = recipes.load(settings)
    processes.run(["ip", "link", "set", "lo", "up"])
    with _registry(settings, "open", 5001) as public, _registry(settings, "private", 5002) as private:
        for name in names:
            built = folder(settings, known, name)
            for address, references in ((public, known[name].references), (private, known[name].private)):
                for reference in references:
                    repository = reference.split("/", 1)[1]
                    processes.run(["crane", "push", built / "oci", f"{address}/{repository}"])
            (settings.cache / "pushed" / _pushed_as(settings, known, name)).touch()


def _pushed_as(settings: Settings, known: dict[str, Recipe], name: str) -> str:
    """Changes with the image and with the names that it is pulled by."""
    references = json.dumps([known[name].references, known[name].private])
    return f"{folder(settings, known, name).name}-{content_key(references.encode())}"


@contextmanager
def _registry(settings: Settings, name: str, port: int) -> Iterator[str]:
    """Run a registry on a storage; its address."""
    config = settings.cache / f"registry-{name}.yaml"
    config.write_text(
        f"version: 0.1\nlog: {{level: warn, accesslog: {{disabled: true}}}}\nhttp: {{addr: '[::]:{port}'}}\n"
        f"storage: {{filesystem: {{rootdirectory: '{storage(settings, name)}'}}}}\n"
    )
    process = subprocess.Popen(["docker-registry", "serve", config], stderr=subprocess.DEVNULL)
    try:
        _answers(f"localhost:{port}")
        yield f"localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


@retry(
    retry=retry_if_exception_type(processes.CommandError), stop=stop_after_delay(20), wait=wait_fixed(0.1), reraise=True
)
def _answers(address: str) -> None:
    processes.run(["crane", "catalog", address])


if __name__ == "__main__":
    try:
        if sys.argv[1] == "build":
            _build(Settings.load(), sys.argv[2])
        else:
            _store(Settings.load(), sys.argv[2:])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{' '.join(map(str, failure.cmd))}\n{failure.stdout[-1500:]}\n{failure.stderr[-1500:]}")
