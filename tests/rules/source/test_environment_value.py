"""What is told of a value, and that kustomize makes of each line what the rule says that the container sees."""

import re

import pytest
import yaml

from tests.conftest import ROOT
from validators import rules
from validators.rules import _environment
from validators.sources.tree import Tree

from ..cases import Case, app_of, check

K = "resources: [../../../../base]\nconfigMapGenerator:\n  - {name: app-config, behavior: merge, envs: [app.env]}\n"

# A line of app.env, a part of what is said of it, and what is to be written.
WRONG = [
    ('DEBUG="False"', "with its quotes", "write DEBUG=False"),
    ("DEBUG='False'", "with its quotes", "write DEBUG=False"),
    ("DEBUG=\u201cFalse\u201d", "with its quotes", "write DEBUG=False"),
    ("SITE_NAME='My \"shop\"'", "with its quotes", 'write SITE_NAME=My "shop"'),
    (r'SITE_NAME="My \"shop\""', "with its quotes", 'write SITE_NAME=My "shop"'),
    ('TITLE="We are # 1"', "with its quotes", "write it under literals in kustomization.yaml: - 'TITLE=We are # 1'"),
    ('A=""', "with its quotes", "write A="),
    ("TIME_ZONE=Europe/Zurich # local time", "with the comment", "write TIME_ZONE=Europe/Zurich, and the comment in"),
    ("TIME_ZONE=Europe/Zurich\t#local", "with the comment", "write TIME_ZONE=Europe/Zurich, and the comment in"),
    ('DEBUG="False" # never on', "with the comment", "write DEBUG=False, and the comment in"),
    ("A= # nothing yet", "with the comment", "write A=, and the comment in"),
    (
        "DB_HOST=$(PGHOST)",
        "nobody puts the value of PGHOST in",
        "{op: add, path: /spec/template/spec/containers/0/env/-, value: {name: DB_HOST, value: $(PGHOST)}}",
    ),
    (
        "REDIS_URL=${CACHE_URL}",
        "nobody puts the value of CACHE_URL in",
        "value: {name: REDIS_URL, value: $(CACHE_URL)}}",
    ),
    ("REDIS_URL=$CACHE_URL", "nobody puts the value of CACHE_URL in", "value: {name: REDIS_URL, value: $(CACHE_URL)}}"),
    ("DSN=postgres://$(PGHOST)/x", "nobody puts the value of PGHOST in", 'value: "postgres://$(PGHOST)/x"}}'),
    ("KEY=$(cat /secrets/key)", "nobody runs a command", "write KEY=... itself"),
    ("WEB_CONCURRENCY= 4", "with the blank before it: ' 4'", "write WEB_CONCURRENCY=4"),
    ("WEB_CONCURRENCY=\u00a04", "with the blank before it", "write WEB_CONCURRENCY=4"),
    ("DEBUG=0  ", "with the blank after it: '0  '", "write DEBUG=0"),
    ("DEBUG=0\t", "with the blank after it", "write DEBUG=0"),
    ("ALLOWED_HOSTS=a.example.com,\\", "the backslash that ends", "write the whole value in this line"),
    ("PORT=80", "PORT is '80'", "delete the line"),
    ("DATABASE_URL=postgres://db/x", "the platform sets one", "delete the line"),
    ("PGHOST=db", "the platform sets one", "delete the line"),
]
GOOD = [
    'FEATURES={"a": 1}',
    'FEATURES=["a", "b"]',
    'COLOURS={"a": "b # c"}',
    "URL=https://a.example/#top",
    "GREETING=it's",
    "GREETING='tis the season",
    'FONT="Fira Sans", sans-serif',
    'NAMES="a","b"',
    "COLOUR=#ff0000",
    "LOG_FORMAT=${levelname} %(message)s {asctime}",
    "HASH=bcrypt_sha256$$2b$12$abcdefghijk",
    "HASH=$argon2id$v=19$m=65536",
    "PRICE=$5",
    "CURRENCY=US$",
    "EMPTY=",
    "A=b=c",
    "A=one two",
    r"PATTERN=^\d+\s$",
    "PORT=8000",
    "DB_HOST=db",
    "  INDENTED=1",
    "WINDOWS=1\r",
]


def env(line: str) -> dict:
    return {"kustomization.yaml": K, "app.env": f"# first\n{line}\nLAST=1\n"}


def found(line: str) -> list[rules.Problem]:
    app = app_of(env(line), library=Tree(ROOT).library.files)
    return list(rules.every()["environment-value"].check(app))


@pytest.mark.parametrize(("line", "says", "write"), WRONG, ids=[line for line, _, _ in WRONG])
def test_says_what_the_container_sees(line: str, says: str, write: str) -> None:
    [problem] = found(line)
    assert says in problem.message
    assert write in problem.hint
    assert (problem.place.path, problem.place.line) == ("overlays/customers/example/app/app.env", 2)


@pytest.mark.parametrize("line", GOOD)
def test_leaves_what_is_read_as_it_stands(line: str) -> None:
    assert [problem.message for problem in found(line)] == []


def test_what_is_to_be_written_is_good() -> None:
    for line, _, write in WRONG:
        if re.match("write [A-Z_]+=", write) and "..." not in write:
            assert found(write.removeprefix("write ").partition(", and the comment")[0]) == [], line


LITERALS = ['A="x"', "B='x'", "C=\"x'", 'D=say "hi"', 'E="', "F='\"x\"'", "G= 4 ", 'H="a" and "b"', "I=", "J=''"]


def test_kustomize_reads_as_we_do(tmp_path, kustomizes) -> None:
    """`seen` is what kustomize makes, for every line above, in files and as literals."""
    lines = [line for line, *_ in WRONG] + GOOD
    named = [f"V{number}={line.lstrip().partition('=')[2]}" for number, line in enumerate(lines)]
    kustomization = {"configMapGenerator": [{"name": "app-config", "envs": ["././app.env"], "literals": LITERALS}]}
    files = {"kustomization.yaml": yaml.safe_dump(kustomization), "app.env": "\n".join(named) + "\n"}
    ours = {variable.name: variable.seen for variable in _environment.variables(app_of(files))}
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode())
    for tool in kustomizes.values():
        assert yaml.safe_load(tool.build(tmp_path))["data"] == ours
    assert len(ours) == len(lines) + len(LITERALS)


@pytest.mark.parametrize("more", [0, 1])
def test_kustomize_stops_at_a_long_line(tmp_path, kustomizes, more: int) -> None:
    """What customer-environment refuses: the lines after it vanish."""
    text = f"A={'x' * (_environment.LONGEST - 2 + more)}\nLAST=1\n"
    files = {"kustomization.yaml": K.replace("resources: [../../../../base]\n", ""), "app.env": text}
    problems = list(rules.every()["customer-environment"].check(app_of(files)))
    assert [problem.message.partition(":")[0] for problem in problems] == (
        ["A is longer than 65,535 bytes"] if more else []
    )
    files["kustomization.yaml"] = files["kustomization.yaml"].replace("behavior: merge, ", "")
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    for tool in kustomizes.values():
        assert ("LAST" in (yaml.safe_load(tool.build(tmp_path)).get("data") or {})) is not bool(more)


CASES = [
    Case(
        "in a literal",
        {"kustomization.yaml": K.replace("envs: [app.env]", "literals: ['PORT=80', 'B=We are # 1', 'A=\"x\"']")},
    ),
    Case("another map's", {"kustomization.yaml": K.replace("app-config, behavior: merge", "x"), "app.env": 'A="b"\n'}),
    Case("another file", {"kustomization.yaml": K.replace("[app.env]", "[./a//b.env]"), "a/b.env": 'A="b"\n'}),
]
CASES[0].finds.append("kustomization.yaml:3 # PORT is '80'")
CASES[2].finds.append("a/b.env:1 # with its quotes")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("environment-value", case)
