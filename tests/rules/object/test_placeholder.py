import pytest

from ..cases import Case, check, problems


def _volume(source: str) -> str:
    return f"kind: PersistentVolume\nmetadata: {{name: acme-shop-media}}\nspec: {source}\n"


def _database(data: str) -> str:
    return f"kind: SealedSecret\nmetadata: {{name: database-app}}\nspec: {{template: {{data: {data}}}}}\n"


DATA = "SealedSecret/database-app /spec/template/data"
SERVER = "PersistentVolume/acme-shop-media /spec/nfs/server # nobody has said where the NFS server is"
CASES = [
    Case("an address", _volume('{nfs: {server: "2001:db8::2049"}}')),
    Case("the template's", _volume("{nfs: {server: EDIT}}"), [SERVER]),
    Case("no NFS", _volume("{csi: {driver: example.com}}")),
    Case("wrong is another rule's", _volume("{nfs: {server: [EDIT]}}")),
    Case("no spec", _volume("[]")),
    Case("a database", _database("{host: pg.example.com, uri: 'postgresql://app@pg.example.com/app'}")),
    Case("the template's host", _database("{host: EDIT}"), [f"{DATA}/host # nobody has said the database's host"]),
    Case(
        "the template's address",
        _database("{uri: 'postgresql://app@EDIT:5432/app'}"),
        [f"{DATA}/uri # nobody has said"],
    ),
    Case("a word with it in it", _database("{user: CREDITED}")),
    Case("no mapping", _database("[]")),
]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (_volume("{nfs: {server: EDIT}}"), "EDIT"),
        (_volume("{nfs: {server: EDIT.example.com}}"), "EDIT.example.com"),
        (_database("{host: EDIT.example.com}"), "EDIT.example.com"),
        (_database("{uri: 'postgresql://app@EDIT.example.com:5432/app'}"), "EDIT.example.com"),
        (_database("{user: EDIT}"), "EDIT"),
    ],
)
def test_the_text_to_replace_is_quoted(given: str, text: str) -> None:
    (problem,) = problems("placeholder", given)
    assert f"in place of {text} write" in problem.hint


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("placeholder", case)
