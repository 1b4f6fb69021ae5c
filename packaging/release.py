"""Prepare a version: date its section of CHANGELOG.md, write it into pyproject.toml, commit both and tag the commit.

Run in the repository's root. The tag's message is the section, so that `git tag -n99` tells what a hoster has to do.
"""

import argparse
import datetime
import re
import subprocess
import sys
from pathlib import Path

SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
CONTRACTS = "tests/golden/contracts.txt"
UNRELEASED = "## Unreleased\n"
TO_DO = "### What a hoster has to do\n"
NEW = f"{UNRELEASED}\n{TO_DO}\n### What is new\n"
Version = tuple[int, ...]
VERSION = re.compile(r'^version = "(.+)"$', re.M)


class Refusal(Exception):
    """The version can't be prepared; the message is one line, for people."""


def main() -> int:
    """Return 0, or 2 where it is refused; nothing is changed then."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("version", metavar="VERSION", help="the next version, as 1.4.0")
    try:
        prepare(Path(), parser.parse_args().version)
    except Refusal as problem:
        print(f"release: {problem}", file=sys.stderr)
        return 2
    return 0


def prepare(root: Path, version: str) -> None:
    """Make the commit and the tag. Raises Refusal."""
    if changed := git(root, "status", "--porcelain"):
        raise Refusal(f"{changed.splitlines()[0][3:]} isn't committed: commit it, or put it away, first")
    project, changelog = root / "pyproject.toml", root / "CHANGELOG.md"
    text = project.read_text(encoding="utf-8")
    last = newest(git(root, "tag", "--list", "v*").split())
    allowed = following(last) if last else [VERSION.search(text)[1]]
    if version not in allowed:
        raise Refusal(f"VERSION {version!r} isn't next: write {' or '.join(allowed)}")
    if last and (gone := missing(root, last)) and version not in breaking(last):
        raise Refusal(f"{gone[0]!r} of v{dotted(last)} is gone, a contract (docs/versions.md): "
                      f"bring it back, or write {' or '.join(breaking(last))}")  # fmt: skip
    before, section, after = parts(changelog.read_text(encoding="utf-8"))
    project.write_text(VERSION.sub(f'version = "{version}"', text), encoding="utf-8")
    today = datetime.datetime.now(datetime.UTC).date()
    changelog.write_text(f"{before}{NEW}\n## {version}, {today}\n{section}{after}", encoding="utf-8")
    git(root, "commit", "--quiet", "--message", f"Version {version}", project.name, changelog.name)
    git(root, "tag", "--annotate", "--cleanup=verbatim", "--message", f"Version {version}\n{section}", f"v{version}")
    print(f"Committed and tagged v{version}. Look at it: git show v{version}")
    print(f"Publish it: git push origin HEAD v{version}")


def newest(tags: list[str]) -> Version | None:
    """Return the highest of the versions that are tagged, None where there is none."""
    known = [tuple(map(int, match.groups())) for tag in tags if (match := SEMVER.fullmatch(tag[1:]))]
    return max(known, default=None)


def following(last: Version) -> list[str]:
    """Return the versions that may come after one, by Semantic Versioning: mended, new, or with a contract changed."""
    major, minor, patch = last
    return [dotted(version) for version in ((major, minor, patch + 1), (major, minor + 1, 0), (major + 1, 0, 0))]


def breaking(last: Version) -> list[str]:
    """Return those of them in which a contract may change: before 1.0.0 the second number tells, too."""
    return following(last)[1 if last[0] == 0 else 2 :]


def dotted(version: Version) -> str:
    """Return a version as people write it."""
    return ".".join(map(str, version))


def missing(root: Path, last: Version) -> list[str]:
    """Return the names of contracts that a version had and the tree hasn't."""
    before = git(root, "show", f"v{dotted(last)}:{CONTRACTS}").splitlines()
    now = (root / CONTRACTS).read_text(encoding="utf-8").splitlines()
    return [line for line in before if line not in now and not line.startswith("#")]


def parts(changelog: str) -> tuple[str, str, str]:
    """Return what stands before the section Unreleased, in it, and after it. Raises Refusal where it says nothing."""
    before, heading, rest = changelog.partition(UNRELEASED)
    section, mark, after = rest.partition("\n## ")
    if not heading:
        raise Refusal(f"CHANGELOG.md has no section {UNRELEASED.strip()!r}: write one")
    for name in re.findall(r"^### .*\n", NEW, re.M):
        body = section.partition(name)[2].partition("\n### ")[0]
        if not body.strip():
            raise Refusal(
                f"CHANGELOG.md: {name.strip()!r} of {UNRELEASED.strip()!r} is empty: write it, if only `- Nothing.`"
            )
    return before, f"{section.rstrip()}\n", mark + after


def git(root: Path, *arguments: str) -> str:
    """Return what git prints. Raises Refusal with its last line where it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise Refusal(f"git {arguments[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
