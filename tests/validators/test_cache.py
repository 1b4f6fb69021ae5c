"""Cold, warm, batched and alone: the same verdicts; and nothing that changes one is left out of the key."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.zones import LIBRARY
from validators.app.sources import Sources
from validators.check import run
from validators.check.cache.digests import Digests
from validators.check.cache.results import Cache
from validators.check.cache.store import RESULT, Store, default_folder
from validators.check.result import Result
from validators.check.selection import Options
from validators.check.workspace import Workspace
from validators.finding import Finding, Place
from validators.policy import limits
from validators.render import kustomize
from validators.sources.tree import Tree

from ..conftest import ROOT, tool

APPS = ("minimal", "blog", "shop")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = tmp_path / "tree"
    for part in LIBRARY:
        shutil.copytree(ROOT / part, top / part)
    for app in APPS:
        for zone in ("customers", "ungleich"):
            shutil.copytree(ROOT / f"overlays/{zone}/example/{app}", top / f"overlays/{zone}/example/{app}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return top


def verdicts(root: Path, *apps: str, cached: bool = True) -> list[Finding]:
    paths = [root / "overlays/customers/example" / app for app in apps]
    return run.check(Options(paths=paths, root=root, cached=cached)).findings


def spoil(root: Path) -> None:
    """Put one mistake for each stage into two of the apps."""
    env = root / "overlays/customers/example/blog/app.env"
    env.write_text(env.read_text() + "NO_VALUE\n")
    patch(root, "shop", "web", "spec: {replicas: 9}")


def patch(root: Path, app: str, name: str, text: str) -> None:
    """Patch a Deployment in a platform's folder."""
    folder = root / "overlays/ungleich/example" / app
    (folder / "w.yaml").write_text(f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\n{text}\n")
    path = folder / "kustomization.yaml"
    before = path.read_text()
    assert before.count("\npatches:\n") == 1
    path.write_text(before.replace("\npatches:\n", "\npatches:\n  - path: w.yaml\n"))


def test_cold_warm_batched_and_alone_agree(root: Path) -> None:
    spoil(root)
    cold = verdicts(root)
    assert {finding.rule for finding in cold} >= {"customer-environment", "size-differs"}
    assert verdicts(root) == cold
    assert verdicts(root, cached=False) == cold
    alone = [finding for app in APPS for finding in verdicts(root, app, cached=False)]
    assert sorted(alone) == cold


def test_both_ways_to_build_agree(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(root)
    patch(root, "minimal", "nobody", "spec: {paused: true}")
    in_memory = verdicts(root, cached=False)
    monkeypatch.setenv(kustomize.OVERRIDE, str(tool("kustomize")))
    kustomize.find.cache_clear()
    by_command = verdicts(root, cached=False)
    kustomize.find.cache_clear()
    assert by_command == in_memory
    assert {finding.rule for finding in in_memory} >= {"kustomize-build", "size-differs"}


@pytest.mark.parametrize("way", ["renderer", "kustomize"])
def test_processes_leave_nothing_behind(root: Path, tmp_path: Path, way: str) -> None:
    (tmp_path / "scratch").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "scratch"), "PYTHONPATH": str(ROOT)}
    if way == "kustomize":
        environment[kustomize.OVERRIDE] = str(tool("kustomize"))
    code = (
        "import sys; from pathlib import Path; from validators.check import run; from validators.check.selection import Options; from validators.policy import limits; limits.BATCH = 1;"
        "found = run.check(Options(root=Path(sys.argv[1]), cached=False, workers=2)).findings;"
        "print(len(found))"
    )
    command = [sys.executable, "-c", code, str(root)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
    assert list((tmp_path / "scratch").iterdir()) == []


def test_one_that_does_not_build_changes_no_other_verdict(root: Path) -> None:
    before = [f for f in verdicts(root, cached=False) if f.app != "example/shop"]
    path = root / "overlays/ungleich/example/shop/kustomization.yaml"
    path.write_text(path.read_text().replace("components/valkey", "components/nothing"))
    after = verdicts(root, cached=False)
    assert [f for f in after if f.app != "example/shop"] == before
    assert any(f.app == "example/shop" for f in after)


def key(root: Path, name: str = "example/blog") -> str:
    with Store() as store:
        digests = Digests(Tree(root), store)
        return digests.key(name, digests.folders(name))


@pytest.mark.parametrize(
    "file",
    [
        "overlays/customers/example/blog/app.env",
        "overlays/ungleich/example/blog/sizing.yaml",
        "overlays/ungleich/example/blog/suppressions.yaml",
        "base/new.yaml",
    ],
)
def test_every_file_of_an_app_is_in_its_key(root: Path, file: str) -> None:
    before = key(root)
    with (root / file).open("a") as stream:
        stream.write("# more\n")
    assert key(root) != before


def test_a_link_an_empty_file_and_another_name_are_in_the_key(root: Path) -> None:
    keys = {key(root), key(root, "example/shop")}
    (root / "overlays/customers/example/blog/empty.yaml").touch()
    keys.add(key(root))
    (root / "overlays/customers/example/blog/link.yaml").symlink_to("app.env")
    keys.add(key(root))
    assert len(keys) == 4


def test_contents_cannot_pass_for_names(root: Path) -> None:
    folder = root / "overlays/customers/example/blog"
    (folder / "a").write_text("b 3 c\0abc")
    first = key(root)
    (folder / "a").write_text("b")
    (folder / "c").write_text("abc")
    assert key(root) != first


def test_the_program_and_the_rules_are_in_the_key(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = key(root)
    other = tmp_path / "bin"
    other.mkdir()
    (other / "kustomize").write_text("another")
    monkeypatch.setenv("PATH", str(other), prepend=":")
    assert key(root) != before
    before = key(root)
    monkeypatch.setattr("validators.check.cache.digests._libraries", lambda: ["pyyaml-0-info"])
    assert key(root) != before


def test_a_rule_that_changed_is_in_the_key(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also once the package's hash is kept by its stat digest, and whatever their times say."""
    package = tmp_path / "validators"
    package.mkdir()
    rule = package / "rule.py"
    rule.write_text("LIMIT = 1")
    monkeypatch.setattr("validators.check.cache.digests._PACKAGE", package)
    monkeypatch.setattr("validators.sources.stat_digest.SETTLED", 0.0)
    before = key(root)
    assert key(root) == before
    with monkeypatch.context() as kept:
        kept.setattr("validators.check.cache.digests.read", lambda *_, **__: pytest.fail("it is read again"))
        assert key(root) == before
    times = rule.stat()
    rule.write_text("LIMIT = 9")
    os.utime(rule, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert key(root) != before


@pytest.mark.parametrize(
    ("file", "app", "kept"),
    [
        ("components/gateway/http-route.yaml", "minimal", True),
        ("components/gateway/http-route.yaml", "shop", False),
        ("components/choices/database/kustomization.yaml", "minimal", False),  # standalone names it among its resources
        ("components/like-web/kustomization.yaml", "shop", False),  # async includes it
        ("components/queues/4/new.yaml", "minimal", False),  # a file that comes or goes may be meant by any app
        ("base/web/deployment.yaml", "minimal", False),
        ("overlays/cluster/facts.yaml", "minimal", False),
    ],
)
def test_a_component_concerns_the_apps_that_are_made_of_it(root: Path, file: str, app: str, kept: bool) -> None:
    name = f"example/{app}"
    before = verdicts(root)
    with Cache(Tree(root)) as cache:
        assert cache.get(name) is not None
        assert cache.facts(name) is not None
    with (root / file).open("a") as stream:
        stream.write("# changed\n")
    with Cache(Tree(root)) as cache:
        assert (cache.facts(name) is not None) is kept
        assert (cache.get(name) is not None) is kept
    assert verdicts(root) == verdicts(root, cached=False) == before


def test_a_broken_cache_is_as_good_as_none(root: Path) -> None:
    cold = verdicts(root)
    path = default_folder() / "results.sqlite"
    path.write_bytes(b"nonsense" * 1000)
    assert verdicts(root) == cold


def test_what_nobody_reads_for_a_month_goes_and_is_looked_for_once_a_day(root: Path) -> None:
    path = default_folder() / "results.sqlite"

    def kept(age_of_sweep: int) -> list[str]:
        """Return which of an old and a new entry a run leaves that comes so many seconds after the last look."""
        now = int(time.time())
        with Store() as store:
            store.put(RESULT, {"old": 1, "new": 2})
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE result SET used = ? WHERE key = 'old'", (now - 31 * 86_400,))
            connection.execute("UPDATE last SET used = ? WHERE key = 'swept'", (now - age_of_sweep,))
        with Store() as store:
            assert store.get(RESULT, "new") == 2
        with sqlite3.connect(path) as connection:
            return [key for (key,) in connection.execute("SELECT key FROM result ORDER BY key")]

    assert kept(3600) == ["new", "old"]
    assert kept(2 * 86_400) == ["new"]
    assert kept(3600) == ["new", "old"]


def test_an_entry_with_another_apps_name_is_not_used(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding(Place("a"), "r", "m")
    monkeypatch.setattr(Digests, "key", lambda *_: "the same")
    with Cache(Tree(root)) as cache:
        cache.put(Result("example/blog", 1, [finding]))
        assert cache.get("example/blog").findings == [finding]
        assert cache.get("example/shop") is None


def test_a_result_belongs_to_what_was_read_for_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = verdicts(root, "blog", cached=False)
    env = root / "overlays/customers/example/blog/app.env"
    before = env.read_text()
    read = Sources.read

    def change_first(tree: Tree, name: str):
        env.write_text(before + "NO_VALUE\n")
        return read(tree, name)

    monkeypatch.setattr(Sources, "read", change_first)
    assert verdicts(root, "blog") != good
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
    env.write_text(before)
    assert verdicts(root, "blog") == good


def test_the_cache_is_not_in_the_tree(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert not default_folder().is_relative_to(root)
    assert default_folder().is_absolute()


@pytest.mark.parametrize("batch", [limits.BATCH, 1], ids=["in this process", "in workers"])
def test_objects_of_baselines_are_kept_for_the_next_run_of_this_library_only(
    root: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(limits, "BATCH", batch)
    first = verdicts(root)
    with (root / "overlays/customers/example/blog/app.env").open("a") as stream:
        stream.write("MORE=1\n")
    rendered = []
    render = Workspace.render
    monkeypatch.setattr(Workspace, "render", lambda self, paths: rendered.extend(paths) or render(self, paths))
    assert verdicts(root) == first
    assert rendered == ["overlays/ungleich/example/blog"]
    with (root / "components/async-container/kustomization.yaml").open("a") as stream:
        stream.write("# another\n")
    rendered.clear()
    assert verdicts(root, "blog") == []
    if batch > 1:  # what other processes render isn't seen here
        assert any("/baseline/" in path for path in rendered)


def give_host(root: Path, app: str, host: str) -> None:
    """Change the main host; how many there are belongs to another component."""
    env = root / f"overlays/customers/example/{app}/app.env"
    env.write_text(re.sub(r"^HOSTS=[^,\n]+", f"HOSTS={host}", env.read_text(), flags=re.M))


def duplicates(root: Path, *apps: str) -> list[str]:
    return [finding.app for finding in verdicts(root, *apps) if finding.rule == "host-duplicate"]


def test_a_hook_knows_what_others_claim_without_their_results(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validators.sources.stat_digest.SETTLED", 0.0)
    give_host(root, "blog", "one.example.com")
    verdicts(root)
    give_host(root, "minimal", "one.example.com")
    asked = []
    get = Cache.get
    monkeypatch.setattr(Cache, "get", lambda cache, name: asked.append(name) or get(cache, name))
    assert duplicates(root, "minimal") == ["example/minimal"]
    assert asked == ["example/minimal"], "the others need not be looked up"


def test_a_hook_knows_what_others_claim_by_now(root: Path) -> None:
    give_host(root, "blog", "one.example.com")
    verdicts(root)
    give_host(root, "blog", "free.example.com")
    give_host(root, "minimal", "one.example.com")
    assert duplicates(root, "minimal") == []
    assert duplicates(root, "blog") == []
    give_host(root, "blog", "one.example.com")
    assert duplicates(root, "minimal") == ["example/minimal"]


def test_a_hook_checks_the_others_where_nothing_is_known_of_them(root: Path) -> None:
    give_host(root, "blog", "one.example.com")
    give_host(root, "minimal", "one.example.com")
    assert duplicates(root, "minimal") == ["example/minimal"]
