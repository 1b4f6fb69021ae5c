"""An app that kustomize doesn't build.

What: `kustomize build` of the platform's folder fails, or takes more time or memory than an app may.
Why: ArgoCD would not deploy the app, and goes on with what ran before, without a word to the customer.

Bad:

    # file: error
    no matches for Id Deployment.v1.apps/async

Good:

    # file: error

Fix: see kustomize's reason; `render` builds one app and shows it.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from .. import Problem

ID = "kustomize-build"
HINT = Advice("put right what it names", "help, if it names nothing in your folder", "put right what it names")


def check(app: App) -> Iterator[Problem]:
    """Yield why the app isn't built."""
    if app.error:
        text = " ".join(app.error.split())
        yield Problem(f"isn't built: {text if len(text) < 400 else text[-400:]}", place=app.home)
