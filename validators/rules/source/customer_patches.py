"""A patch that writes what isn't a customer's to set.

What: each value that a patch writes, at any depth, must be one that docs/customer-fields.md lists: the environment,
commands, probes, mounts of own secrets and config maps, of the containers that run the customer's image.
Why: the same file could set memory, replicas, a privileged container, a host's folder. Sizes and hardening are
the platform's.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    patches:
      - target: {kind: Deployment, name: web}
        patch: |
          - op: add
            path: /spec/template/spec/containers/0/resources
            value: {limits: {memory: 64Gi}}

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    patches:
      - target: {kind: Deployment, name: web}
        patch: |
          - op: replace
            path: /spec/template/spec/containers/0/startupProbe/httpGet/path
            value: /healthz/

Fix: delete the lines; ask the platform for more memory, CPU, storage, pods or containers.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ...app.sources import Sources
from ...finding import Advice, Place
from ...ownership import merges, patches
from ...policy import customer_fields, pods
from ...sources import secrets, values
from .. import Problem, _customer

ID = "customer-patches"
HINT = Advice("delete it: docs/customer-fields.md lists what you may set", "what it was meant to do")


class _Violation(NamedTuple):
    """A problem before it is put into words: the same of several pods is one."""

    place: Place
    where: str
    message: str
    hint: str | Advice


def check(app: Sources) -> Iterator[Problem]:
    """Yield each value in a patch that isn't allowed, once for the line however many pods it is for."""
    if not isinstance(app.customer.kustomization.value, dict):
        return
    found: dict[_Violation, list[str]] = {}
    for violation, target in _problems(app):
        found.setdefault(violation, []).append(target)
    for violation, targets in found.items():
        yield Problem(_sentence(violation, list(dict.fromkeys(targets))), place=violation.place, hint=violation.hint)


def _sentence(violation: _Violation, targets: list[str]) -> str:
    if not violation.where:
        return violation.message
    colon = "" if violation.message.startswith(("is", "merges", "can't")) else ":"
    return f"{violation.where} of {', '.join(targets)}{colon} {violation.message}"


def _problems(app: Sources) -> Iterator[tuple[_Violation, str]]:
    merged = merges.Merges(app)
    for patch in patches.patches(app):
        if isinstance(patch, patches.Wrong):
            yield _Violation(patch.place, "", patch.message, patch.hint), ""
            continue
        for write in patches.writes(app, patch):
            if isinstance(write, patches.Wrong):
                yield _Violation(write.place, "", write.message, write.hint), ""
            else:
                for violation in (*_write(app, patch, write), *_together(patch, write, merged)):
                    yield violation, write.target


def _write(app: Sources, patch: patches.Patch, write: patches.Write) -> Iterator[_Violation]:
    tree = customer_fields.tree(write.target, app.features)
    node = customer_fields.at(tree, write.pointer)
    replaced = write.replaces and write.value is not None
    if replaced and node and not node.field and not customer_fields.removable(node):
        yield _Violation(write.place, f"all of {_where(write.pointer)}", "is replaced", "write its items one by one")
    for refused in customer_fields.refusals(tree, write.pointer, write.value):
        pointer = _raw(write, refused.pointer)
        hint = _customer.quoted(patch.source.document, pointer, refused) or refused.hint or HINT
        yield _Violation(patch.source.place(pointer), _where(refused.pointer), refused.message, hint)
    own = app.own_secrets
    for name, _ in secrets.named(write.value):
        if name not in own:
            hint = f"write one of {', '.join(sorted(own))}, or add a SealedSecret {name}"
            yield _Violation(write.place, "", f"Secret {name} isn't one of yours", hint)
    for name in _volumes(write):
        if re.search(customer_fields.data()["reserved"]["volumes"], name):
            yield _Violation(write.place, "", f"the volume {name} belongs to the platform", "take another name")
    yield from _second_mounts(patch, write)
    if not write.replaces:
        yield from _moved(app, write)


def _together(patch: patches.Patch, write: patches.Write, merged: merges.Merges) -> Iterator[_Violation]:
    for pointer, message, hint in merged.wrong(write):
        yield _Violation(patch.source.place(_raw(write, pointer)), _where(pointer), message, hint)


def _where(pointer: customer_fields.Named) -> str:
    return pods.short(".".join(pointer))


def _volumes(write: patches.Write) -> Iterator[str]:
    """Yield the names of the volumes that a write adds."""
    volumes = (*pods.of_target(write.target), "volumes")
    if write.pointer[:-1] == volumes:
        yield write.pointer[-1]
    for item in _of_pod(write, "volumes"):
        if not (item["name"] == "secrets" and "projected" in item):
            yield item["name"]


def _second_mounts(patch: patches.Patch, write: patches.Write) -> Iterator[_Violation]:
    """Yield mounts of a volume that the platform mounts where the customer says: a second one would go there as well."""
    once = customer_fields.data()["reserved"]["once"]
    for text, pointer in values.pointers(write.value, write.pointer):
        if pointer[-1] == "name" and "volumeMounts" in pointer[-3:-1] and text in once:
            message = f"mounts {text} a second time, and all its mounts are moved to MEDIA_ROOT"
            yield _Violation(patch.source.place(write.raw), "", message, once[text])


def _moved(app: Sources, write: patches.Write) -> Iterator[_Violation]:
    """Yield the lists of containers in which a merge changes the order: what it names comes first."""
    for key, known in customer_fields.pods(app.features)[write.target].items():
        names = [item["name"] for item in _of_pod(write, key)]
        if set(names) <= {*known} and names != known[: len(names)]:
            message = f"merges {names[0]} in front of {known[0]}"
            hint = "write operations, - {op: replace, path: ...}: a merge puts what it names first"
            yield _Violation(write.place, key, message, hint)


def _of_pod(write: patches.Write, key: str) -> list[dict]:
    """Return the items with a name in the list `key` of a pod, as far as a write holds the whole list."""
    path = (*pods.of_target(write.target), key)
    if write.pointer != path[: len(write.pointer)]:
        return []
    value: Any = write.value
    for token in path[len(write.pointer) :]:
        value = value.get(token) if isinstance(value, dict) else None
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("name"), str)]


def _raw(write: patches.Write, named: customer_fields.Named) -> tuple:
    """Return the pointer in the patch's own document of a refused value: items back from names to indexes."""
    value, raw = write.value, list(write.raw)
    for token in named[len(write.pointer) :]:
        if isinstance(value, list):
            key = str(raw[-1])
            index = next((i for i, item in enumerate(value) if customer_fields.item_name(key, item, i) == token), None)
            if index is None:
                break
            raw.append(index)
            value = value[index]
        elif isinstance(value, dict) and token in value:
            raw.append(token)
            value = value[token]
        else:
            break
    return tuple(raw)
