"""tests/golden/contracts.txt: every name that docs/versions.md promises to keep, a line each.

A line that goes is a contract that changes: `make release` compares the file with the last version's. The ids of rules are
in validators/rules/ids.txt.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from validators import cli
from validators.policy import components, sizes

OWNS = ("tests/golden/contracts.txt",)
_HEAD = "# Names that customers and platforms rely on (docs/versions.md); `make generate` renews it. No line may go unannounced.\n"


def files(root: Path) -> dict[str, str]:
    """Return the text: `component async`, `variable PORT`, `size async.replicas`, `option check --customer`, ..."""
    return {OWNS[0]: _HEAD + "".join(f"{line}\n" for line in sorted({*_names(root)}))}


def _names(root: Path) -> Iterator[str]:
    yield from (f"component {name}" for name in components.ORDER)
    yield from (f"variable {name}" for name in _variables(root))
    yield from (f"size {path}" for target in sizes.table().values() for path in target.values())
    yield from (f"hook {hook['id']}" for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_bytes()))
    yield from _majors(root)
    yield from _options()
    yield from _targets((root / "Makefile").read_text(encoding="utf-8"))


def _majors(root: Path) -> Iterator[str]:
    """Yield the major version of a database whose data another one can't read: a change of the image would stop every app."""
    text = (root / "components/postgres/standalone/stateful-set.yaml").read_text(encoding="utf-8")
    yield from (f"postgres/standalone {major}" for major in re.findall(r"/var/lib/postgresql/(\d+)/", text))


def _variables(root: Path) -> Iterator[str]:
    """Yield the variables that the library gives the customer's image."""
    for path in (root / "base/kustomization.yaml", *root.glob("components/**/kustomization.yaml")):
        for entry in yaml.safe_load(path.read_bytes()).get("configMapGenerator", []):
            if entry["name"] in ("app-defaults", "app-config"):
                yield from (literal.partition("=")[0] for literal in entry.get("literals", []))
    web = yaml.safe_load((root / "base/web/deployment.yaml").read_bytes())
    for container in web["spec"]["template"]["spec"]["containers"]:
        yield from (entry["name"] for entry in container["env"])


def _options() -> Iterator[str]:
    """Yield the commands with their options."""
    for name, parser in cli.build_parser()._subparsers._group_actions[0].choices.items():
        yield f"command {name}"
        for action in parser._actions:
            yield from (f"option {name} {option}" for option in action.option_strings if option.startswith("--"))


def _targets(makefile: str) -> Iterator[str]:
    """Yield the targets for platform engineers, with the variables that `make` prints: under `Start here` and `Apps`."""
    shown = makefile.partition("##@ A real Kubernetes")[0]
    for told, target in re.findall(r"^((?:#: .*\n)*)([a-z][a-z0-9-]*):.*?## ", shown, re.M):
        yield f"make {target}"
        yield from (f"make {target} {name}=" for name in re.findall(r"\b([A-Z][A-Z_]+)(?==)", told))
