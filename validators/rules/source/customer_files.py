"""Files that may not be in a customer's folder.

What: symbolic links, devices, files that are too big, too many or too deep, names with odd characters, a second
kustomization (`kustomization.yml`, `Kustomization`), files that ArgoCD takes orders from (`.argocd-source.yaml`,
`Chart.yaml`), and files that kustomization.yaml doesn't use.
Why: one link out of the repository stops every app in it, an `.argocd-source.yaml` overrides what is deployed, and a
file that nothing uses is mostly one that somebody forgot to list.

Bad:

    # file: .argocd-source.yaml
    kustomize:
      replicas:
        - name: web
          count: 50

Good:

    # file: app.env
    HOSTS=app.example.com
    # file: README.md
    What this app is.
    # file: kustomization.yaml
    resources:
      - ../../../../base
    configMapGenerator:
      - name: app-config
        behavior: merge
        envs: [app.env]

Fix: delete the file, or list it in kustomization.yaml.
"""

import re
from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Place
from ...policy import argocd, customer_fields
from ...sources import references
from ...sources.folder import KUSTOMIZATION
from .. import Problem, _files, _seal

ID = "customer-files"
HINT = "list it there, SealedSecrets under resources, patches under patches, or delete the file"
_KEY = re.compile(rb"-----BEGIN [A-Z ]{0,40}PRIVATE KEY")


def check(app: Sources) -> Iterator[Problem]:
    """Yield the files that were refused when the folder was read, and those that don't belong in it."""
    folder = app.customer
    yield from _files.refused(folder)
    if not folder.files:
        return
    if KUSTOMIZATION not in folder.files:
        yield Problem("there is no kustomization.yaml", place=Place(f"{folder.path}/{KUSTOMIZATION}"), hint="add one")
        return
    if folder.unreadable:
        return
    used = {KUSTOMIZATION, *(reference.path for reference in references.files(app.customer))}
    rules = customer_fields.data()["files"]
    for name in sorted(folder.files):
        place = Place(f"{folder.path}/{name}")
        base = name.rpartition("/")[2]
        if name == KUSTOMIZATION or name in rules["also"]:
            continue
        if name not in used and (secret := _secret(base, folder.files[name])):
            command = _seal.command(app, "app", "NAME")
            hint = f"delete it; what is in git is known: choose new values, and seal each: {command}"
            yield Problem(f"{secret}, and every reader of the repository sees it", place=place, hint=hint)
        elif customer_fields.left_behind(name) and name not in used:
            hint = "delete it here: it may stay in your own repository, where --customer leaves it out"
            yield Problem("is no part of the app", place=place, hint=hint)
        elif argocd.obeys(base) or base == KUSTOMIZATION or base.startswith(".git"):
            yield Problem(
                f"{base} may not be here", place=place, hint="delete it: only the platform tells ArgoCD what to do"
            )
        elif not all(re.search(rules["name"], part) for part in name.split("/")):
            yield Problem("isn't a name for a file", place=place, hint="use a-z, 0-9, dot, dash and underscore")
        elif name not in used:
            yield Problem("no line of kustomization.yaml names this file", place=place)


def _secret(base: str, data: bytes) -> str:
    """Return what a file that nobody asked for gives away, "" where it is nothing known."""
    if _KEY.search(data):
        return "is a private key in plain text"
    return "is an .env file, which holds secrets as a rule" if base == ".env" or base.startswith(".env.") else ""
