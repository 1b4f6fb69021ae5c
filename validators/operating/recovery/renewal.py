"""After the SealedSecrets controller has a new key: what is still sealed with an older one, and that sealed anew."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from ...image.kubectl import Kubectl
from ...policy.sealing import UNSEALED
from ...render import kustomize
from ...sources.tree import Tree
from .contents import newest
from .sealed import KEYS_LABEL, RecoveryProblem, Sealed, closed, in_git

_SAID_EVERY = 50  # SealedSecrets


def old(tree: Tree, say: Callable[[str], object]) -> list[Sealed]:
    """Return the SealedSecrets in git that the controller's newest key doesn't open, and another of its does.

    Raises ClusterProblem, TreeError, or RecoveryProblem: also where one is opened by none.
    """
    keys = Kubectl("kube-system").get("secrets", "--all-namespaces", f"--selector={KEYS_LABEL}")["items"]
    current = newest(keys)
    if not current:
        raise RecoveryProblem("no key of the SealedSecrets controller: does this login see its Secrets?")
    found = []
    for number, one in enumerate(in_git(tree), 1):
        if number % _SAID_EVERY == 0:
            say(f"{number} SealedSecrets of git are tried with the newest key")
        if UNSEALED in (one.document.get("spec", {}).get("encryptedData") or {}).values() or not closed(one, current):
            continue
        if reason := closed(one, keys):
            raise RecoveryProblem(f"{one.path}: no key of this cluster opens it: {reason}")
        found.append(one)
    return found


def anew(root: Path, one: Sealed) -> str:
    """Return the file of a SealedSecret with its values sealed with the newest key, by the controller: no value is seen here.

    Raises RecoveryProblem or OSError.
    """
    kubeseal = kustomize.program("kubeseal")
    if not kubeseal:
        raise RecoveryProblem(f"no kubeseal on PATH; {kustomize.how_to_get('kubeseal', kustomize.KUBESEAL_PAGE)}")
    command = [kubeseal, "--re-encrypt", "--format=json"]
    done = subprocess.run(command, input=json.dumps(one.document).encode(), capture_output=True)
    if done.returncode:
        raise RecoveryProblem(f"{one.path}: kubeseal: {' '.join(done.stderr.decode(errors='replace').split())[:300]}")
    text = (root / one.path).read_text(encoding="utf-8")
    for key, value in json.loads(done.stdout)["spec"]["encryptedData"].items():
        before = one.document["spec"]["encryptedData"][key]
        if text.count(before) != 1:
            raise RecoveryProblem(f"{one.path}: {key} stands there in several lines: seal it by make seal")
        text = text.replace(before, value)
    return text
