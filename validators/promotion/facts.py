"""The facts of an app, read from the platform's tree."""

from collections.abc import Iterator

from ..app.sources import Sources
from ..policy import components, sizes
from ..sources import app_file, cluster
from ..sources.app_facts import AppFacts, dump
from ..sources.customer import library_root
from ..sources.zones import on_disk


def text(app: Sources, library: str) -> str:
    """Return the facts of an app as YAML; `library`: the version that it gets."""
    file = app_file.read(app.platform)
    most = _limits(app)
    return dump(
        AppFacts(
            app=app.name,
            library=library,
            components=tuple(app.infrastructure),
            sizes=tuple(key for key in _keys(app) if key not in most),
            limits=most,
            contact=cluster.contact(app.library),
            ipv4=cluster.ipv4(app.library),
            signers=file.repository.signers if file and file.repository else (),
            platform=app.zones.name if app.zones != on_disk(library_root()) else "",
        )
    )


def _keys(app: Sources) -> Iterator[str]:
    """Yield the keys of the app's sizing.yaml, `async.resources`; a count of 0 is what wasn't ordered, and what the
    platform adds itself is nothing that a customer's file is held to."""
    for path, _ in sizes.values(app.sizing):
        key = ".".join(path[:2])
        if path[0] != sizes.EXTRA and app.size(key) not in (0, None):
            yield key


def _limits(app: Sources) -> dict[str, str]:
    """Return those of the sizes that no component copies into an object: a customer's setting may go up to them."""
    copied = {size for fields in sizes.table().values() for size in fields.values()}
    needed = {size for feature in components.CUSTOMER_ORDER for size in sizes.needed(feature)}
    found = {size: app.size(size) for size in sorted(needed - copied) if size in set(_keys(app))}
    return {size: str(value) for size, value in found.items() if isinstance(value, str | int)}
