"""Whether the compiled schemas judge as kubernetes-validate does, which they are made from: the reference.

Not for everyday's checks: it needs the extra `reference`, 108 MB, and reads 1.8 MB for each object.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs
import kubernetes_validate
import yaml

from . import schema, versions

VERSION = kubernetes_validate.__version__


class Difference(NamedTuple):
    """What one of the two refuses and the other takes, and where in the object."""

    message: str
    pointer: tuple[str | int, ...]


class Unknown(Exception):
    """kubernetes-validate has no schema of this: a custom resource, whose schema is its operator's own, or no object."""


def differences(manifest: dict[str, Any]) -> list[Difference]:
    """Return where the verdicts on an object differ. Raises Unknown.

    The schemas here may refuse more, by what schemas/kubernetes.yaml adds on purpose, and never less.
    """
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str):
        raise Unknown
    validator = schema.validator(api_version, kind)
    ours = list(validator.iter_errors(manifest)) if validator else []
    theirs = {version: error for version in versions.KUBERNETES_SUPPORTED if (error := _refusal(manifest, version))}
    if theirs and not ours:
        version, error = next(iter(theirs.items()))
        message = f"kubernetes-validate refuses it for Kubernetes {version}, rule `schema` takes it: {error.message}"
        return [Difference(message, tuple(error.path))]
    return [] if theirs else list(_unfounded(ours, f"{api_version} {kind}"))


def _refusal(manifest: dict[str, Any], version: str) -> kubernetes_validate.ValidationError | None:
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return error
    except kubernetes_validate.SchemaNotFoundError:
        raise Unknown from None
    return None


def _unfounded(errors: list[jsonschema_rs.ValidationError], kind: str) -> Iterator[Difference]:
    """Yield the refusals that no addition is the reason of."""
    for error in errors:
        path = error.schema_path
        definition, keyword = (path[1].removeprefix("io.k8s."), path[2:]) if path[0] == "$defs" else (kind, path)
        read_by_both = keyword[-1] != "format"  # kubernetes-validate reads none
        if read_by_both and not _has(_additions().get(definition), keyword):
            message = f"rule `schema` refuses it, kubernetes-validate takes it: {schema.message(error)}"
            yield Difference(message, tuple(error.instance_path))


def _has(place: Any, pointer: list[str | int]) -> bool:
    """Whether there is something at a JSON pointer, as a list of its parts."""
    for token in pointer:
        try:
            place = place[token]
        except (LookupError, TypeError):
            return False
    return True


@cache
def _additions() -> dict[str, Any]:
    return yaml.safe_load((schema.FOLDER / "kubernetes.yaml").read_text(encoding="utf-8"))
