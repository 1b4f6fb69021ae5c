"""The facts of one app that its customer may know: what the platform granted it, without a size or another's name.

With them a customer's own repository is checked against what is really there, not against a stand-in.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

import yaml

from ..policy.contact import Contact
from . import loader

FILE = "facts.yaml"
REF = "refs/hosting/facts"
"""Where promotion puts them in the customer's repository, as the file above."""
_HEAD = "# What the platform says of this app, for checks in this repository: written by promotion at each of your commits.\n"


@dataclass(frozen=True)
class AppFacts:
    """What of the platform's side a check of the customer's files needs."""

    app: str
    library: str
    """The version of the library that the app gets."""
    components: tuple[str, ...]
    """The platform's, in order: storage, database, granted features."""
    sizes: tuple[str, ...]
    """The keys of sizing.yaml, `async.resources`, without their values."""
    limits: dict[str, str]
    """What the customer's own settings may go up to, by key of sizing.yaml: `nginx.uploadLimit`."""
    contact: Contact
    ipv4: bool = False
    signers: tuple[str, ...] = ()
    platform: str = ""
    """The platform's folder in its repository's overlays/, where that isn't called as in the library's own."""


def dump(facts: AppFacts) -> str:
    """Return the facts as a YAML document."""
    data = {**asdict(facts), "contact": facts.contact._asdict()}
    if not facts.platform:  # an older version of the checks knows no such field
        del data["platform"]
    spec = {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}
    document = {"apiVersion": "hosting.ungleich.ch/v1", "kind": "AppFacts", "spec": spec}
    return _HEAD + yaml.safe_dump(document, sort_keys=False, width=1000)


def parse(data: bytes) -> AppFacts | None:
    """Return the facts of a document, None for what isn't one of these."""
    documents, problems = loader.load(data)
    value: Any = documents[0].value if len(documents) == 1 and not problems else None
    spec = value.get("spec") if isinstance(value, dict) and value.get("kind") == "AppFacts" else None
    try:
        lists = {key: tuple(map(str, spec[key])) for key in ("components", "sizes", "signers")}
        most = {str(key): str(value) for key, value in spec["limits"].items()}
        known = {field.name: spec[field.name] for field in fields(AppFacts) if field.name in spec}
        return AppFacts(**{**known, **lists, "limits": most, "contact": Contact(**spec["contact"])})
    except (AttributeError, KeyError, TypeError):
        return None
