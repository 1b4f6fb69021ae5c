"""What `diff` shows of a change."""

import json

import pytest

from validators import cli
from validators.app.app import App
from validators.check.compare import Change, compare, short
from validators.render.objects import parse
from validators.sources.folder import Folder
from validators.sources.library import Library

from .repository import Repository, with_examples

SIZING = "overlays/ungleich/example/{}/sizing.yaml"
CUSTOMER = "overlays/customers/example/{}/kustomization.yaml"


def app(text: str) -> App:
    return App("example/app", Folder("c"), Folder("p"), Library(""), tuple(parse(text)))


def pod(containers: str, more: str = "") -> str:
    spec = f"  {more}\n  template: {{spec: {{containers: [{containers}]}}}}\n"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec:\n{spec}"


WEB = "{name: web, image: a}"
POD = "spec.template.spec.containers"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (pod(WEB), pod(WEB), []),
        (pod(WEB), pod("{name: web, image: b}"), [Change("field", "Deployment/web", f"{POD}[web].image", "a", "b")]),
        (pod(WEB, "replicas: 1"), pod(WEB, "replicas: 2"), [Change("size", "Deployment/web", "spec.replicas", 1, 2)]),
        (
            pod(WEB, "replicas: 1"),
            pod(WEB, "replicas: '1'"),
            [Change("size", "Deployment/web", "spec.replicas", 1, "1")],
        ),
        (
            pod(WEB, "replicas: 1"),
            pod(WEB, "replicas: true"),
            [Change("size", "Deployment/web", "spec.replicas", 1, True)],
        ),
        (pod(f"{WEB}, {{name: x}}"), pod(f"{{name: x}}, {WEB}"), []),
        (
            pod(WEB),
            pod("{name: web, image: a, resources: {limits: {cpu: 1}}}"),
            [Change("size", "Deployment/web", f"{POD}[web].resources.limits.cpu", None, 1)],
        ),
        (
            pod(WEB),
            pod(f"{WEB}, {{name: x, resources: {{limits: {{cpu: 2}}}}}}"),
            [
                Change("size", "Deployment/web", f"{POD}[x].resources.limits.cpu", None, 2),
                Change(
                    "field", "Deployment/web", f"{POD}[x]", None, {"name": "x", "resources": {"limits": {"cpu": 2}}}
                ),
            ],
        ),
        (
            "kind: ConfigMap\nmetadata: {name: app-config-h5t7g2kkm9}\ndata: {replicas: '1'}\n",
            "kind: ConfigMap\nmetadata: {name: app-config-gf2b8t54kd}\ndata: {replicas: '2'}\n",
            [Change("field", "ConfigMap/app-config", "data.replicas", "1", "2")],
        ),
        (
            "",
            "kind: PersistentVolumeClaim\nmetadata: {name: media}\nspec: {resources: {requests: {storage: 1Gi}}}\n",
            [
                Change("size", "PersistentVolumeClaim/media", "spec.resources.requests.storage", None, "1Gi"),
                Change("object", "PersistentVolumeClaim/media", "", None, "present"),
            ],
        ),
        (
            "kind: Service\nmetadata: {name: web, namespace: example-app}\n",
            "kind: Service\nmetadata: {name: web, namespace: other}\n",
            [
                Change("object", "Service/web", "", "present", None),
                Change("object", "Service/web in other", "", None, "present"),
            ],
        ),
    ],
)
def test_compare(before: str, after: str, expected: list[Change]) -> None:
    assert compare(app(before), app(after)) == expected


def test_long_values_are_cut() -> None:
    assert short("x" * 100) == "x" * 57 + "..."
    assert short({"a": [1]}) == '{"a": [1]}'
    assert short(None) == "-"


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Repository:
    repository = with_examples(tmp_path, "example/minimal", "example/blog")
    monkeypatch.chdir(tmp_path)
    return repository


def diff(capsys, *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["diff", *arguments])
    return code, *capsys.readouterr()


def changed(capsys, *arguments: str) -> dict[str, list]:
    code, out, _ = diff(capsys, "--format=json", *arguments)
    data = json.loads(out)
    assert code == int(any(entry["error"] for entry in data["apps"]))
    return {entry["app"]: entry["error"] or entry["changes"] for entry in data["apps"]}


def test_nothing_changed(repository, capsys) -> None:
    assert diff(capsys, "HEAD") == (0, "0 apps touched since HEAD: 0 rendered differently\n", "")
    repository.edit(CUSTOMER.format("blog"), "# A blog", "# The blog")
    assert diff(capsys, "HEAD")[1] == "1 app touched since HEAD: 0 rendered differently\n"


def test_sizes_come_first(repository, capsys) -> None:
    repository.edit(CUSTOMER.format("blog"), "newTag: 1.9.0", "newTag: 1.9.1")
    repository.edit(SIZING.format("blog"), "storage: 20Gi", "storage: 25Gi")
    repository.commit()
    changes = changed(capsys, "HEAD~1")["example/blog"]
    assert changes[0] == {
        "what": "size",
        "object": "PersistentVolumeClaim/media",
        "field": "spec.resources.requests.storage",
        "before": "20Gi",
        "after": "25Gi",
    }
    assert {(c["what"], c["field"].rpartition(".")[2]) for c in changes[1:]} == {("field", "image")}
    code, out, _ = diff(capsys, "HEAD~1")
    assert code == 0
    assert out.index("20Gi") < out.index("blog:1.9.0")
    assert "1 app touched since HEAD~1: 1 rendered differently" in out


def test_a_component_reaches_every_app(repository, capsys) -> None:
    repository.edit("base/web/service.yaml", "port: 80", "port: 81")
    assert set(changed(capsys, "HEAD")) == {"example/blog", "example/minimal"}
    assert set(changed(capsys, "HEAD", "overlays/customers/example/blog")) == {"example/blog"}


def test_new_and_removed_apps(repository, capsys) -> None:
    for zone in ("customers", "ungleich"):
        repository.git("mv", f"overlays/{zone}/example/blog", f"overlays/{zone}/example/news")
    repository.edit("overlays/ungleich/example/news/kustomization.yaml", "example/blog", "example/news")
    repository.edit("overlays/customers/example/news/app-secret.yaml", "example-blog", "example-news")
    repository.edit("overlays/ungleich/example/news/kustomization.yaml", "value: blog}", "value: news}")
    repository.edit("overlays/ungleich/example/news/kustomization.yaml", "example-blog", "example-news")
    found = changed(capsys, "HEAD")
    assert {c["after"] for c in found["example/blog"] if c["what"] == "object"} == {None}
    assert {c["before"] for c in found["example/news"] if c["what"] == "object"} == {None}
    assert found["example/news"][0]["what"] == "size"


def test_what_the_sources_refuse_is_not_rendered(repository, capsys) -> None:
    repository.edit(CUSTOMER.format("blog"), "resources:\n", "resources:\n  - https://example.com/remote\n")
    [(name, error)] = changed(capsys, "HEAD").items()
    assert name == "example/blog"
    assert "not rendered" in error
    code, out, _ = diff(capsys, "HEAD")
    assert code == 1
    assert "1 not compared" in out


def test_what_does_not_build_is_said(repository, capsys) -> None:
    repository.edit("overlays/ungleich/example/blog/kustomization.yaml", "components/tenant", "components/tenants")
    assert "tenants" in changed(capsys, "HEAD")["example/blog"]


@pytest.mark.parametrize("arguments", [["no-such"], ["HEAD", "/"]])
def test_wrong_use(repository, capsys, arguments) -> None:
    code, out, err = diff(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("diff: ")
    assert err.count("\n") == 1
