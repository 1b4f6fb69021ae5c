"""An image that can change under its name.

What: images without a tag or digest, with a tag that people move (latest, stable, main, prod ...), that aren't image
names, and the placeholder of the base that no `images:` entry replaced.
Why: a pod that restarts next month would run another version than the one beside it, without a migration and without
a commit to go back to.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              image: registry.example.com/example/shop:latest

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              image: registry.example.com/example/shop:2.4.1

Fix: write the version as newTag under images in kustomization.yaml, or digest: sha256:...
"""

from collections.abc import Iterator

from ...app.app import App
from ...policy import names
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "image-tag"
HINT = "write a tag that you push only once, as newTag: 1.4.2, or the digest, under images in kustomization.yaml"
COVERS = (
    "checkov:CKV_K8S_14",
    "kube-linter:latest-tag",
    "kube-score:container-image-tag",
    "polaris:tagNotSpecified",
)

# The names that the base and the components use until `images:` says what to run.
_PLACEHOLDERS = ("app", "nfs-server")
_MORE_MOVING = frozenset({"none", "current", "release", "default", "beta", "alpha", "rc", "canary", "next", "lts"})


def check(app: App) -> Iterator[Problem]:
    """Yield the images of containers, and of a database Cluster, that aren't fixed: each once, many pods run it."""
    reported: set[str] = set()
    for obj in app.objects:
        images = [(container.data.get("image"), (*container.pointer, "image")) for container in obj.containers()]
        if obj.kind == "Cluster":
            images.append((obj.get("spec", "imageName"), ("spec", "imageName")))
        for value, pointer in images:
            if isinstance(value, str) and value and value not in reported:
                reported.add(value)
                yield from _image(obj, value, pointer)


def _image(obj: Object, value: str, pointer: Pointer) -> Iterator[Problem]:
    if value in _PLACEHOLDERS:
        yield Problem(f"the image {value} is the base's placeholder: no entry under images replaces it", obj, pointer)
        return
    try:
        image = names.image(value)
    except names.NameProblem as problem:
        yield Problem(f"the image {value[:200]!a} {problem.reason}", obj, pointer)
    else:
        if not image.digest and image.tag.lower() in _MORE_MOVING:
            yield Problem(f"the image {value!r} has the tag {image.tag!r}, which can move", obj, pointer)
