"""A customer's commit reaches the platform's repository as it was checked, or not at all, and the customer hears of it."""

from datetime import date, timedelta

import pytest

from . import scene
from .scene import APP, Scene, git

FOLDER = f"overlays/customers/{APP}"


def push(scene: Scene, text: str, message: str = "Change", file: str = "app.env") -> str:
    """Append to a file of the customer's, push, and return the commit."""
    customer = scene.customer()
    path = customer.root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + text)
    commit = customer.commit(message)
    customer.git("push", "--quiet", "origin", "main")
    return commit


def test_what_passes_lands_byte_for_byte(blog: Scene) -> None:
    push(blog, "on: push\n", file=".github/workflows/check.yaml")
    push(blog, "*.pyc\n", file=".gitignore")
    commit = push(blog, "GREETING=hi\u00e9  \n", "Greet\n\nHosting-Commit: forged")
    before = blog.main()
    done = blog.promote()
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert f"{commit[:12]} promoted" in done.stderr
    assert git(blog.server, "rev-parse", "main~1").strip() == before
    landed = git(blog.server, "ls-tree", "-r", f"main:{FOLDER}").splitlines()
    theirs = git(blog.customer().root, "ls-tree", "-r", commit).splitlines()
    assert landed == [line for line in theirs if ".github" not in line]
    assert git(blog.server, "diff", "--stat", "main~1", "main", "--", ".", f":!{FOLDER}") == ""
    assert blog.trailer("Hosting-Commit") == commit
    assert blog.trailer("Hosting-Repository") == blog.url(APP)
    assert blog.trailer("Hosting-Author") == "Test <test@example.com>"
    assert blog.trailer("Hosting-Verdict") == "passed, 1 warning"  # of the blanks
    note = blog.note(APP, commit)
    assert note.startswith("promoted\n")
    assert "ConfigMap/app-config  data.GREETING  -         hi" in note
    assert "[31m" not in note


def test_what_is_wrong_does_not_land(blog: Scene) -> None:
    before = blog.main()
    commit = push(blog, "replicas: [{name: web, count: 9}]\n", file="kustomization.yaml")
    done = blog.promote()
    assert done.returncode == 1
    assert blog.main() == before
    assert git(blog.server, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main"]
    note = blog.note(APP, commit)
    assert note.startswith("refused\n")
    assert "kustomization.yaml:20:1: customer-kustomization: replicas isn't a customer's to set" in note
    assert "another number of pods, which is a size" in note


def test_a_file_that_goes_goes_here_too(blog: Scene) -> None:
    push(blog, "a=1\n", file="extra.env")
    customer = blog.customer()
    customer.edit("kustomization.yaml", "envs: [app.env]", "envs: [app.env, extra.env]")
    push(blog, "")
    assert blog.promote().returncode == 0
    assert blog.promoted(f"{FOLDER}/extra.env") == b"a=1\n"
    customer.git("revert", "--no-edit", "HEAD", "HEAD~1")
    customer.git("push", "--quiet", "origin", "main")
    assert blog.promote().returncode == 0
    assert "extra.env" not in git(blog.server, "ls-tree", "-r", "--name-only", "main", "--", FOLDER)


def test_what_changes_nothing_makes_no_commit(blog: Scene) -> None:
    before = blog.main()
    commit = push(blog, "Hello\n", file="CHANGELOG.md")
    assert blog.promote().returncode == 0
    assert blog.main() == before
    assert blog.note(APP, commit).startswith("changes nothing\n")


def test_a_revert_is_how_a_customer_goes_back(blog: Scene) -> None:
    before = blog.promoted(f"{FOLDER}/app.env")
    push(blog, "A=1\n")
    assert blog.promote().returncode == 0
    blog.customer().git("revert", "--no-edit", "HEAD")
    blog.customer().git("push", "--quiet", "origin", "main")
    assert blog.promote().returncode == 0
    assert blog.promoted(f"{FOLDER}/app.env") == before


def pinned(commit: str, until: date) -> str:
    return f'  pinned:\n    commit: "{commit}"\n    reason: the new release loses uploads\n    until: "{until}"\n'


def test_the_platform_holds_an_app_at_a_commit(blog: Scene) -> None:
    before = blog.promoted(f"{FOLDER}/app.env")
    good = git(blog.customer().root, "rev-parse", "HEAD").strip()
    bad = push(blog, "A=1\n")
    assert blog.promote().returncode == 0
    until = date.today() + timedelta(1)
    blog.configure(more=pinned(good, until))
    done = blog.promote()
    assert done.returncode == 0, done.stderr
    assert blog.promoted(f"{FOLDER}/app.env") == before
    assert "the new release loses uploads" in blog.trailer("Hosting-Pinned")
    note = blog.note(APP, bad)
    assert note.startswith("pinned\n")
    assert f"held at {good} until {until}: the new release loses uploads" in note
    blog.configure(more=pinned(good, until - timedelta(2)))
    assert blog.promote().returncode == 0
    assert blog.promoted(f"{FOLDER}/app.env") == before + b"A=1\n"


def test_a_pinned_app_goes_back_though_its_repository_is_gone(blog: Scene) -> None:
    good = push(blog, "A=1\n")
    assert blog.promote().returncode == 0
    push(blog, "B=1\n")
    assert blog.promote().returncode == 0
    (blog.top / "example-blog.git").rename(blog.top / "gone.git")
    blog.configure(more=pinned(good, date.today() + timedelta(3)))
    done = blog.promote()
    assert done.returncode == 0, done.stderr
    assert blog.promoted(f"{FOLDER}/app.env").endswith(b"A=1\n")
    assert blog.trailer("Hosting-Commit") == good


def test_facts_are_the_apps_own(blog: Scene) -> None:
    push(blog, "A=1\n")
    assert blog.promote().returncode == 0
    customer = blog.customer()
    customer.git("fetch", "--quiet", "origin", "refs/hosting/facts:refs/hosting/facts")
    facts = customer.git("show", "refs/hosting/facts:facts.yaml")
    assert "- storage/rwo\n" in facts
    assert "- database.storage\n" in facts
    assert "20Gi" not in facts
    before = customer.git("rev-parse", "refs/hosting/facts")
    push(blog, "B=1\n")
    assert blog.promote().returncode == 0
    customer.git("fetch", "--quiet", "origin", "refs/hosting/facts:refs/hosting/facts")
    assert customer.git("rev-parse", "refs/hosting/facts~0") == before, "the same facts are written once"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["CUSTOMER=example", "APP=nothing"], "example/nothing: there is no overlays/ungleich/example/nothing"),
        (["CUSTOMER=example"], "write CUSTOMER=... APP=..., or ALL=1"),
        (["CUSTOMER=example", "APP=blog", "ALL=1"], "write CUSTOMER=... APP=..., or ALL=1"),
        (["CUSTOMER=example", "APP=blog", "APPROVED=1"], "APPROVED=commit and BY=your name go together"),
        (["CUSTOMER=example", "APP=blog", "REMOTE=nowhere"], "the platform's repository: git: fatal: 'nowhere'"),
        (["CUSTOMER=example", "APP=blog", "APPROVED=main", "BY=me"], "main is no commit's id: write all 40 digits"),
    ],
)
def test_wrong_use_is_said_in_a_line(blog: Scene, words: list[str], says: str) -> None:
    done = scene.command("promote", *words, f"--root={blog.top / 'clone'}")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"promote: {says}"), done.stderr
    assert "Traceback" not in done.stderr


def test_an_app_without_a_repository(blog: Scene) -> None:
    (blog.platform.root / f"overlays/ungleich/{APP}/app.yaml").write_text(scene.HEAD)
    blog.platform.commit("None")
    blog.platform.git("push", "--quiet", "origin", "main")
    done = blog.promote()
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "app.yaml names no repository: write spec.repository, and push it" in done.stderr


def test_a_server_that_does_not_answer(blog: Scene) -> None:
    (blog.top / "example-blog.git").rename(blog.top / "gone.git")
    done = blog.promote()
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "doesn't answer" in done.stderr


def test_a_key_that_may_only_read_promotes_all_the_same(blog: Scene) -> None:
    hook = blog.top / "example-blog.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    commit = push(blog, "A=1\n")
    hook.write_text("#!/bin/sh\necho read only >&2\nexit 1\n")
    hook.chmod(0o755)
    done = blog.promote()
    assert done.returncode == 0, done.stderr
    assert blog.trailer("Hosting-Commit") == commit
    assert "the customer isn't told, which takes a key that may write" in done.stderr
    assert "read only" in done.stderr


def test_a_repository_without_an_app(blog: Scene) -> None:
    customer = blog.customer()
    customer.git("rm", "--quiet", "-r", ".")
    commit = push(blog, "Moved.\n", file="README.md")
    assert blog.promote().returncode == 1
    assert "has no kustomization.yaml at its top" in blog.note(APP, commit)
