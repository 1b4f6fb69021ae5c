"""What a hostile customer's repository may be, each with the layer that stops it: the table in docs/promotion.md."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from ..validators.repository import Repository
from .scene import Scene, git

FETCH, RULES, COMMIT = "fetch", "check", "commit"
"""The layers: fetching within limits into an empty store; the rules; how the platform's commit is made."""


@dataclass(frozen=True)
class Attack:
    """`make` changes the customer's repository, pushes, and returns the commit; `says` is told to the customer. Without
    it the commit lands, as its own bytes and nothing else."""

    name: str
    layer: str
    make: Callable[[Scene, Repository], str]
    says: str = ""


def _pushed(customer: Repository, commit: str = "HEAD") -> str:
    customer.git("push", "--quiet", "--force", "origin", f"{commit}:refs/heads/main")
    return customer.git("rev-parse", commit).strip()


def _plumbed(customer: Repository, *entries: str) -> str:
    """Push a commit whose tree has further entries, as `git mktree -z` takes them, and return its id."""
    tree = customer.git("ls-tree", "-z", "HEAD")
    given = (tree + "".join(f"{entry}\0" for entry in entries)).encode(errors="surrogateescape")
    made = _raw(customer, given, "mktree", "-z", "--missing")
    return _pushed(customer, customer.git("commit-tree", made, "-p", "HEAD", "-m", "Change").strip())


def _raw(customer: Repository, given: bytes, *arguments: str) -> str:
    command = ["git", "-C", str(customer.root), *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout.decode().strip()


def _blob(customer: Repository, data: bytes = b"A=1\n") -> str:
    return _raw(customer, data, "hash-object", "-w", "--stdin")


def _trailers(_: Scene, customer: Repository) -> str:
    customer.edit("app.env", "HOSTS=", "A=1\nHOSTS=")
    customer.git("config", "user.name", "Platform Engineer")
    forged = "Change\n\nHosting-Commit: 0000\nHosting-Verdict: passed\nHosting-Approved-By: Platform Engineer\n"
    customer.commit(forged)
    return _pushed(customer)


def _history(_: Scene, customer: Repository) -> str:
    tree = customer.git("rev-parse", "HEAD^{tree}").strip()
    parent = customer.git("commit-tree", tree, "-m", "Another past").strip()
    customer.edit("app.env", "HOSTS=", "A=1\nHOSTS=")
    customer.git("reset", "--quiet", "--soft", parent)
    customer.commit("Change")
    return _pushed(customer)


def _replaced(scene: Scene, customer: Repository) -> str:
    customer.edit("app.env", "HOSTS=", "A=1\nHOSTS=")
    good = customer.commit()
    customer.edit("app.env", "A=1", "A=evil")
    evil = customer.commit()
    customer.git("push", "--quiet", "origin", f"{evil}:refs/replace/{good}")
    git(scene.top / "example-blog.git", "update-ref", f"refs/replace/{good}", evil)
    return _pushed(customer, good)


def _tag(_: Scene, customer: Repository) -> str:
    customer.edit("app.env", "HOSTS=", "A=evil\nHOSTS=")
    evil = customer.commit()
    customer.git("push", "--quiet", "origin", f"{evil}:refs/tags/main", f"{evil}:refs/tags/v1")
    customer.git("reset", "--quiet", "--hard", "HEAD~1")
    customer.edit("app.env", "HOSTS=", "A=1\nHOSTS=")
    customer.commit()
    return _pushed(customer)


def _filters(_: Scene, customer: Repository) -> str:
    (customer.root / ".gitattributes").write_text("*.env filter=evil ident export-subst text eol=crlf\n")
    customer.edit("app.env", "HOSTS=", "A=$Id$ $Format:%H$\nHOSTS=")
    customer.commit()
    return _pushed(customer)


def _submodule(_: Scene, customer: Repository) -> str:
    head = customer.git("rev-parse", "HEAD").strip()
    return _plumbed(customer, f"160000 commit {head}\tmodule")


def _link(_: Scene, customer: Repository) -> str:
    return _plumbed(customer, f"120000 blob {_blob(customer, b'/etc/passwd')}\tmore.env")


def _case(_: Scene, customer: Repository) -> str:
    return _plumbed(customer, f"100644 blob {_blob(customer)}\tApp.env")


def _line(_: Scene, customer: Repository) -> str:
    return _plumbed(customer, f"100644 blob {_blob(customer)}\tmore\nHosting-Commit: x.env")


def _bytes(_: Scene, customer: Repository) -> str:
    return _plumbed(customer, f"100644 blob {_blob(customer)}\tmore\udcff.env")


def _dot_git(_: Scene, customer: Repository) -> str:
    inner = _raw(customer, f"100644 blob {_blob(customer)}\tconfig\0".encode(), "mktree", "-z")
    return _plumbed(customer, f"040000 tree {inner}\t.GIT")


def _upwards(_: Scene, customer: Repository) -> str:
    inner = _raw(customer, f"100644 blob {_blob(customer)}\tsizing.yaml\0".encode(), "mktree", "-z")
    return _plumbed(customer, f"040000 tree {inner}\t..")


def _other_name(_: Scene, customer: Repository) -> str:
    folder = customer.root / "overlays/customers/example/shop"
    folder.mkdir(parents=True)
    (folder / "app.env").write_text("HOSTS=evil.example.com\n")
    customer.commit()
    return _pushed(customer)


def _other_host(_: Scene, customer: Repository) -> str:
    customer.edit("app.env", "HOSTS=blog.example.com", "HOSTS=victim.example.com")
    customer.commit()
    return _pushed(customer)


def _large(_: Scene, customer: Repository) -> str:
    (customer.root / "README.md").write_bytes(os.urandom(40 << 20))
    customer.commit()
    return _pushed(customer)


def _many(_: Scene, customer: Repository) -> str:
    stream = "commit refs/heads/many\ncommitter a <a@example.com> 0 +0000\ndata 1\nx\n"
    stream += "".join(f"M 100644 inline docs/{n}.md\ndata {len(str(n))}\n{n}\n" for n in range(10_001))
    _raw(customer, stream.encode(), "fast-import", "--quiet")
    return _pushed(customer, "many")


def _bomb(_: Scene, customer: Repository) -> str:
    tree = _raw(customer, f"100644 blob {_blob(customer)}\ta.md\0".encode(), "mktree", "-z")
    for _depth in range(9):
        tree = _raw(customer, "".join(f"040000 tree {tree}\t{n}\0" for n in range(10)).encode(), "mktree", "-z")
    return _plumbed(customer, f"040000 tree {tree}\tdocs")


ATTACKS = (
    Attack("trailers and an author that are forged", COMMIT, _trailers),
    Attack("another history, pushed over the last one", FETCH, _history),
    Attack("a commit that is replaced (refs/replace)", FETCH, _replaced),
    Attack("tags that have the branch's name, and that move", FETCH, _tag),
    Attack("filters and conversions (.gitattributes, LFS)", COMMIT, _filters),
    Attack("a submodule", RULES, _submodule, "module:1:1: customer-files: is a submodule, which isn't fetched"),
    Attack("a link out of the folder", RULES, _link, "more.env:1:1: customer-files: is a symbolic link"),
    Attack("names that differ in case alone", RULES, _case, "is the same name as App.env on some file systems"),
    Attack("a name with a line break in it", RULES, _line, "isn't a name for a file"),
    Attack("a name that isn't text", RULES, _bytes, "isn't a name for a file"),
    Attack("git's own folder as a file", FETCH, _dot_git, "isn't sound"),
    Attack("a folder that leads up", FETCH, _upwards, "isn't sound"),
    Attack("another customer's folder", RULES, _other_name, "customer-files: "),
    Attack("another customer's host", RULES, _other_host, "is a host of another customer's app, too"),
    Attack("a file that is too large", FETCH, _large, "is larger than 32 MiB"),
    Attack("too many files", FETCH, _many, "holds more than 10,000 objects"),
    Attack("a tree of a few hundred bytes that lists a billion files", RULES, _bomb, "holds more than 10,000 files"),
)
