"""A Job that ArgoCD can run once only, or never.

What: a Job that isn't a Sync hook with BeforeHookCreation, has no deadline or a `ttlSecondsAfterFinished`; hooks and
policies that ArgoCD doesn't know; PreSync hooks.
Why: a Job can't be changed, so the second sync fails with `field is immutable`. A PreSync hook runs before the
Secrets and the database exist, and the first sync hangs. A Job that is deleted when it ends is made, and run, again
at each refresh.

Bad:

    apiVersion: batch/v1
    kind: Job
    metadata:
      name: migrate
      annotations:
        argocd.argoproj.io/hook: PreSync
    spec:
      activeDeadlineSeconds: 1800

Good:

    apiVersion: batch/v1
    kind: Job
    metadata:
      name: migrate
      annotations:
        argocd.argoproj.io/hook: Sync
        argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
    spec:
      activeDeadlineSeconds: 1800

Fix: keep the base's annotations and deadline.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "argocd-hook"
HINT = "keep the base's: hook Sync, hook-delete-policy BeforeHookCreation, and a deadline"

_HOOK, _POLICY = "argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy"
_HOOKS = ("PreSync", "Sync", "Skip", "PostSync", "SyncFail", "PreDelete", "PostDelete")
_POLICIES = ("HookSucceeded", "HookFailed", "BeforeHookCreation")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield hooks that ArgoCD doesn't know, and Jobs that it can't run again."""
    hooks, policies = _words(obj, _HOOK), _words(obj, _POLICY)
    for key, words, known in ((_HOOK, hooks, _HOOKS), (_POLICY, policies, _POLICIES)):
        for word in words:
            if word not in known:
                message = f"{key.partition('/')[2]} {word[:40]!r} isn't known to ArgoCD"
                yield Problem(message, obj, ("metadata", "annotations", key), hint=f"write one of {', '.join(known)}")
    if "PreSync" in hooks:
        message = "a PreSync hook runs before the Secrets and the database exist"
        yield Problem(message, obj, ("metadata", "annotations", _HOOK), hint="write Sync, and a wave of 1")
    if obj.kind == "Job":
        yield from _job(obj, hooks, policies)


def _job(obj: Object, hooks: list[str], policies: list[str]) -> Iterator[Problem]:
    if not hooks:
        message = f"Job {obj.name} isn't a hook: the second sync fails, a Job can't be changed"
        yield Problem(message, obj, ("metadata", "annotations"), hint=f"write {_HOOK}: Sync")
    # ArgoCD's default is BeforeHookCreation.
    elif policies and "BeforeHookCreation" not in policies:
        message = f"Job {obj.name} stays after a {'failure' if 'HookFailed' not in policies else 'success'}"
        hint = "write BeforeHookCreation"
        yield Problem(f"{message}, in the way of the next", obj, ("metadata", "annotations", _POLICY), hint=hint)
    if obj.get("spec", "activeDeadlineSeconds") is None:
        message = f"Job {obj.name} has no deadline: a migration that hangs holds up every later sync"
        yield Problem(message, obj, ("spec",), hint="write activeDeadlineSeconds: 1800")
    if obj.get("spec", "ttlSecondsAfterFinished") is not None:
        message = f"Job {obj.name} is deleted when it has ended, and ArgoCD misses it"
        yield Problem(message, obj, ("spec", "ttlSecondsAfterFinished"), hint="delete the line")


def _words(obj: Object, key: str) -> list[str]:
    value = obj.annotations.get(key)
    return [word.strip() for word in value.split(",")] if isinstance(value, str) and value.strip() else []
