"""Which components an app picks, and how big it is: drawn as apps are, few with everything, all mixes possible."""

from dataclasses import dataclass
from random import Random

SMALL, MEDIUM, LARGE = "small", "medium", "large"


@dataclass(frozen=True)
class Mix:
    """One app's choices. `features` and `infrastructure` are components in the order in which they are listed."""

    features: tuple[str, ...]
    infrastructure: tuple[str, ...]
    hosts: int
    size: str
    replicas: int
    health_path: bool
    """The customer patches the probes' path."""
    own_names: bool
    """The customer maps the database's keys to the app's own names."""

    @property
    def worker(self) -> bool:
        """Whether the app runs /async."""
        return "async" in self.features or "async-container" in self.features

    @property
    def storage(self) -> str:
        """`rwo`, `nfs`, `cephfs` or nothing."""
        return next((name.removeprefix("storage/") for name in self.infrastructure if name.startswith("storage/")), "")

    @property
    def database(self) -> str:
        """`standalone`, `cnpg` or `external`."""
        return next(name.removeprefix("postgres/") for name in self.infrastructure if name.startswith("postgres/"))


def draw(random: Random) -> Mix:
    """Draw an app's mix. What can't go together isn't drawn: files of one node in two pods, /init in many pods."""
    storage = _one(random, {"": 3, "rwo": 3, "nfs": 2, "cephfs": 2})
    worker = _one(random, {"": 5, "async": 3, "async-container": 2})
    if storage == "rwo" and worker == "async":
        worker = "async-container"
    sealed = _chance(random, 0.8)
    init = _chance(random, 0.15)
    routes = _one(random, {"ingress": 6, "gateway": 3, "both": 1})
    hosts = _one(random, {1: 5, 2: 3, 3: 1, 4: 1})
    features = [
        *(["sealed-secrets"] if sealed else []),
        *(["restart-on-change"] if sealed and _chance(random, 0.5) else []),
        *(["private-registry"] if _chance(random, 0.4) else []),
        *(["init-container"] if init else []),
        *([worker] if worker else []),
        *(["scheduler"] if worker and _chance(random, 0.4) else []),
        *(["ingress"] if routes != "gateway" else []),
        *(["gateway"] if routes != "ingress" else []),
        *([f"hosts/{hosts}"] if hosts > 1 else []),
        *(["egress"] if _chance(random, 0.3) else []),
    ]
    infrastructure = [
        "tenant",
        f"postgres/{_one(random, {'standalone': 5, 'cnpg': 3, 'external': 2})}",
        *(["valkey"] if _chance(random, 0.6 if worker else 0.2) else []),
        *([f"storage/{storage}"] if storage else []),
        *(["monitoring"] if _chance(random, 0.3) else []),
        "sizing",
    ]
    size = _one(random, {SMALL: 6, MEDIUM: 3, LARGE: 1})
    return Mix(
        features=tuple(features),
        infrastructure=tuple(infrastructure),
        hosts=hosts,
        size=size,
        replicas=1 if init or storage == "rwo" else {SMALL: 1, MEDIUM: 2, LARGE: 3}[size],
        health_path=_chance(random, 0.5),
        own_names=_chance(random, 0.2),
    )


def _one(random: Random, weights: dict):
    return random.choices(list(weights), list(weights.values()))[0]


def _chance(random: Random, share: float) -> bool:
    return random.random() < share
