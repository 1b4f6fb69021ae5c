"""What the containers of an app have printed, the newest pods first."""

from collections.abc import Iterator

from ..image.kubectl import Kubectl


def lines(kubectl: Kubectl, of: str, tail: int) -> Iterator[str]:
    """Yield the last `tail` lines of each container of the pods named `of` (web, migrate, async, cron ...), or of a
    CronJob's; under a heading each. Of one that starts again and again, those of its last life. Raises ClusterProblem."""
    selector = f"app.kubernetes.io/name={of}"
    pods = kubectl.get("pods", f"--selector={selector}")["items"] or [
        pod for pod in kubectl.get("pods")["items"] if _made_by(pod).startswith(f"{of}-")
    ]
    for pod in sorted(pods, key=lambda pod: pod["metadata"]["creationTimestamp"], reverse=True):
        name = pod["metadata"]["name"]
        for container in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
            text = kubectl.logs(f"pod/{name}", container["name"], tail=tail).rstrip()
            yield f"== {name}, container {container['name']}, since {pod['metadata']['creationTimestamp']}"
            yield text or "(nothing)"


def _made_by(pod: dict) -> str:
    return next((one["name"] for one in pod["metadata"].get("ownerReferences", [])), "")
