"""A ConfigMap that the API server refuses.

What: keys with other characters than letters, digits, `-`, `_` and `.`, a key that is both in `data` and in
`binaryData`, and more than 1 MiB altogether.
Why: the API server refuses the object, and ArgoCD stops before the pods that need it. Values go into etcd, which isn't
made for files.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: settings
    data:
      our settings.py: DEBUG = False

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: settings
    data:
      our_settings.py: DEBUG = False

Fix: rename the key; put large files into the image or on the volume `media`.
"""

from collections.abc import Iterator

from ...app.app import App
from ...kubernetes import naming
from ...render.objects import Object
from .. import Problem

ID = "config-map-data"
KINDS = ("ConfigMap",)
HINT = "write letters, digits, hyphens, underscores and dots"

_LARGEST = 1024 * 1024


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with the keys of a ConfigMap, and with its size."""
    size = 0
    for field in ("data", "binaryData"):
        for key, value in obj.mapping(field).items():
            if wrong := naming.data_key(key):
                yield Problem(f"the key {str(key)[:80]!r} {wrong}", obj, (field, key))
            length = len(str(value).encode(errors="replace"))
            size += length * 3 // 4 if field == "binaryData" else length
    for key in obj.mapping("data").keys() & obj.mapping("binaryData").keys():
        yield Problem(f"the key {key} is in data, too", obj, ("binaryData", key), hint="rename one")
    if size > _LARGEST:
        hint = "put large files into the image or on the volume media"
        yield Problem(f"the values have {size:,} bytes, {_LARGEST:,} are allowed", obj, ("data",), hint=hint)
