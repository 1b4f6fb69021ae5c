import pytest

from ..cases import Case, check

LISTS = "components:\n  - ../../../../components/nginx\n"
SIZING = "kind: Sizing\nspec:\n  nginx: {uploadLimit: 100Mi, timeout: 300}\n"


def app(data: str, kustomization: str = LISTS) -> dict[str, str]:
    """Return the files of an app with these lines."""
    rendered = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app-config}}\ndata: {data}\n"
    return {"kustomization.yaml": kustomization, "rendered": rendered}


AT = "ConfigMap/app-config /data"
CASES = [
    Case("the most", app("{NGINX_UPLOAD_LIMIT: 100m, NGINX_TIMEOUT: '300'}"), [], SIZING),
    Case("no lines", app("{}"), [], SIZING),
    Case("no nginx", app("{NGINX_UPLOAD_LIMIT: 9999m}", "components: []\n"), [], SIZING),
    Case("no limit is another rule's", app("{NGINX_UPLOAD_LIMIT: 9999m}"), [], "kind: Sizing\nspec: {}\n"),
    Case("no number is another rule's", app("{NGINX_UPLOAD_LIMIT: a lot}"), [], SIZING),
    Case("an upload", app("{NGINX_UPLOAD_LIMIT: 101m}"), [f"{AT}/NGINX_UPLOAD_LIMIT # more than the 100m"], SIZING),
    Case(
        "a time",
        app("{NGINX_TIMEOUT: '301'}"),
        [f"{AT}/NGINX_TIMEOUT # NGINX_TIMEOUT=301 is more than the 300"],
        SIZING,
    ),
    Case("a default", app("{}"), [f"{AT} # without a line in app.env 10m, is"], SIZING.replace("100Mi", "5Mi")),
    Case(
        "gibibytes",
        app("{NGINX_UPLOAD_LIMIT: 1025m}"),
        [f"{AT}/NGINX_UPLOAD_LIMIT # 1024m"],
        SIZING.replace("100Mi", "1Gi"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("nginx-limits", case)
