import dataclasses
from datetime import date

import pytest

from validators.policy import app_file
from validators.sources.app_file import AppFile, Pin, Repository, read
from validators.sources.folder import Folder

from ...promotion.scene import HEAD as GOOD
from ..cases import Case, check

F = "platform/app.yaml"
REPOSITORY = """\
  repository:
    url: ssh://git@git.example.com/acme/shop.git
    branch: main
    promotion: auto
"""
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIBlC0Gn7cJ9xQm3v1tPz0kqg0m3cG3Wl4m5n6o7p8q9 dev@example.com"
PINNED = """\
  pinned:
    commit: "0123456789abcdef0123456789abcdef01234567"
    reason: the new release loses uploads
    until: "2027-01-31"
"""
WHOLE = GOOD + REPOSITORY + f"    signers:\n      - {KEY}\n" + PINNED


def bad(name: str, old: str, new: str, *finds: str) -> Case:
    assert WHOLE.count(old) == 1
    return Case(name, {F: WHOLE.replace(old, new)}, [f"{F}:{find}" for find in finds])


def url(address: str) -> Case:
    return Case(address, {F: WHOLE.replace("ssh://git@git.example.com/acme/shop.git", address)})


CASES = [
    Case("a ring alone", {F: GOOD}),
    Case("all", {F: WHOLE}),
    Case("no file", {}),
    url("https://git.example.com/acme/shop.git"),
    url("git@git.example.com:acme/shop.git"),
    url("ssh://git@[2001:db8::1]:2222/acme/shop.git"),
    url("file:///srv/git/acme/shop.git"),
    bad("no such branch", "branch: main", "branch: feature/new-shop"),
    bad("a field below spec", "  ring:", "  rings:", "8 # spec.rings is no field", "7 # spec.ring is missing"),
    bad(
        "a field of the repository",
        "promotion: auto",
        "promote: auto",
        "12 # spec.repository.promote is no field",
        "9 # spec.repository.promotion is missing",
    ),
    bad("a choice", "promotion: auto", "promotion: always", "12 # spec.repository.promotion: 'always'"),
    bad("another kind", "kind: App", "kind: Sizing", "2 # kind: 'Sizing'"),
    bad("not kept out of the cluster", 'config: "true"', "config: true", "6 # metadata.annotations"),
    bad(
        "no annotations",
        '  annotations:\n    config.kubernetes.io/local-config: "true"\n',
        "",
        "3 # annotations is missing",
    ),
    bad("a password", "git@git.example.com", "git:secret@git.example.com", "10 # spec.repository.url"),
    bad("a program", "ssh://git@git.example.com/acme", "ext::sh -c id", "10 # spec.repository.url"),
    bad("an option", "ssh://git@git.example.com", "ssh://-oProxyCommand=id", "10 # spec.repository.url"),
    bad("a branch that is an option", "branch: main", "branch: --all", "11 # spec.repository.branch"),
    bad("a branch that leads up", "branch: main", "branch: a/../b", "11 # spec.repository.branch"),
    bad("no key", f"- {KEY}", "- dev@example.com", "14 # spec.repository.signers.0"),
    bad("nobody may sign", f"\n      - {KEY}", " []", "13 # spec.repository.signers"),
    bad("a short id", "0123456789abcdef0123456789abcdef01234567", "0123456", "16 # spec.pinned.commit"),
    bad("no reason", "reason: the new release loses uploads", 'reason: ""', "17 # spec.pinned.reason"),
    bad("no day", "2027-01-31", "2027-02-31", "18 # spec.pinned.until: 2027-02-31 is no day"),
    bad("no end", '    until: "2027-01-31"\n', "", "15 # spec.pinned.until is missing"),
    Case("pinned, and no repository", {F: GOOD + PINNED}, [f"{F}:9 # spec.pinned is of no use without"]),
    Case("a move", {F: GOOD + "  move: rehearsed\n"}),
    Case("no state of a move", {F: GOOD + "  move: halfway\n"}, [f"{F}:9 # spec.move: 'halfway'"]),
    Case("a list", {F: "- a\n"}, [f"{F}:1 # isn't a document of kind App"]),
    Case("nothing", {F: ""}, [f"{F}:1 # holds 0 documents"]),
    Case("two", {F: f"{GOOD}---\n{GOOD}"}, [f"{F}:1 # holds 2 documents"]),
    Case("no spec", {F: GOOD.partition("spec:")[0]}, [f"{F}:1 # spec.ring is missing"]),
    Case("a text for spec", {F: GOOD.replace("\n  ring: stable", " stable")}, [f"{F}:7 # spec holds no fields"]),
    Case("not plain YAML is another rule's", {F: "a: [\n"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("app-file", case)


def folder(text: str | None) -> Folder:
    return Folder("overlays/ungleich/acme/shop", {} if text is None else {"app.yaml": text.encode()})


def test_it_is_read_whole() -> None:
    repository = Repository("ssh://git@git.example.com/acme/shop.git", "main", "auto", (KEY,))
    pin = Pin("0123456789abcdef0123456789abcdef01234567", "the new release loses uploads", date(2027, 1, 31))
    assert read(folder(WHOLE)) == AppFile("stable", repository, pin)
    assert read(folder(GOOD)) == AppFile("stable")
    assert read(folder(GOOD + "  move: moved\n")) == AppFile("stable", move="moved")


@pytest.mark.parametrize("text", [None, "", "a: [\n", GOOD.replace("ring", "rings"), f"{GOOD}---\n{GOOD}"])
def test_what_can_not_be_relied_on_says_nothing(text: str | None) -> None:
    assert read(folder(text)) is None


def test_every_field_is_read() -> None:
    """The list of fields and the dataclasses are two files."""
    listed = {path.removeprefix("spec.") for path in app_file.fields() if path.startswith("spec.")}
    parts = {"repository": Repository, "pinned": Pin}
    held = set()
    for field in dataclasses.fields(AppFile):
        inner = dataclasses.fields(parts[field.name]) if field.name in parts else ()
        held |= {f"{field.name}.{one.name}" for one in inner} or {field.name}
    assert held == listed
