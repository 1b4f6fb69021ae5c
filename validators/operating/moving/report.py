"""What is on a VM and what is here, side by side."""

from dataclasses import dataclass, field

from tabulate import tabulate

from .facts import Facts, same_collation
from .media import Files

SHOWN = 20


@dataclass
class Report:
    """Rows of (what, there, here), and what differs, a line each."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def table(self, there: str, here: str) -> str:
        """Return the rows as a table, and the differences below."""
        text = tabulate(self.rows, ["", there, here], tablefmt="simple", disable_numparse=True)
        more = len(self.differences) - SHOWN
        return "\n".join([text, *self.differences[:SHOWN], *([f"and {more} more"] if more > 0 else [])])


def database(report: Report, before: dict[str, int], there: Facts, here: Facts) -> None:
    """Add a database. before: where the sequences of the VM were when the dump began."""
    report.rows += [
        ("tables", f"{len(there.tables):,}", f"{len(here.tables):,}"),
        ("rows", f"{sum(there.tables.values()):,}", f"{sum(here.tables.values()):,}"),
        ("sequences", f"{len(there.sequences):,}", f"{len(here.sequences):,}"),
        ("large objects", f"{there.large_objects:,}", f"{here.large_objects:,}"),
        ("extensions", ", ".join(there.extensions), ", ".join(here.extensions)),
        ("encoding", there.encoding, here.encoding),
        ("collation", there.collation, here.collation),
        ("PostgreSQL", str(there.version), str(here.version)),
    ]
    for name in sorted(there.tables.keys() | here.tables.keys()):
        one, other = there.tables.get(name), here.tables.get(name)
        if one != other:
            report.differences.append(f"table {name}: {_count(one)} rows there, {_count(other)} here")
    for name in sorted(there.sequences.keys() | here.sequences.keys()):
        first, last, other = before.get(name), there.sequences.get(name), here.sequences.get(name)
        if None in (first, last, other) or not first <= other <= last:
            report.differences.append(f"sequence {name}: at {_count(last)} there, at {_count(other)} here")
    if there.large_objects != here.large_objects:
        report.differences.append(f"large objects: {there.large_objects:,} there, {here.large_objects:,} here")
    if missing := sorted(set(there.extensions) - set(here.extensions)):
        report.differences.append(f"extensions that aren't here: {', '.join(missing)}")


def collation(there: Facts, here: Facts) -> str:
    """Return in what way texts are sorted differently; empty where they aren't."""
    if same_collation(there.collation, here.collation):
        return ""
    return f"texts are sorted by {there.collation} there, by {here.collation} here"


def files(report: Report, begun: float, there: Files, here: Files) -> None:
    """Add the files. begun: the VM's time when the pass began, in seconds since 1970: what changed later is for the next."""
    report.rows += [
        ("files", f"{len(there.sizes):,}", f"{len(here.sizes):,}"),
        ("bytes", f"{there.bytes:,}", f"{here.bytes:,}"),
    ]
    late = {path for path, changed in there.times.items() if changed >= begun}
    if late:
        report.rows.append(("changed meanwhile: the next pass brings them", f"{len(late):,}", ""))
    for path in sorted((there.sizes.keys() | here.sizes.keys()) - late):
        one, other = there.sizes.get(path), here.sizes.get(path)
        if one != other:
            report.differences.append(f"file {path!r}: {_count(one)} bytes there, {_count(other)} here"[:300])


def checksums(report: Report, there: dict[bytes, str], here: dict[bytes, str]) -> None:
    """Add the checksums of a sample."""
    same = sum(here.get(path) == digest for path, digest in there.items())
    report.rows.append(("checksums compared", f"{len(there):,}", f"{same:,} the same"))
    report.differences += [
        f"file {path!r}: has another content here"[:300] for path, digest in there.items() if here.get(path) != digest
    ]


def _count(number: int | None) -> str:
    return "none" if number is None else f"{number:,}"
