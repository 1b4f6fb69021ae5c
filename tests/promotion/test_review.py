"""With `promotion: review` a commit waits on a branch until somebody of the platform has read what it changes."""

from .scene import APP, Scene, git
from .test_promote import FOLDER, push


def branches(scene: Scene) -> list[str]:
    return git(scene.server, "for-each-ref", "--format=%(refname:short)", "refs/heads/review").split()


def test_a_review(blog: Scene) -> None:
    blog.configure(promotion="review")
    before = blog.main()
    commit = push(blog, "A=1\n", "Add a setting")
    assert blog.promote().returncode == 0
    branch = f"review/{APP}/{commit}"
    assert blog.main() == before
    assert branches(blog) == [branch]
    body = git(blog.server, "log", "-1", "--format=%B", branch)
    assert body.startswith(f"{APP}: Add a setting\n\n")
    assert "field  ConfigMap/app-config  data.A   -         1" in body
    note = blog.note(APP, commit)
    assert note.startswith("waits for review\n")
    assert blog.promote().returncode == 0, "what waits already"
    later = push(blog, "B=1\n")
    assert blog.promote().returncode == 0
    assert branches(blog) == sorted([branch, f"review/{APP}/{later}"])
    done = blog.promote(APP, f"APPROVED={commit}", "BY=An Engineer")
    assert done.returncode == 0, done.stderr
    assert blog.promoted(f"{FOLDER}/app.env").endswith(b"A=1\n"), "what was read, not what came after"
    assert blog.trailer("Hosting-Approved-By") == "An Engineer"
    assert blog.trailer("Hosting-Commit") == commit


def test_what_is_wrong_waits_for_nobody(blog: Scene) -> None:
    blog.configure(promotion="review")
    commit = push(blog, "replicas: [{name: web, count: 9}]\n", file="kustomization.yaml")
    assert blog.promote().returncode == 1
    assert branches(blog) == []
    assert blog.promote(APP, f"APPROVED={commit}", "BY=An Engineer").returncode == 1, "approving checks, too"
