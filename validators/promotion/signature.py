"""Whether a commit is signed by one of those who may."""

import re
import tempfile
from pathlib import Path

from ..sources import plumbing
from ..sources.tree import TreeError
from .problem import Refused

_HOW = "git config gpg.format ssh; git config user.signingkey ~/.ssh/id_ed25519.pub; git commit --amend -S"


def verify(store: Path, commit: str, signers: tuple[str, ...]) -> None:
    """Pass where no signature is asked for, or there is one. Raises Refused."""
    if not signers:
        return
    header = plumbing.run(store, "cat-file", "commit", commit).partition(b"\n\n")[0]
    if not re.search(rb"^gpgsig -----BEGIN SSH SIGNATURE-----$", header, re.M):
        raise Refused(f"isn't signed with SSH, as your platform asks: {_HOW}")
    with tempfile.NamedTemporaryFile("w", prefix="django-hosting-", encoding="utf-8") as allowed:
        allowed.writelines(f'* namespaces="git" {key}\n' for key in signers)
        allowed.flush()
        settings = ["-c", f"gpg.ssh.allowedSignersFile={allowed.name}", "-c", "gpg.ssh.program=ssh-keygen"]
        try:
            plumbing.run(store, *settings, "verify-commit", commit)
        except TreeError:
            raise Refused("is signed by none of those who may: app.yaml of your platform names their keys") from None
