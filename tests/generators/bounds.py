"""docs/bounds.md: what a customer's commit can cost, from the last measurement."""

from pathlib import Path

import yaml

from tests.bounds.inputs import INPUTS
from tests.bounds.measure import CPU_SECONDS, OUTPUT_BYTES, PEAK_MIB, RECORDED
from validators.policy import limits

OWNS = ("docs/bounds.md",)
_HEAD = f"""\
# What a customer's commit can cost

Whatever is in a customer's folder, the check of this app takes at most {CPU_SECONDS:g} s of CPU, {PEAK_MIB} MiB and prints
{OUTPUT_BYTES / 1e6:g} MB; `tests/bounds` in the library's repository holds every input below to that. The limits stop the reading: what comes after one
isn't looked at, and the finding says which one it was. An app that needs more: ask the platform.

| limit | at most |
|---|---|
"""
_LIMITS = (
    ("a file", f"{limits.FILE_BYTES >> 10} KiB"),
    (
        "a customer's folder",
        f"{limits.FOLDER_BYTES >> 20} MiB, {limits.FOLDER_FILES} files, {limits.FOLDER_DEPTH} folders deep",
    ),
    ("values in a YAML file, and in all of a folder", f"{limits.YAML_NODES:,}, and {limits.FOLDER_NODES:,}"),
    ("nested mappings and lists", f"{limits.YAML_DEPTH}"),
    ("a text in YAML", f"{limits.SCALAR_LENGTH >> 10} KiB"),
    (
        "a list in kustomization.yaml",
        f"{limits.LIST_ITEMS} entries, most fewer: [customer-fields.md](customer-fields.md)",
    ),
    ("values that all patches write, for each pod counted", f"{limits.PATCH_VALUES:,}"),
    ("lines of all env files", f"{limits.ENVIRONMENT_LINES:,}"),
    ("files of all config maps together", f"{limits.CONFIG_BYTES >> 10} KiB"),
    ("findings of one rule", f"{limits.FINDINGS}, and how many more there are"),
)
_TABLE = """
## Measured

One process each, nothing cached, with the programs that it runs; by `make bounds` in the library's repository.

| what is committed | CPU, s | peak, MiB | printed, bytes | found by |
|---|---:|---:|---:|---|
"""


def files(root: Path) -> dict[str, str]:
    """Return the page."""
    recorded = yaml.safe_load((root / RECORDED.relative_to(RECORDED.parents[2])).read_text(encoding="utf-8"))
    rows = [f"| {what} | {most} |\n" for what, most in _LIMITS]
    costs = [
        f"| {given.title} | {took['seconds']} | {took['mebibytes']} | {took['printed']:,} | {', '.join(took['rules']) or 'nothing is wrong'} |\n"
        for given in INPUTS
        if (took := recorded.get(given.title))
    ]
    return {OWNS[0]: "".join([_HEAD, *rows, _TABLE, *costs])}
