"""A component is one folder: a throw-away one in a copy of the repository, and all that follows from it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from validators.render import kustomize, objects

from .conftest import ROOT

CUSTOMER = "overlays/customers/example/shop/kustomization.yaml"
PLATFORM = "overlays/ungleich/example/shop"
AMOUNTS = {"cpu": "70m", "memory": "77Mi", "ephemeral-storage": "64Mi"}
SIZE = {"requests": AMOUNTS, "limits": {**AMOUNTS, "cpu": "700m"}}
FOLLOWS = ["components", "component_choices", "component_tables", "customer_fields", "readme", "kubernetes_schemas"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is committed, with a component `nightly` of which nothing but its folder was written."""
    root = tmp_path_factory.mktemp("repository")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().rstrip("\0").split("\0"):
        if not name.startswith("examples/") and (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    (root / ".tools").symlink_to(ROOT / ".tools")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "before")
    run(root, "packaging/new_component.py", "nightly")
    assert git(root, "status", "--porcelain") == "?? components/nightly/\n"
    run(root, "-m", "tests.generators", *FOLLOWS)
    return root


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def run(root: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=root, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def findings(root: Path, *, expect: bool) -> list[dict[str, Any]]:
    text = run(root, "-m", "validators", "check", "--no-cache", "--format=json", code=int(expect))
    return json.loads(text)["findings"]


def edit(path: Path, change: Any) -> None:
    value = yaml.safe_load(path.read_text())
    change(value)
    path.write_text(yaml.safe_dump(value, sort_keys=False))


@pytest.fixture
def ordered(tree: Path) -> Path:
    """The tree, in which a customer lists the component."""
    git(tree, "checkout", "-q", "overlays/customers", "overlays/ungleich/example")
    edit(tree / CUSTOMER, lambda value: value["components"].append("../../../../components/nightly"))
    return tree


@pytest.fixture
def granted(ordered: Path) -> Path:
    """The same, and the platform has granted and sized it."""

    def grant(value: dict) -> None:
        value["components"].insert(-1, "../../../../components/nightly/sizing")

    edit(ordered / PLATFORM / "kustomization.yaml", grant)
    edit(ordered / PLATFORM / "sizing.yaml", lambda value: value["spec"].update(nightly={"resources": SIZE}))
    return ordered


def patched(root: Path, text: str) -> list[str]:
    """Return what the check says of a customer's patch of the CronJob."""
    target = {"kind": "CronJob", "name": "nightly"}
    edit(root / CUSTOMER, lambda value: value["patches"].append({"patch": text, "target": target}))
    report = run_check(root)
    return [f"{one['rule']}: {one['message']}" for one in report]


def run_check(root: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "validators", "check", "--no-cache", "--format=json"]
    return json.loads(subprocess.run(command, cwd=root, capture_output=True, text=True).stdout)["findings"]


def test_it_has_all_that_a_component_has(tree: Path) -> None:
    selected = "nightly or order or alternative"
    said = run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_components.py", "-k", selected)
    assert " passed" in said


def test_pages_and_the_project_know_it(tree: Path) -> None:
    order = (tree / "docs/components-order.md").read_text()
    assert "| `nightly` |" in order
    matters = order.split("<!-- matters:begin -->")[1].split("<!-- matters:end -->")[0]
    (row,) = [line for line in matters.splitlines() if "`nightly`" in line]
    first, before, otherwise = row.strip("| ").split(" | ")
    assert (first, otherwise.startswith("it copies environment")) == ("`sealed-secrets`", True)
    assert "`nightly`" in before.split(", ")
    assert "[`nightly`](components/nightly/README.md) | customer |" in (tree / "README.md").read_text()
    fields = (tree / "docs/customer-fields.md").read_text()
    assert "## Patches: CronJob/nightly\n" in fields and "| `spec.schedule` |" in fields
    assert "[`nightly`](../components/nightly/README.md)" in fields
    assert "CronJob" in (tree / "docs/architecture.md").read_text().split("<!-- waves:begin -->")[1]
    project = yaml.safe_load((tree / "overlays/ungleich/argocd/customer/app-project.yaml").read_text())
    assert {"group": "batch", "kind": "CronJob"} in project["spec"]["namespaceResourceWhitelist"]
    schemas = json.loads((tree / "validators/kubernetes/schemas/kubernetes.json").read_text())
    assert "batch/v1 CronJob" in schemas["kinds"]


def test_apps_without_it_are_as_they_were(tree: Path) -> None:
    git(tree, "checkout", "-q", "overlays/customers", "overlays/ungleich/example")
    assert findings(tree, expect=False) == []


def test_ordered_and_not_granted_is_told(ordered: Path) -> None:
    found = {(one["rule"], one["message"]) for one in findings(ordered, expect=True)}
    assert any("nightly/sizing isn't listed: it isn't granted" in message for _, message in found)
    assert any("nightly.resources is missing" in message for _, message in found)
    assert {rule for rule, _ in found} == {"feature-not-sized"}


def test_granted_it_is_sized_and_like_web(granted: Path) -> None:
    assert findings(granted, expect=False) == []
    rendered = objects.parse(kustomize.find().build(granted / PLATFORM))
    found = {f"{one.kind}/{one.name}": one for one in rendered}
    (job,), (web, *_) = found["CronJob/nightly"].containers(), found["Deployment/web"].containers()
    assert job.data["resources"] == SIZE
    for field in ("env", "envFrom", "securityContext", "image"):
        assert job.data[field] == web.data[field]


@pytest.mark.parametrize(
    "patch, rule",
    [
        ("- {op: replace, path: /spec/schedule, value: 0 4 * * 1}", ""),
        ("- {op: replace, path: /spec/schedule, value: now}", "customer-patches: spec.schedule"),
        ("- {op: add, path: /spec/jobTemplate/spec/template/spec/containers/0/args, value: [--all]}", ""),
        (
            "- {op: add, path: /spec/jobTemplate/spec/template/spec/containers/0/resources, value: {limits: {cpu: 9}}}",
            "customer-patches: containers.nightly.resources of CronJob/nightly",
        ),
        ("- {op: add, path: /spec/jobTemplate/spec/parallelism, value: 9}", "customer-patches: "),
        ("- {op: replace, path: /spec/concurrencyPolicy, value: Allow}", "customer-patches: "),
    ],
)
def test_a_customer_sets_the_schedule_and_no_size(granted: Path, patch: str, rule: str) -> None:
    found = patched(granted, patch)
    assert (len(found) > 0) is bool(rule), found
    assert all(one.startswith(rule) for one in found), found


def test_a_size_that_came_another_way_is_found_in_the_render(granted: Path) -> None:
    """What reads the render knows where the size must be, whoever wrote it."""
    pointer = "/spec/jobTemplate/spec/template/spec/containers/0/resources"
    wanted = {"requests": dict(AMOUNTS), "limits": {**AMOUNTS, "cpu": "9"}}
    patch = yaml.safe_dump([{"op": "add", "path": pointer, "value": wanted}])
    target = {"kind": "CronJob", "name": "nightly"}
    edit(
        granted / PLATFORM / "kustomization.yaml",
        lambda value: value.setdefault("patches", []).append({"patch": patch, "target": target}),
    )
    assert "size-differs" in {one["rule"] for one in run_check(granted)}


def test_a_repository_of_a_customers_own_may_use_it(granted: Path) -> None:
    said = run(granted, "-m", "validators", "check", "--customer=example/shop", str((granted / CUSTOMER).parent))
    assert "no findings" in said


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["Nightly"], "NAME 'Nightly': write 2 to 30 lower-case letters"),
        ([""], "NAME '': write"),
        (["valkey"], "valkey exists: take another NAME"),
        (["other", "ours"], "ZONE 'ours': write customer or platform"),
    ],
)
def test_what_it_does_not_make(arguments: list[str], said: str) -> None:
    command = [sys.executable, "packaging/new_component.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_one_of_the_platforms(tmp_path: Path) -> None:
    for part in ("base", "components", "overlays/cluster", "packaging/component"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "packaging/new_component.py", tmp_path / "packaging")
    run(tmp_path, "packaging/new_component.py", "search", "platform")
    program = "import sys; from pathlib import Path; from tests.component_contract import problems;"
    said = run(ROOT, "-c", f"{program} print(problems(Path({str(tmp_path)!r}), 'search'))")
    assert said == "[]\n"
