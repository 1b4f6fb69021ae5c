import pytest

from ..cases import Case, check

K = "kustomization.yaml"
CASES = [
    Case("plain", {K: "resources:\n  - ../../../../base\n"}),
    Case("block scalar", {K: "patches:\n  - patch: |\n      - op: add\n"}),
    Case("quoted", {"a.yaml": 'a: "010"\nb: "yes"\nc: "1e3"\n'}),
    Case("versions and sizes are words", {"a.yaml": "a: 2019.4.7\nb: 10Gi\nc: 500m\nd: sha256:12\n"}),
    Case("sealed keys may differ in case", {"a.yaml": "spec:\n  encryptedData:\n    KEY: a\n    key: b\n"}),
    Case("anchor and alias", {"a.yaml": "a: &x 1\nb: *x\n"}, ["a.yaml:1 # anchor &x", "a.yaml:2 # alias *x"]),
    Case("tag", {"a.yaml": "a: !!binary aGk=\n"}, ["a.yaml:1 # tag"]),
    Case("merge key", {"a.yaml": "a:\n  <<: {b: 1}\n"}, ["a.yaml:2 # '<<'"]),
    Case("duplicate", {"a.yaml": "a: 1\nb: 2\na: 3\n"}, ["a.yaml:3 # twice"]),
    Case("duplicate by case", {"a.yaml": "kind: a\nKind: b\n"}, ["a.yaml:2 # the same to kustomize"]),
    Case("duplicate by folding", {"a.yaml": "kind: a\n\u212aind: b\n"}, ["a.yaml:2 # the same to kustomize"]),
    Case("octal", {"a.yaml": "a: 010\n"}, ["a.yaml:1 # differently"]),
    Case("exponent", {"a.yaml": "a: 1e3\n"}, ["a.yaml:1 # differently"]),
    Case("boolean", {"a.yaml": "a: yes\n"}, ["a.yaml:1 # differently"]),
    Case("two documents", {"a.yaml": "a: 1\n---\nb: 2\n"}, ["a.yaml:3 # second document"]),
    Case("empty", {"a.yaml": "# nothing\n"}, ["a.yaml:1 # empty"]),
    Case("broken", {"a.yaml": "a: [1\n"}, ["a.yaml:2 # isn't YAML"]),
    Case("JSON", {"a.yaml": '{"a": 1}\n'}, ["a.yaml:1 # JSON"]),
    Case("byte order mark", {"a.yaml": b"\xef\xbb\xbfa: 1\n"}, ["a.yaml:1 # byte order mark"]),
    Case("UTF-16", {"a.yaml": "a: 1\n".encode("utf-16")}, ["a.yaml:1 # byte order mark"]),
    Case("Latin-1", {"a.yaml": b"a: 1\nb: \xe9\n"}, ["a.yaml:2 # UTF-8"]),
    Case("invisible", {"a.yaml": "a: b\u202ec\n"}, ["a.yaml:1 # U+202E"]),
    Case("deep", {"a.yaml": "a: " + "[" * 50 + "]" * 50 + "\n"}, ["a.yaml:1 # deeper"]),
    Case("mapping as key", {"a.yaml": "? {a: 1}\n: 2\n"}, ["a.yaml:1 # as a key"]),
    Case("number as key", {"a.yaml": "1: 2\n"}, ["a.yaml:1 # key '1'"]),
    Case("directive", {"a.yaml": "%YAML 1.1\n---\na: 1\n"}, ["a.yaml:1 # directive"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("yaml-strict", case)
