"""Where the kinds that make pods have them."""

POD_SPECS: dict[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Kind -> pointer to the pod's spec."""


def of_target(target: str) -> tuple[str, ...]:
    """Return the pointer to the pod's spec in an object "Kind/name"."""
    return POD_SPECS[target.partition("/")[0]]


def short(where: str) -> str:
    """Return a pointer for people: without the way to the pod's spec."""
    for pointer in sorted(set(POD_SPECS.values()), key=len, reverse=True)[:-1]:
        where = where.replace(f"{'.'.join(pointer)}.", "")
    return where
