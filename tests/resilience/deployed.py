"""The two ways an app is deployed that are compared: by this library and ArgoCD, and by hand as tutorials do it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.e2e import releases
from tests.e2e.app import App
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

PLAIN = Path(__file__).parent / "plain"
SETTLED = 180  # seconds for pods to come, and for those they replace to go


class Deployed(ABC):
    """An app, and how its owner changes it."""

    def __init__(self, app: App) -> None:
        self.app = app

    @abstractmethod
    def release(self, release: str) -> None:
        """Roll a release out whose image is there."""

    @abstractmethod
    def scale(self, replicas: int) -> None:
        """Change the number of web pods."""

    def pods(self) -> list[dict[str, Any]]:
        """All web pods, with those that are ending."""
        return self.app.all_pods("web")

    def nodes(self) -> list[str]:
        """The node of each web pod that isn't ending."""
        return [pod["spec"]["nodeName"] for pod in self.app.pods("web")]

    def ready_elsewhere(self, node: str) -> int:
        """How many web pods are ready on other nodes than that."""
        conditions = [pod["status"].get("conditions", []) for pod in self.pods() if pod["spec"].get("nodeName") != node]
        return sum({"type": "Ready", "status": "True"}.items() <= one.items() for found in conditions for one in found)

    def settle(self) -> None:
        """Wait until the Deployment is as it shall be, and no pod is ending any more."""
        for attempt in eventually(SETTLED):
            with attempt:
                deployment = self.app.get("deployment", "web")
                wanted, status = deployment["spec"]["replicas"], deployment["status"]
                assert status.get("observedGeneration") == deployment["metadata"]["generation"]
                counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")]
                assert [*counts, len(self.pods())] == [wanted] * 4

    def delete_each(self) -> None:
        """Delete the pods, each when the one before has been replaced."""
        for pod in self.app.pods("web"):
            self.app.kubectl("delete", "pod", pod["metadata"]["name"], "--wait=false")
            self.settle()

    def spread(self) -> None:
        """Bring two replicas onto two nodes, which no scheduler promises."""
        for attempt in eventually(SETTLED):
            with attempt:
                self.settle()
                if len(set(self.nodes())) < 2:
                    self.app.kubectl("delete", "pod", self.app.pods("web")[0]["metadata"]["name"])
                    raise AssertionError(f"both pods are on {self.nodes()}")


class ByLibrary(Deployed):
    """Commits in the two zones, taken up by ArgoCD."""

    def release(self, release: str) -> None:
        """The customer commits a tag."""
        self.app.wait_healthy(releases.deploy(self.app, release))

    def scale(self, replicas: int) -> None:
        """The platform commits another number to sizing.yaml."""

        def change(spec: dict[str, Any]) -> None:
            spec["web"]["replicas"] = replicas

        self.app.wait_healthy(self.app.commit(f"{replicas} replicas", lambda app: edit_sizes(app, change)))


class ByHand(Deployed):
    """kubectl."""

    def release(self, release: str) -> None:
        """Set the image."""
        [container] = self.app.get("deployment", "web")["spec"]["template"]["spec"]["containers"]
        image = re.sub(r":[^:/]+$", f":{release}", container["image"])
        self.app.kubectl("set", "image", "deployment/web", f"web={image}")

    def scale(self, replicas: int) -> None:
        """Set the number."""
        self.app.kubectl("scale", "deployment/web", f"--replicas={replicas}")


class PlainApp(App):
    """The app of the folder plain/, which is in no git repository."""

    @property
    def hosts(self) -> list[str]:
        """The one of its route."""
        return ["plain.example.com"]

    @property
    def through(self) -> str:
        """Its route is the Gateway's."""
        return "gateway"


def plain(fleet: Fleet) -> ByHand:
    """Apply the folder plain/."""
    fleet.kubernetes.kubectl("apply", f"--kustomize={PLAIN}")
    return ByHand(PlainApp(fleet.kubernetes, fleet.repository, "plain", "site"))


def edit_sizes(app: App, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the spec of sizing.yaml in the working copy."""
    file = app.platform_folder / "sizing.yaml"
    document = yaml.safe_load(file.read_text())
    change(document["spec"])
    file.write_text(yaml.safe_dump(document))
