"""Which commands an image has, also where it has no shell: a shell is brought along from the database's image."""

import copy
import json
from typing import Any, NamedTuple

from ..render.objects import Object
from .kubectl import ClusterProblem, Kubectl, until
from .verdict import Report

SECONDS = 300
_TOOLS = "/look"
# bash, its libraries and their loader, which runs them whatever C library the image has.
_COPY = f"""set -e
cp -L "$(command -v bash)" {_TOOLS}/bash
for library in $(ldd {_TOOLS}/bash | grep -o '/[^ ]*'); do cp -L "$library" {_TOOLS}/; done
mv {_TOOLS}/ld-* {_TOOLS}/ld.so
"""
_LOOK = r"""
for path in "$@"; do
  [ -n "$path" ] || continue
  kind=missing executable=no line= interpreter= there=yes crlf=no
  [ -d "$path" ] && kind=folder
  [ -f "$path" ] && kind=file
  [ -x "$path" ] && executable=yes
  [ $kind = file ] && [ -r "$path" ] && IFS= read -r -n 200 line < "$path"
  if [ "${line:0:2}" = '#!' ]; then
    [ "${line: -1}" = $'\r' ] && crlf=yes line=${line%?}
    read -r interpreter _ <<< "${line:2}"
    [ -x "$interpreter" ] || there=no
  fi
  echo "$path $kind $executable $there $crlf $interpreter"
done
"""
PATHS = ("/bin/sh", "/init", "/run", "/run/run", "/async", "/scheduler")
PULL_ERRORS = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")
_FIX = {
    "pulled": "Check the name and the tag. A registry that asks for a password needs PULL_SECRET=<file>, "
    "a Docker configuration with a token that may pull.",
    "shell": "The hosting starts the site by /bin/sh: install a shell. Or, without one, make /run a file and patch "
    "web's command in your folder to [/run] (done here, to check the rest).",
}


class File(NamedTuple):
    """What is at a path of the image; `interpreter` is that of its #! line, empty if it has none."""

    kind: str
    executable: bool
    interpreter_there: bool
    crlf: bool
    interpreter: str


class Files(dict[str, File]):
    """The files by path."""

    @property
    def run(self) -> str:
        """The path of the site's command: base starts /run/run where /run is a folder."""
        return "/run/run" if self["/run"].kind == "folder" else "/run"

    def has(self, path: str) -> bool:
        """Whether there is anything at the path."""
        return self[path].kind != "missing"


def parse(text: str) -> Files:
    """Read what the script in the pod printed. Raises ValueError for anything else."""
    files = Files()
    for line in text.splitlines():
        path, kind, executable, there, crlf, interpreter = line.split(" ", 5)
        files[path] = File(kind, executable == "yes", there == "yes", crlf == "yes", interpreter)
    return files


def tools(migrate: Object) -> str:
    """Return the image with bash that is there in any case: the one that waits for the database."""
    return next(one.data["image"] for one in migrate.containers() if one.name == "wait-for-database")


def pod(web: Object, migrate: Object) -> dict[str, Any]:
    """Return a Pod like web's that only looks around: same image, user, hardening and size."""
    spec = copy.deepcopy(web.pod)
    [container] = [one for one in spec["containers"] if one["name"] == "web"]
    kept = {key: container[key] for key in ("image", "imagePullPolicy", "securityContext", "resources")}
    mount = {"name": "look", "mountPath": _TOOLS}
    common = {"securityContext": kept["securityContext"], "resources": kept["resources"], "volumeMounts": [mount]}
    bring = {"name": "tools", "image": tools(migrate), "command": ["bash", "-c", _COPY], **common}
    look = [f"{_TOOLS}/ld.so", "--library-path", _TOOLS, f"{_TOOLS}/bash", "-c", _LOOK, "look", *PATHS]
    spec |= {
        "restartPolicy": "Never",
        "initContainers": [bring],
        "containers": [{"name": "look", **kept, **common, "command": look}],
        "volumes": [{"name": "look", "emptyDir": {}}],
    }
    labels = {"app.kubernetes.io/name": "look"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "look", "labels": labels}, "spec": spec}


def look(kubectl: Kubectl, web: Object, migrate: Object, report: Report) -> Files | None:
    """Say whether the image is there; its files, or None if it isn't. Raises ClusterProblem."""
    kubectl.run("create", "--filename=-", stdin=json.dumps(pod(web, migrate)))

    def ended() -> tuple[str, str] | None:
        """The pod's phase or the reason why it has none, and the message."""
        status = kubectl.get("pod", "look")["status"]
        if status["phase"] in ("Succeeded", "Failed"):
            return status["phase"], str(status.get("message", ""))
        for container in status.get("containerStatuses", []):
            waiting = container["state"].get("waiting", {})
            if waiting.get("reason") in PULL_ERRORS and waiting.get("message"):
                return waiting["reason"], waiting["message"]
        return None

    phase, message = until(SECONDS, ended) or ("", f"the pod didn't start in {SECONDS} s")
    if phase in PULL_ERRORS:
        report.fails("pulled", message[-300:], _FIX["pulled"])
        return None
    if phase != "Succeeded":
        raise ClusterProblem(f"no look into the image: {phase} {message} {kubectl.logs('pod/look', 'look')[-300:]}")
    files = parse(kubectl.logs("pod/look", "look"))
    kubectl.run("delete", "pod", "look", "--grace-period=1", "--wait=false")
    report.ok("pulled", report.image)
    return files


def judge(files: Files, commands: dict[str, list[str]], report: Report) -> bool:
    """Say whether the commands are there; False if the app can't be tried without those that aren't.

    `commands` are those that the customer's patches give instead, by check.
    """
    if files.has("/bin/sh"):
        report.ok("shell", "/bin/sh")
    elif {"run-command", "init-command"} <= commands.keys():
        report.skip("shell", "no /bin/sh, and none is needed: other commands are patched in")
    else:
        report.fails("shell", "no /bin/sh in the image", _FIX["shell"])
    for check, command in commands.items():
        report.ok(check, f"patched: {' '.join(' '.join(command).split())[:60]}")
    needed = [("init-command", "/init"), ("run-command", files.run)]
    for check, path in needed:
        if files.has(path):
            _command(check, path, files[path], report)
        elif check not in report.found:
            report.fails(
                check, f"no {path}",
                f"Add an executable {path}: COPY --chmod=0755 {path[1:]} {path}. An image that can't be changed: patch "
                "in its own command (docs/customer-guide.md), and give the folder with the patches here: FOLDER=<folder>.",
            )  # fmt: skip
    for check, path in (("async-command", "/async"), ("scheduler-command", "/scheduler")):
        if files.has(path):
            _command(check, path, files[path], report)
        else:
            report.skip(check, f"no {path}; only needed if you enable it")
    return not {check for check, _ in needed} & set(report.failed)


def _command(check: str, path: str, file: File, report: Report) -> None:
    if check in report.found:
        return
    if file.kind == "folder":
        report.fails(check, f"{path} is a folder", f"Make {path} a file: COPY --chmod=0755 {path[1:]} {path}")
    elif not file.executable:
        report.fails(
            check, f"{path} is not executable", f"COPY --chmod=0755 ... {path}: everybody must read and run it."
        )
    elif file.crlf:
        report.fails(check, f"{path} has Windows line ends", "Save it with Unix line ends; in git: *.sh text eol=lf")
    elif not file.interpreter_there:
        report.fails(
            check, f"{path} begins with #!{file.interpreter}, which isn't in the image",
            "Name an interpreter that is in the image, with its full path: #!/bin/sh",
        )  # fmt: skip
    else:
        report.ok(check, path)
