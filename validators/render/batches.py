"""Build folders with the command `kustomize`: many in one process, from temporary files."""

import contextlib
import json
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from ..policy import limits
from ..sources.folder import Folder
from . import objects
from .kustomize import Kustomize, KustomizeError, find
from .objects import Object, Rendered

_MARKER = "hosting.ungleich.ch/v1"


class Batches:
    """A temporary folder with what is being built, and how to build it."""

    def __init__(self, kustomize: Kustomize | None = None) -> None:
        self._kustomize = kustomize
        if kustomize is None:
            # Asking for its version takes as long as importing the rules: both at once.
            threading.Thread(target=_look, daemon=True).start()
        self._top = Path(tempfile.mkdtemp(prefix="django-hosting-")).resolve()
        self._batches = 0

    @property
    def kustomize(self) -> Kustomize:
        """The kustomize in use, looked for when it is first needed."""
        if self._kustomize is None:
            with _LOOKING:
                self._kustomize = find()
        return self._kustomize

    def close(self) -> None:
        """Delete the temporary folder."""
        shutil.rmtree(self._top, ignore_errors=True)

    def write(self, folder: Folder) -> None:
        """Put a folder's files at its path."""
        for name, data in folder.files.items():
            path = self._top / folder.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def remove(self, path: str) -> None:
        """Delete a folder."""
        shutil.rmtree(self._top / path, ignore_errors=True)

    def render(self, paths: list[str]) -> dict[str, Rendered]:
        """Return what each folder renders to, `limits.BATCH` of them in a process.

        A batch that fails is halved until the folders that fail are found: nobody's mistake is another's.
        """
        results: dict[str, Rendered] = {}
        for start in range(0, len(paths), limits.BATCH):
            results.update(self._render(paths[start : start + limits.BATCH]))
        return results

    def _render(self, paths: list[str]) -> dict[str, Rendered]:
        try:
            if len(paths) == 1:
                return {paths[0]: Rendered(objects.parse(self._build(self._top / paths[0], 1)))}
            return self._batch(paths)
        except (KustomizeError, yaml.YAMLError, ValueError, RecursionError) as error:
            if len(paths) == 1:
                return {paths[0]: Rendered([], self._plain(str(error)))}
            half = len(paths) // 2
            return {**self._render(paths[:half]), **self._render(paths[half:])}

    def _batch(self, paths: list[str]) -> dict[str, Rendered]:
        """Render several folders through one root that lists them, a marker after each."""
        self._batches += 1
        root = self._top / f"batch-{self._batches}"
        root.mkdir()
        resources = []
        for index, path in enumerate(paths):
            marker = {"apiVersion": _MARKER, "kind": "Marker", "metadata": {"name": f"marker-{index}"}}
            (root / f"{index}.yaml").write_text(json.dumps(marker))
            resources += [f"../{path}", f"{index}.yaml"]
        # In the order of the list: a marker then ends the objects of the folder before it.
        kustomization = {"resources": resources, "sortOptions": {"order": "fifo"}}
        (root / "kustomization.yaml").write_text(json.dumps(kustomization))
        try:
            stream = self._build(root, len(paths))
        finally:
            shutil.rmtree(root)
        parts = list(_split(objects.parse(stream)))
        if len(parts) != len(paths):
            raise ValueError("a folder renders a marker")
        return {path: Rendered(part) for path, part in zip(paths, parts, strict=True)}

    def stream(self, path: str) -> bytes:
        """Return what kustomize prints for a folder. Raises KustomizeError."""
        try:
            return self._build(self._top / path, 1)
        except KustomizeError as error:
            raise KustomizeError(self._plain(str(error))) from None

    def _build(self, root: Path, number: int) -> bytes:
        timeout = limits.RENDER_SECONDS + number * limits.RENDER_SECONDS_EACH
        return self.kustomize.build(root, timeout=timeout, memory=limits.RENDER_MEMORY)

    def _plain(self, message: str) -> str:
        return message.replace(f"{self._top}/", "").replace(str(self._top), "")


def _look() -> None:
    with _LOOKING, contextlib.suppress(KustomizeError):
        find()


_LOOKING = threading.Lock()


def _split(stream: Iterable[Object]) -> Iterator[list[Object]]:
    """Yield the objects between markers; raises ValueError for a marker out of order."""
    part: list[Object] = []
    index = 0
    for obj in stream:
        if obj.kind == "Marker" and obj.api_version == _MARKER:
            if obj.name != f"marker-{index}":
                raise ValueError("a folder renders a marker")
            index += 1
            yield part
            part = []
        else:
            part.append(obj)
    if part:
        raise ValueError("objects after the last marker")
