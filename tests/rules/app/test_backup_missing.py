import pytest

from ..cases import FACTS, Case, check

FILES = "---\nkind: PersistentVolumeClaim\nmetadata: {name: media}\n"
BACKUP = "---\nkind: CronJob\nmetadata: {name: backup}\n"
COPY = "---\nkind: Job\nmetadata: {name: anonymise}\n"


def _app(*objects: str, required: str = "true") -> dict[str, str]:
    return {"rendered": "".join(objects), "cluster/facts.yaml": f"{FACTS}  backups: {{required: {required}}}\n"}


def _database(kind: str, name: str = "database") -> str:
    return f"---\nkind: {kind}\nmetadata: {{name: {name}}}\n"


AT = "/metadata/name # no points are made of the"
CASES = [
    Case("with a backup", _app(_database("Cluster"), FILES, BACKUP)),
    Case("not required", _app(_database("Cluster"), FILES, required="false")),
    Case("nothing said", _database("Cluster") + FILES),
    Case("a text", _app(FILES, required="'true'")),
    Case("a staging copy", _app(_database("StatefulSet"), FILES, COPY)),
    Case("no data", _app(_database("StatefulSet", "valkey"))),
    Case("standalone, its Secret isn't told beside it", _app(_database("StatefulSet"), _database("SealedSecret", "database-app")), [f"StatefulSet/database {AT} database"]),
    Case("cnpg and files", _app(_database("Cluster"), FILES), [f"Cluster/database {AT} database", f"PersistentVolumeClaim/media {AT} uploaded files"]),
    Case("external", _app(_database("SealedSecret", "database-app")), [f"SealedSecret/database-app {AT} database"]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("backup-missing", case)
