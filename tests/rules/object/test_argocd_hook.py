import pytest

from ..cases import Case, check

HOOK, POLICY = "argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy"


def _job(annotations: str = f"{{{HOOK}: Sync}}", spec: str = "{activeDeadlineSeconds: 60}") -> str:
    return f"kind: Job\nmetadata: {{name: migrate, annotations: {annotations}}}\nspec: {spec}\n"


A = "/metadata/annotations"
H, P = f"Job/migrate {A}/argocd.argoproj.io~1hook", f"Job/migrate {A}/argocd.argoproj.io~1hook-delete-policy"
CASES = [
    Case("the base's", _job(f"{{{HOOK}: Sync, {POLICY}: BeforeHookCreation}}")),
    Case("the default policy", _job()),
    Case("two policies", _job(f"{{{HOOK}: Sync, {POLICY}: 'BeforeHookCreation, HookSucceeded'}}")),
    Case("not a hook, and no Job", "kind: Service\nmetadata: {name: web}\n"),
    Case("no hook", _job("{}"), [f"Job/migrate {A} # isn't a hook"]),
    Case("unknown", _job(f"{{{HOOK}: OnSync}}"), [f"{H} # 'OnSync'"]),
    Case("case counts", _job(f"{{{HOOK}: sync}}"), [f"{H} # 'sync'"]),
    Case("PreSync", _job(f"{{{HOOK}: PreSync}}"), [f"{H} # before the Secrets"]),
    Case("policy", _job(f"{{{HOOK}: Sync, {POLICY}: HookSucceeded}}"), [f"{P} # stays after a failure"]),
    Case("other policy", _job(f"{{{HOOK}: Sync, {POLICY}: HookFailed}}"), [f"{P} # stays after a success"]),
    Case("unknown policy", _job(f"{{{HOOK}: Sync, {POLICY}: Never}}"), [f"{P} # 'Never'", f"{P} # stays after"]),
    Case("no deadline", _job(spec="{}"), ["Job/migrate /spec # no deadline"]),
    Case(
        "deleted",
        _job(spec="{activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 60}"),
        ["Job/migrate /spec/ttlSecondsAfterFinished # ArgoCD misses it"],
    ),
    Case(
        "another kind",
        f"kind: ConfigMap\nmetadata: {{name: a, annotations: {{{HOOK}: PreSync}}}}\n",
        [f"ConfigMap/a {A}/argocd.argoproj.io~1hook # PreSync"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("argocd-hook", case)
