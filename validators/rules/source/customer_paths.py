"""A path or an address that leads out of the customer's folder.

What: anything under `resources`, `components`, `patches`, `envs` and `files` but ../../../../base, the features under
../../../../components/ that are the customer's to choose, and files of the folder that exist.
Why: kustomize would fetch an address at each build, read another customer's folder, or take a component that costs.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
      - ../../other/app
      - https://example.com/manifests

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/ingress

Fix: copy what you need into your folder. What the platform chooses (storage, database, sizes) stands in its own folder.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Advice
from ...policy import customer_fields
from ...policy.components import ORDER
from ...policy.guess import near
from ...sources import references
from ...sources.folder import KUSTOMIZATION
from ...sources.references import Reference
from .. import Problem

ID = "customer-paths"
HINT = "write a file of this folder, ../../../../base or a feature under ../../../../components/"


def check(app: Sources) -> Iterator[Problem]:
    """Yield each path that isn't one of those that are allowed."""
    if app.customer.unreadable:
        return
    seen_base = False
    seen: set[str] = set()
    for reference in references.files(app.customer):
        wrong = _wrong(app, reference)
        if not wrong and reference.field == "resources" and not reference.inside:
            seen_base = True
        if not wrong and reference.path in seen and reference.field in ("resources", "components"):
            wrong = (f"{reference.text} stands there twice", "delete one")
        seen.add(reference.path)
        if wrong:
            yield Problem(wrong[0], place=app.place_in(app.customer, KUSTOMIZATION, reference.pointer), hint=wrong[1])
    kustomization = app.customer.kustomization.value
    # Without the list customer-kustomization says so.
    if app.customer.files and isinstance(kustomization, dict) and "resources" in kustomization and not seen_base:
        place = app.place_in(app.customer, KUSTOMIZATION, ("resources",))
        yield Problem("resources lacks the library's base", place=place, hint="add ../../../../base")


def _wrong(app: Sources, reference: Reference) -> tuple[str, str | Advice] | None:
    """Return what is wrong with a path and what to write instead, None where it is right."""
    text, depth = reference.text, app.customer.path.count("/") + 1
    plain = text.isascii() and text.isprintable() and "\\" not in text and " " not in text
    if "://" in text or text.startswith(("git@", "git::", "github.com")) or "?" in text or (":" in text and plain):
        return f"{text} is an address, and nothing is fetched", "copy the file into this folder"
    if not plain or text.startswith("/"):
        return f"{text!r} isn't a plain relative path", ""
    if reference.field == "resources" and not reference.inside:
        return None if text.rstrip("/") == "../" * depth + "base" else (f"{text} is outside of this folder", "")
    if reference.field == "components":
        return _feature(reference, "../" * depth + "components/")
    if not reference.inside:
        return f"{text} is outside of this folder", "copy the file into this folder"
    if reference.path not in app.customer.files:
        likely = near(reference.path, app.customer.files)
        return f"there is no file {text}", f"did you mean {likely}?" if likely else "add it, or delete the line"
    if reference.field == "patches" and not reference.path.endswith((".yaml", ".yml")):
        return f"{text} is read as YAML by kustomize, and not named so", f"name it {text}.yaml"
    return None


def _feature(reference: Reference, prefix: str) -> tuple[str, str | Advice] | None:
    name = reference.text.rstrip("/").removeprefix(prefix)
    features = customer_fields.data()["features"]
    if reference.text.startswith(prefix) and name in features:
        return None
    platforms = reference.path.removeprefix("components/")
    if reference.path.startswith("components/") and platforms in ORDER and platforms not in features:
        # Whether the app has it already isn't known in a customer's own repository.
        message = f"components/{platforms} is the platform's to list, not yours"
        return message, Advice("delete the line", f"components/{platforms}")
    if reference.path.startswith("components/"):
        likely = near(name, features)
        hint = f"did you mean {likely}?" if likely else f"write one of {', '.join(features)}"
        return f"components/{name} isn't one of yours to choose", Advice(hint, "" if likely else "another component")
    return f"{reference.text} is no feature of the library", f"write {prefix}NAME with one of {', '.join(features)}"
