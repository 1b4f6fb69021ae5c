"""A patch that writes what isn't a customer's to set.

What: each value that a patch writes, at any depth, must be one that docs/customer-fields.md lists: the environment,
commands, probes, mounts of own secrets and config maps, of the containers that run the customer's image.
Why: the same file could set memory, replicas, a privileged container, a host's folder. Sizes and hardening are
ungleich's.

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

Fix: delete the lines; ask ungleich for more memory, CPU, storage, pods or containers.
"""

import re
from collections.abc import Iterator
from typing import Any

from ..app import App
from ..ownership import fields, patches, secrets
from . import SOURCE, Problem

ID = "customer-patches"
SCOPE = SOURCE
HINT = "delete it; ungleich decides on containers, storage and hardening: ask there for what you need"
_SIZED = "delete it and ask ungleich for more: replicas, CPU and memory stand in its sizing.yaml"


def check(app: App) -> Iterator[Problem]:
    """Yield each value in a patch that isn't allowed, once for the line however many pods it is for."""
    if not isinstance(app.customer.kustomization.value, dict):
        return
    seen = set()
    for problem in _problems(app):
        key = (problem.place, problem.message)
        if key not in seen:
            seen.add(key)
            yield problem


def _problems(app: App) -> Iterator[Problem]:
    for patch in patches.patches(app):
        if isinstance(patch, patches.Wrong):
            yield Problem(patch.message, place=patch.place, hint=patch.hint)
            continue
        for write in patches.writes(app, patch):
            if isinstance(write, patches.Wrong):
                yield Problem(write.message, place=write.place, hint=write.hint)
            else:
                yield from _write(app, patch, write)


def _write(app: App, patch: patches.Patch, write: patches.Write) -> Iterator[Problem]:
    tree = fields.tree(write.target, app.features)
    node = fields.at(tree, write.pointer)
    if write.replaces and node and not node.field and not fields.removable(node):
        where = ".".join(write.pointer).replace("spec.template.spec.", "")
        yield Problem(
            f"all of {where} of {write.target} is replaced", place=write.place, hint="write its items one by one"
        )
    for refused in fields.refusals(tree, write.pointer, write.value):
        where = ".".join(refused.pointer).replace("spec.template.spec.", "")
        place = patch.source.place(_raw(patch, write, refused.pointer))
        colon = "" if refused.message.startswith("is") else ":"
        hint = refused.hint or (_SIZED if {"replicas", "resources"} & {*refused.pointer} else "")
        yield Problem(f"{where} of {write.target}{colon} {refused.message}", place=place, hint=hint)
    own = secrets.readable(app)
    for name, _ in secrets.named(write.value):
        if name not in own:
            hint = f"write one of {', '.join(sorted(own))}, or add a SealedSecret {name}"
            yield Problem(f"Secret {name} isn't one of yours", place=write.place, hint=hint)
    for name in _volumes(write):
        if re.search(fields.data()["reserved"]["volumes"], name):
            yield Problem(f"the volume {name} belongs to the platform", place=write.place, hint="take another name")


def _volumes(write: patches.Write) -> Iterator[str]:
    """Yield the names of the volumes that a write adds."""
    if write.pointer[3:4] == ("volumes",) and len(write.pointer) == 5:
        yield write.pointer[4]
    value: Any = write.value
    for token in ("spec", "template", "spec")[len(write.pointer) :]:
        value = value.get(token) if isinstance(value, dict) else None
    if write.pointer == ("spec",) and isinstance(write.value, dict):
        value = write.value
        for token in ("template", "spec", "volumes"):
            value = value.get(token) if isinstance(value, dict) else None
        for item in value if isinstance(value, list) else []:
            name = item.get("name") if isinstance(item, dict) else None
            if isinstance(name, str) and not (name == "secrets" and "projected" in item):
                yield name


def _raw(patch: patches.Patch, write: patches.Write, named: fields.Named) -> tuple:
    """Return the pointer in the patch's own document of a refused value: items back from names to indexes."""
    value, raw = write.value, list(write.raw)
    for token in named[len(write.pointer) :]:
        if isinstance(value, list):
            key = str(raw[-1])
            index = next((i for i, item in enumerate(value) if fields.item_name(key, item, i) == token), None)
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
