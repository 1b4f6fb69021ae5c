"""An app moves in from a VM and out again, by a pod beside it: docs/moving-in.md and docs/moving-out.md.

MOVING_MIB=1024 for figures of that size: a little more than half is rows, the rest files of a quarter of a megabyte.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e import vm as vms
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.vm import MEDIA, NAME, Vm
from tests.e2e.wait import eventually

pytestmark = [pytest.mark.test_cluster("the VM and rsync are images of its registry"), pytest.mark.thorough]
MIB = int(os.environ.get("MOVING_MIB", "110"))
ROWS, FILES, EACH = MIB * 1_800, MIB * 2, 256 << 10
BULK = f"""
CREATE TABLE shop_order (id serial PRIMARY KEY, text text);
INSERT INTO shop_order (text) SELECT repeat(md5(id::text), 8) FROM generate_series(1, {ROWS}) AS id;
ALTER TABLE shop_order OWNER TO shop;
"""  # noqa: S608  a number of ours
ALL_ROWS = "SELECT count(*), sum(hashtextextended(text, id)) FROM shop_order"
UPLOADS = f"""
cd {MEDIA} && mkdir -p photos/2019
for number in $(seq {FILES}); do head -c {EACH} /dev/urandom >photos/2019/$number.jpg; done
echo "by a visitor" >"photos/ümlaut und blank.txt"; chmod -R go=rX .
"""


@pytest.fixture(scope="module")
def vm(kubernetes: Kubernetes, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vm]:
    """A VM whose app has rows by its visitors and by hand, and files."""
    with vms.running(kubernetes, settings, tmp_path_factory.mktemp("vm")) as vm:
        assert vm.request("POST", "/api/notes", b'{"key": "first", "text": "written on the VM"}')[0] == 201
        vm.sql(BULK)
        vm.run(f"sudo -u shop sh -euc '{UPLOADS}'")
        yield vm


@pytest.fixture(scope="module")
def moved(fleet: Fleet) -> App:
    """A fresh app that is to be moved; it has been synced, so it has the newest tables, and no rows."""
    app = fleet.create("moved", "shop", "example/minimal:1.0.0", "--storage=cephfs", "--components=backup")
    replace(app.platform_folder / "app.yaml", "spec:\n", "spec:\n  move: planned\n")
    fleet.add(app).wait_healthy(seconds=300)
    return app


class Mover:
    """`make import` and `make export` for the app, as the platform's engineer runs them."""

    def __init__(self, app: App, vm: Vm, fleet: Fleet) -> None:
        self.app, self.root = app, fleet.root
        path = f"{vm.folder}/bin:{fleet.settings.path}"
        self.environment = {**os.environ, "PATH": path, "KUBECONFIG": str(fleet.settings.kubeconfig)}

    def run(self, command: str, *variables: str) -> subprocess.CompletedProcess[str]:
        """One of the two commands; its report on stdout."""
        words = [f"--root={self.root}", f"CUSTOMER={self.app.customer}", f"APP={self.app.name}", *variables]
        return subprocess.run(
            [sys.executable, "-m", "validators", command, *words],
            cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    def bring(self, *variables: str) -> subprocess.CompletedProcess[str]:
        """An import from the VM."""
        return self.run("import", f"VM={NAME}", "DATABASE=shop", "SUDO=postgres", f"MEDIA={MEDIA}", *variables)


@pytest.fixture(scope="module")
def mover(moved: App, vm: Vm, fleet: Fleet) -> Mover:
    """The engineer, to whom the app and the VM are there."""
    return Mover(moved, vm, fleet)


@pytest.fixture(scope="module")
def rehearsed(mover: Mover, figures: Figures) -> str:
    """The first import of everything; its report."""
    done = mover.bring()
    assert done.returncode == 2
    assert "rows that no import brought (public.django_q_schedule 1)" in done.stderr, "/init's own"
    with figures.timed("moved-shop", f"{MIB} MiB from a VM into the app, as a pod"):
        done = mover.bring("REPLACE=1")
    assert done.returncode == 0, done.stdout + done.stderr
    return " ".join(done.stdout.split())


def test_what_the_vm_has_is_served_here(rehearsed: str, moved: App, vm: Vm) -> None:
    for line in (f"files {FILES + 1:,} {FILES + 1:,}", "checksums compared 200 200 the same", "Both ends are alike"):
        assert line in rehearsed
    assert moved.sql(ALL_ROWS) == vm.sql(ALL_ROWS)
    assert moved.sql("SELECT count(*) FROM pg_indexes WHERE indexname = 'note_created'") == "0", "not migrated yet"
    moved.wait_healthy(moved.commit("rehearsed", lambda app: says(app, "planned", "rehearsed")), seconds=300)
    assert moved.sql("SELECT count(*) FROM pg_indexes WHERE indexname = 'note_created'") == "1", "by /init"
    for attempt in eventually(60):
        with attempt:
            assert "written on the VM" in moved.api("GET", "notes").body.decode()
    served = moved.request(path="/media/photos/%C3%BCmlaut%20und%20blank.txt")
    assert (served.status, served.body) == (200, b"by a visitor\n")


def test_a_second_pass_brings_what_has_changed(rehearsed: str, mover: Mover, vm: Vm, figures: Figures) -> None:
    app = mover.app
    vm.run(
        f"sudo -u shop sh -euc 'cd {MEDIA}/photos && rm 2019/1.jpg && echo new >later.txt && echo other >2019/2.jpg'"
    )
    with figures.timed("moved-shop", "second pass of the files"):
        done = mover.bring("ONLY=media")
    assert done.returncode == 0, done.stdout + done.stderr
    assert app.request(path="/media/photos/later.txt").body == b"new\n"
    assert app.request(path="/media/photos/2019/2.jpg").body == b"other\n"
    assert app.request(path="/media/photos/2019/1.jpg").status == 404
    assert vm.request("POST", "/api/notes", b'{"key": "last", "text": "after the rehearsal"}')[0] == 201
    with figures.timed("moved-shop", "last import of everything"):
        done = mover.bring()
    assert done.returncode == 0, done.stdout + done.stderr
    app.wait_healthy(app.commit("moved", lambda app: says(app, "rehearsed", "moved")), seconds=300)
    for attempt in eventually(60):
        with attempt:
            assert "after the rehearsal" in app.api("GET", "notes").body.decode()
    history = [json.loads(entry) for entry in app.get("configmap", "import-history")["data"].values()]
    assert [entry["result"] for entry in history] == ["alike"] * 3
    assert app.sql("SELECT count(*) FROM pg_database WHERE datname ~ '^before_'") == "2"
    ends(app, "import-")


def test_after_the_move_nothing_comes_over_visitors_data(mover: Mover) -> None:
    done = mover.bring()
    assert done.returncode == 2
    assert "says move: moved, so visitors' data is here" in done.stderr


def test_an_export_is_used_with_plain_tools(mover: Mover, vm: Vm, tmp_path: Path, figures: Figures) -> None:
    """On the VM, as a customer does at another hoster's."""
    assert mover.app.api("POST", "notes", {"key": "here", "text": "written in the cluster"}).status == 201
    out = tmp_path / "export"
    with figures.timed("moved-shop", f"{MIB} MiB exported and read back, as a pod"):
        done = mover.run("export", f"OUT={out}")
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["database"]["tables"]["public.shop_order"] == ROWS
    listed = "".join(f"{digest}  {name}\n" for name, digest in manifest["sha256"].items())
    subprocess.run(["sha256sum", "--check"], input=listed, text=True, check=True, cwd=out, stdout=subprocess.PIPE)
    vm.run("sudo -u postgres createdb --owner=shop elsewhere")
    vm.run("sudo -u shop pg_restore --no-owner --dbname=elsewhere", (out / "database.dump").read_bytes())
    assert vm.sql("SELECT count(*) FROM shop_order", "elsewhere") == str(ROWS)
    assert "written in the cluster" in vm.sql("SELECT text FROM example_note", "elsewhere")
    vm.run("mkdir /tmp/elsewhere && tar -xf - -C /tmp/elsewhere", (out / "media.tar").read_bytes())
    sums = "find photos -type f -print0 | sort -z | xargs -0 sha256sum"
    assert vm.run(f"cd /tmp/elsewhere && {sums}") == vm.run(f"sudo sh -c 'cd {MEDIA} && {sums}'")
    ends(mover.app, "export-")


def says(app: App, before: str, after: str) -> None:
    """How far the move is, and a change that is deployed: `/init` runs with the next sync."""
    replace(app.platform_folder / "app.yaml", f"move: {before}", f"move: {after}")
    (app.customer_folder / "app.env").open("a").write(f"{after.upper()}=1\n")


def ends(app: App, prefix: str) -> None:
    """The pods that a command started are gone, or go."""
    for attempt in eventually(60):
        with attempt:
            assert not [pod for pod in app.get("pods")["items"] if pod["metadata"]["name"].startswith(prefix)]
