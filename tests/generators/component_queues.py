"""components/queues: a second to fourth worker, each what `async` is, under a name and with a size of its own."""

from pathlib import Path

OWNS = ("components/queues/*/*.yaml", "components/queues/*/sizing/*.yaml")
NUMBERS = (2, 3, 4)
_COPIED = ("deployment.yaml", "pod-disruption-budget.yaml")
_HEAD = "# Made from components/async by `make generate`.\n"
_KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
components:
  - ../../like-web
resources:
  - deployment.yaml
  - pod-disruption-budget.yaml
"""
_COMPONENT = """\
zone: customer
feature: a {nth} worker, for a queue of its own; needs {key}.replicas of at least 1 from the platform
after: [{after}]
objects:
  PodDisruptionBudget.policy/{name}: 0
  Deployment.apps/{name}: 2
pods:
  Deployment/{name}:
    containers: [{{name: async}}]
sizes:
  Deployment/{name}:
    spec.replicas: {key}.replicas
    spec.template.spec.containers.[async].resources: {key}.resources
"""
_SIZING = """\
# Listed by the platform: its grant. A folder of its own, so that apps without this worker need no {key} in their sizing.yaml.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
replacements:
  - source: {{kind: Sizing, name: sizing, fieldPath: spec.{key}.replicas}}
    targets:
      - select: {{kind: Deployment, name: {name}}}
        fieldPaths: [spec.replicas]
  - source: {{kind: Sizing, name: sizing, fieldPath: spec.{key}.resources}}
    targets:
      - select: {{kind: Deployment, name: {name}}}
        fieldPaths: ["spec.template.spec.containers.[name=async].resources"]
        options: {{create: true}}
"""


def files(root: Path) -> dict[str, str]:
    """Return the components. Raises ValueError where a file of `async` names itself otherwise than is known here."""
    made = {}
    for number, nth in zip(NUMBERS, ("second", "third", "fourth"), strict=True):
        folder, name, key = f"components/queues/{number}", f"async-{number}", f"async{number}"
        after = "scheduler" if number == NUMBERS[0] else f"queues/{number - 1}"
        made[f"{folder}/kustomization.yaml"] = _HEAD + _KUSTOMIZATION
        made[f"{folder}/component.yaml"] = _HEAD + _COMPONENT.format(nth=nth, name=name, key=key, after=after)
        made[f"{folder}/sizing/kustomization.yaml"] = _HEAD + _SIZING.format(name=name, key=key)
        for file in _COPIED:
            text = (root / "components/async" / file).read_text(encoding="utf-8")
            made[f"{folder}/{file}"] = _HEAD + _renamed(text, name, file)
    return made


def _renamed(text: str, name: str, file: str) -> str:
    """Return a manifest of `async` as another worker's: the object's name, and the label by which its pods are told apart."""
    label = "app.kubernetes.io/name: "
    first = "metadata:\n  name: "
    if f"{first}async\n" not in text or f"{label}async\n" not in text:
        raise ValueError(f"components/async/{file}: has no name async, and no label of it")
    return text.replace(f"{first}async\n", f"{first}{name}\n").replace(f"{label}async\n", f"{label}{name}\n")
