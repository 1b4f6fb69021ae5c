"""Random changes to an app's files, made from a seed: of the values inside YAML (types and shapes alike), and of bytes.

Texts that are YAML themselves, as inline patches are, are changed inside.
"""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import yaml

from tests.attacks.corpus import dump
from validators.sources import loader

Files = dict[str, bytes]
Pointer = tuple[Any, ...]

WRONG: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**30, 1.5, float("inf"), "", "x", "\n", "\u2028", "=", "a=b", "9" * 300),
    *([], [[]], [None], [{}], ["a", 1], [["a"]], {}, {"a": None}, {"": 1}, {"name": ["a"]}, {"kind": ["Deployment"]}),
    *("../../../../base", "/", "//", "..", "/spec/template/spec/containers/0/env/-", "Deployment|Job", "http", "8000"),
    *("/spec/template/spec/volumes/0", "app.env", "././app.env", "a/../app.env", "app-config", "Secret", "add", "test"),
)
SPLICES = (
    *(b"&a ", b"*a", b"<<: *a\n", b"!!python/object:os.system ", b"---\n", b"...\n", b"%YAML 1.1\n", b"? ", b"- - - "),
    *(b"{", b"}", b"[", b"]", b'"', b"'", b"\0", b"\r", b"\t", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc0\xaf"),
    *(b"\xe2\x80\xa8", b"\xc2\x85", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"|+10\n", b">-\n", b"~", b"0x1F", b"1e999"),
    *(b"../" * 20, b"file:///etc/passwd", b"\x1b[2J", b"path: /\n", b"value: 010\n", b"9" * 400, b"<<<<<<< HEAD\n"),
)


def mutated(files: Files, random: Random, donors: list[Any]) -> Files:
    """Return the files of a folder with one to three changes. `donors`: values of other files, to put in."""
    files = dict(files)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if not files:
            break
        name = random.choice(sorted(files))
        chosen = random.random()
        if chosen < 0.08:
            _move(files, name, random)
        elif name.endswith(".yaml") and chosen < 0.85:
            files[name] = _yaml(files[name], random, donors)
        else:
            files[name] = _bytes(files[name], random)
    return files


def _move(files: Files, name: str, random: Random) -> None:
    """Delete a file, empty it, give it another's place, or a name that programs take for another's."""
    match random.randrange(5):
        case 0:
            del files[name]
        case 1:
            files[name] = b""
        case 2:
            files[random.choice(sorted(files))] = files[name]
        case 3:
            files[random.choice(("suppressions.yaml", "a/b.yaml", "Kustomization", "x.json", "k.yml"))] = files.pop(
                name
            )
        case _:
            files["kustomization.yaml"] = files[name]


def _yaml(data: bytes, random: Random, donors: list[Any]) -> bytes:
    documents, problems = loader.load(data)
    if problems or not documents:
        return _bytes(data, random)
    return _dumped(_value(copy.deepcopy(documents[0].value), random, donors))


def _dumped(value: Any) -> bytes:
    try:
        return dump(value).encode("utf-8", "surrogatepass")
    except (yaml.YAMLError, RecursionError):
        return b"a: [b"


def _value(value: Any, random: Random, donors: list[Any]) -> Any:
    """Return a value with something in it changed, at any depth."""
    pointers = list(_pointers(value))
    pointer = random.choice(pointers)
    before = _at(value, pointer)
    if isinstance(before, str) and "\n" in before and random.random() < 0.8:
        return _put(value, pointer, _yaml(before.encode("utf-8", "replace"), random, donors).decode("utf-8", "replace"))
    match random.randrange(9):
        case 0 | 1 | 2:
            after = copy.deepcopy(random.choice(WRONG))
        case 3 | 4:
            after = copy.deepcopy(random.choice(donors))
        case 5:
            after = random.choice(([before], {"a": before}, [before, before], {"name": before}, [[before]]))
        case 6:
            after = copy.deepcopy(_at(value, random.choice(pointers)))
        case 7:
            after = _grown(before, random)
        case _:
            return _removed(value, pointer)
    return _put(value, pointer, after)


def _grown(value: Any, random: Random) -> Any:
    """Return a value with more of the same in it: an item or key twice, a letter in a text, another number."""
    if isinstance(value, list) and value:
        return [*value, copy.deepcopy(random.choice(value))]
    if isinstance(value, dict) and value:
        key, inner = random.choice(list(value.items()))
        return {**value, random.choice((str(key).upper(), f"{key}s", 1, None, "$patch", "name", "target")): inner}
    if isinstance(value, str):
        at = random.randint(0, len(value))
        return (
            value[:at]
            + random.choice(("/", "..", "=", "|", " ", "-", "~1", "\\", "ä", "\u200b", ":", ","))
            + value[at:]
        )
    return -value if isinstance(value, int) else [value]


def _pointers(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _pointers(inner, (*at, key))


def values(value: Any) -> Iterator[Any]:
    """Yield a value and all that are in it."""
    return (_at(value, pointer) for pointer in _pointers(value))


def _at(value: Any, pointer: Pointer) -> Any:
    for token in pointer:
        value = value[token]
    return value


def _put(value: Any, pointer: Pointer, new: Any) -> Any:
    if not pointer:
        return new
    _at(value, pointer[:-1])[pointer[-1]] = new
    return value


def _removed(value: Any, pointer: Pointer) -> Any:
    if not pointer:
        return None
    del _at(value, pointer[:-1])[pointer[-1]]
    return value


def _bytes(data: bytes, random: Random) -> bytes:
    """Return the bytes with one change: something put in, cut out, doubled, repeated, or another byte."""
    at = random.randint(0, len(data))
    end = min(len(data), at + random.randint(0, 60))
    match random.randrange(5):
        case 0:
            return data[:at] + random.choice(SPLICES) + data[at:]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:end] + data[at:end] + data[end:]
        case 3:
            return data[:at] + data[at:end] * random.choice((3, 2000)) + data[end:]
        case _:
            return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
