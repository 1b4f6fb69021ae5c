"""A name that the API server refuses.

What: `metadata.name` or `metadata.namespace` that isn't a name for its kind: capital letters, underscores, a hyphen
or dot at an end, too long (63 for a Namespace, Service or Job, 52 for a StatefulSet or CronJob, 50 for a database
Cluster, else 253).
Why: the API server refuses the object, so the sync stops half-way, or a controller can't make pods of that name.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: Shop_Settings

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: shop-settings

Fix: write lower-case letters, digits and hyphens, a letter first.
"""

from collections.abc import Iterator

from ...app.app import App
from ...kubernetes import naming
from ...render.objects import Object
from .. import Problem

ID = "object-name"
HINT = "write lower-case letters, digits and hyphens, a letter first"

_CHECKS = {
    "Namespace": naming.dns_label,
    "Service": naming.dns_label_1035,
    "StatefulSet": naming.dns_label,
}
# What controllers add to the name for pods, labels or host names leaves them less than 253.
_LONGEST = {"Job": 63, "StatefulSet": 52, "CronJob": 52, "Cluster": 50}
_PATH_SEGMENT = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with the names in an object's metadata."""
    name = obj.get("metadata", "name")
    wrong = "" if obj.kind in _PATH_SEGMENT else _CHECKS.get(obj.kind, naming.dns_subdomain)(name)
    longest = _LONGEST.get(obj.kind, naming.SUBDOMAIN_MAX)
    if not wrong and isinstance(name, str) and len(name) > longest:
        wrong = f"has {len(name)} characters, {longest} are allowed for a {obj.kind}"
    if wrong:
        yield Problem(f"the name {str(name)[:80]!r} {wrong}", obj, ("metadata", "name"))
    namespace = obj.get("metadata", "namespace")
    if namespace is not None and (wrong := naming.dns_label(namespace)):
        yield Problem(f"the namespace {str(namespace)[:80]!r} {wrong}", obj, ("metadata", "namespace"))
