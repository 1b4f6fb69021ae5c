"""docs/api-server.md: manifests that the API server and the validators both judged, by area, and where they differ."""

from pathlib import Path
from typing import Any

import yaml
from tabulate import tabulate

OWNS = ("docs/api-server.md",)
TABLE = Path("tests") / "api_server"
_HEAD = """\
# The validators against the API server
Manifests that are broken in one place, and such as look odd and are right: each is an object of an example's render with
a change. The API server of Kubernetes 1.34 was asked by a dry run on the server's side, as ArgoCD applies, and counts as
refusing where it warns; the validators were asked as if the platform had written it, without the rules about who may
write something. Written from `tests/api_server` by `make generate` in the library's repository. `make test` asks the validators and `make e2e` the API
server, and both fail where this page is wrong.

"""


def files(root: Path) -> dict[str, str]:
    """Return the page."""
    groups = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((root / TABLE).glob("*.yaml"))]
    rows = [[group["title"], *_counts(group["cases"])] for group in groups]
    rows.append(["**all**", *(sum(row[column] for row in rows) for column in range(1, 6))])
    headers = ["area", "manifests", "refused by both", "taken by both", "server refuses", "validators refuse"]
    text = _HEAD + tabulate(rows, headers=headers, tablefmt="github")
    text += "\n\nThe last two columns are where they differ:\n\n" + _differences(groups)
    return {OWNS[0]: text + "".join(_section(group) for group in groups)}


def _counts(cases: list[dict[str, Any]]) -> list[int]:
    verdicts = [("server" in case, "rules" in case) for case in cases]
    kinds = [(True, True), (False, False), (True, False), (False, True)]
    return [len(cases), *(verdicts.count(kind) for kind in kinds)]


def _differences(groups: list[dict[str, Any]]) -> str:
    rows = [
        [case["name"], "the server" if "server" in case else "the validators", case["because"]]
        for server in (True, False)
        for group in groups
        for case in group["cases"]
        if "because" in case and ("server" in case) is server
    ]
    return tabulate(rows, headers=["manifest", "only refused by", "because"], tablefmt="github") + "\n"


def _section(group: dict[str, Any]) -> str:
    rows = [
        [
            case["name"],
            case.get("object", group.get("object")),
            _server(case),
            ", ".join(case.get("rules", ())) or "taken",
        ]
        for case in group["cases"]
    ]
    table = tabulate(rows, headers=["manifest", "object", "API server", "validators"], tablefmt="github")
    return f"\n## {group['title']}\n{table}\n"


def _server(case: dict[str, Any]) -> str:
    return f"`{case['server'].replace('`', '')}`".replace("|", "\\|") if "server" in case else "taken"
