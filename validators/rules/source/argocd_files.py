"""A file in the platform's folder that makes ArgoCD build something else.

What: `.argocd-source.yaml` and its like, a Helm chart, a second kustomization file under another name.
Why: ArgoCD reads them before kustomization.yaml and lets them replace images, parameters or the whole way of
building; nothing that is checked here would be what runs.

Bad:

    # file: platform/.argocd-source.yaml
    kustomize:
      images: [app=registry.example.com/other]
    # file: platform/kustomization.yaml
    namespace: example-app

Good:

    # file: platform/kustomization.yaml
    namespace: example-app

Fix: delete the file, and write what it was meant to do into kustomization.yaml or sizing.yaml.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Place
from ...policy import argocd
from .. import Problem

ID = "argocd-files"
HINT = "delete the file, and write what it was meant to do into kustomization.yaml"


def check(app: Sources) -> Iterator[Problem]:
    """Yield the files of the platform's folder that ArgoCD would obey; customer-files refuses the customer's."""
    for path in sorted(app.platform.files):
        name = path.rpartition("/")[2]
        if argocd.obeys(name):
            yield Problem(f"{name[:100]} changes what ArgoCD builds", place=Place(f"{app.platform.path}/{path}"))
