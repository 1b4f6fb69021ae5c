import pytest

from ..cases import Case, check

WEB = "{name: web, image: a}"
SIDE = "{name: side, image: a, %slifecycle: {preStop: {sleep: {seconds: 1}}}}"


def _pod(containers: str, more: str = "", spec: str = "", kind: str = "Deployment") -> str:
    return (
        f"kind: {kind}\nmetadata: {{name: web}}\n"
        f"spec: {{{spec}template: {{spec: {{{more}containers: [{containers}]}}}}}}\n"
    )


AT = "Deployment/web /spec/template/spec"
CASES = [
    Case("two", _pod(f"{WEB}, {{name: async, image: a}}", "initContainers: [{name: init, image: a}], ")),
    Case("a Job", _pod(WEB, "restartPolicy: Never, ", "backoffLimit: 0, ", "Job")),
    Case("Recreate, merged away", _pod(WEB, spec="strategy: {type: Recreate, rollingUpdate: null}, ")),
    Case("no surge", _pod(WEB, spec="strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}, ")),
    Case("no pods", "kind: Service\nmetadata: {name: web}\nspec: {replicas: -1}\n"),
    Case("none", _pod(""), [f"{AT} # no containers"]),
    Case("same name", _pod(f"{WEB}, {WEB}"), [f"{AT}/containers/1/name # two containers named web"]),
    Case(
        "same name as the init container",
        _pod(WEB, f"initContainers: [{WEB}], "),
        [f"{AT}/containers/0/name # two containers named web"],
    ),
    Case("a sidecar's hook", _pod(WEB, f"initContainers: [{SIDE % 'restartPolicy: Always, '}], ")),
    Case(
        "an init container's hook",
        _pod(WEB, f"initContainers: [{SIDE % ''}], "),
        [f"{AT}/initContainers/0/lifecycle # init container side has a lifecycle"],
    ),
    Case("a deadline", _pod(WEB, spec="progressDeadlineSeconds: 11, minReadySeconds: 10, ")),
    Case(
        "a deadline that is over",
        _pod(WEB, spec="progressDeadlineSeconds: 10, minReadySeconds: 10, "),
        ["Deployment/web /spec/progressDeadlineSeconds # 10 isn't more than minReadySeconds 10"],
    ),
    Case(
        "a deadline of 0",
        _pod(WEB, spec="progressDeadlineSeconds: 0, "),
        ["Deployment/web /spec/progressDeadlineSeconds # 0 isn't more"],
    ),
    Case("capitals", _pod("{name: Web, image: a}"), [f"{AT}/containers/0/name # 'Web'"]),
    Case("no name", _pod("{image: a}"), [f"{AT}/containers/0/name # isn't a text"]),
    Case("a patch with a slip", _pod(f"{WEB}, {{name: wbe, env: []}}"), [f"{AT}/containers/1 # wbe has no image"]),
    Case("restart", _pod(WEB, "restartPolicy: Never, "), [f"{AT}/restartPolicy # Never in a Deployment"]),
    Case("a Job that restarts", _pod(WEB, kind="Job"), ["Job/web /spec/template/spec/restartPolicy # Always in a Job"]),
    Case("replicas", _pod(WEB, spec="replicas: -1, "), ["Deployment/web /spec/replicas # is -1"]),
    Case("grace", _pod(WEB, "terminationGracePeriodSeconds: 0, "), [f"{AT}/terminationGracePeriodSeconds # is 0"]),
    Case(
        "Recreate with the old block",
        _pod(WEB, spec="strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, "),
        ["Deployment/web /spec/strategy/rollingUpdate # Recreate"],
    ),
    Case(
        "nothing may move",
        _pod(WEB, spec="strategy: {rollingUpdate: {maxSurge: 0%, maxUnavailable: 0}}, "),
        ["Deployment/web /spec/strategy/rollingUpdate # both 0"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("container", case)
