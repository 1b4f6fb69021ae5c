"""Render apps, each as it is and with its baseline, as many as possible of them together."""

from ..app.app import App
from ..app.sources import Sources
from ..ownership import baseline
from ..ownership.baseline import Baseline
from ..render.objects import Rendered
from .cache.baselines import LABEL, BaselineCache, Keys
from .workspace import Workspace


def render(apps: list[Sources], workspace: Workspace) -> list[App]:
    """Return the apps, rendered, in the same order; one that has no platform's folder renders to nothing."""
    pairs = [(app.customer, app.platform) for app in apps if app.platform.files]
    rendered = workspace.build(pairs)
    made = [App.of(app, rendered.get(app.platform.path, Rendered([]))) for app in apps]
    baselines = _baselines([app for app in made if app.platform.files and app.customer.files], workspace)
    return [app.held_against(baselines[app.name]) if app.name in baselines and not app.error else app for app in made]


def _baselines(apps: list[App], workspace: Workspace) -> dict[str, Rendered]:
    """Return the baselines by app, from the cache where it has them."""
    cache = workspace.baselines
    wanted = {app.name: baseline.of(app) for app in apps}
    keys = {app.name: cache.keys(app, wanted[app.name]) for app in apps}
    missing = _missing(wanted, keys, cache)
    rendered = workspace.build((one.customer, one.platform) for one in missing.values())
    for name, one in missing.items():
        objects, error = rendered[one.platform.path]
        if keys[name] is not None and not error:
            cache.put(keys[name], objects, one.label)
    found = {}
    for app in apps:
        one, known = wanted[app.name], keys[app.name]
        own = rendered.get(one.platform.path)
        if own is None and known is not None and (objects := cache.get(known)) is not None:
            found[app.name] = baseline.fill(app, LABEL, Rendered(objects))
            continue
        if own is None:
            own = workspace.build([(one.customer, one.platform)])[one.platform.path]
        found[app.name] = baseline.fill(app, one.label, own)
    return found


def _missing(wanted: dict[str, Baseline], keys: dict[str, Keys | None], cache: BaselineCache) -> dict[str, Baseline]:
    """Return the baselines, by app, whose objects neither the cache nor the baselines before them give."""
    missing: dict[str, Baseline] = {}
    labels: set[str] = set()
    given: set[str] = set()
    for name, one in wanted.items():
        own = keys[name]
        if one.label not in labels and (own is None or not cache.has(own, given)):
            missing[name] = one
            labels.add(one.label)
            given.update(own.values() if own else ())
    return missing
