"""kubeconform as an expert runs it: schemas at hand, one file a kind with all that it refers to, and no network."""

import json
import re
import shutil
from pathlib import Path

import kubernetes_validate

from validators.kubernetes import schema, versions

_SOURCE = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
_REFERENCE = re.compile(r'"(?:/api/_definitions\.json)?#/\$defs/([^"]+)"')


def schemas(target: Path) -> None:
    """Write those that kubernetes-validate brings, and those of the custom resources that the library writes, into a new
    folder: <kind>-<group>-<version>.json."""
    shutil.copytree(schema.FOLDER / "crds", target)
    source = _SOURCE / f"v{versions.KUBERNETES_NEWEST}.0-local-strict"
    definitions = json.loads((source / "_definitions.json").read_bytes())["$defs"]
    texts = {name: json.dumps(one) for name, one in definitions.items()}
    for file in source.glob("*-v*.json"):
        text = file.read_text(encoding="utf-8")
        parts: dict[str, dict] = {}
        waiting = _REFERENCE.findall(text)
        while waiting:
            name = waiting.pop()
            if name not in parts:
                parts[name] = json.loads(_inside(texts[name]))
                waiting += _REFERENCE.findall(texts[name])
        (target / file.name).write_text(json.dumps({**json.loads(_inside(text)), "$defs": parts}), encoding="utf-8")


def _inside(text: str) -> str:
    return _REFERENCE.sub(r'"#/$defs/\1"', text)


def command(program: Path, folder: Path, processes: int) -> list[str]:
    """Return the command line, to which files or folders are added; `folder`: that of schemas()."""
    built_in = f"{folder}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    custom = f"{folder}/{{{{.ResourceKind}}}}-{{{{.Group}}}}-{{{{.ResourceAPIVersion}}}}.json"
    return [str(program), "-n", str(processes), "-schema-location", built_in, "-schema-location", custom]
