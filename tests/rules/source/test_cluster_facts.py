import re
from pathlib import Path

import pytest
import yaml

import validators
from validators.sources.cluster import FILE, REQUIRED, contact

from ..cases import FACTS, Case, app_of, check

K, F = "platform/kustomization.yaml", "cluster/facts.yaml"
LISTED = "components:\n  - ../../../cluster\n  - ../../../../components/tenant\n"
GOOD = {K: LISTED}


def without(path: str) -> str:
    part, _, last = path.partition(".")
    text, count = re.subn(rf"(  {part}: .*?){last}: [^,}}]+(, )?", r"\1", FACTS)
    assert count == 1
    return text


def line(path: str) -> int:
    """Return the line of what a fact stands in."""
    return 1 + [row.split(":")[0].strip() for row in FACTS.splitlines()].index(path.partition(".")[0])


NONE = FACTS.replace("rook-cephfs", "none").replace(
    "{name: public, namespace: gateway}", "{name: none, namespace: none}"
)
BY_GATEWAY = {"kustomization.yaml": "components:\n  - ../../../../components/gateway\n"}
CASES = [
    Case("listed first", GOOD),
    Case("another way to write it", {K: "components:\n  - ../../../cluster/\n"}),
    Case("further facts", {**GOOD, F: f"{FACTS}  ingress: {{class: nginx}}\n"}),
    Case("no kustomization", {"absent": (K,)}),
    Case("not listed", {K: LISTED.replace("  - ../../../cluster\n", "")}, [f"{K}:1 # overlays/cluster isn't listed"]),
    Case("no list", {K: "namespace: example-app\n"}, [f"{K}:1 # overlays/cluster isn't listed"]),
    Case(
        "below another",
        {K: "components:\n  - ../../../../components/tenant\n  - ../../../cluster\n"},
        [f"{K}:3 # overlays/cluster stands below tenant"],
    ),
    Case("no folder", {**GOOD, "absent": ("cluster",)}, [f"{K}:1 # there is no overlays/cluster"]),
    Case("a number", {**GOOD, F: FACTS.replace("name: public", "name: 7")}, [f"{FILE}:7 # spec.gateway.name is '7'"]),
    Case("none of what nobody takes", {**GOOD, F: NONE}),
    Case(
        "none, and taken",
        {K: f"{LISTED}  - ../../../../components/storage/cephfs\n", F: NONE},
        [f"{FILE}:6 # spec.storageClasses.files is none, and the component storage/cephfs takes it"],
    ),
    Case(
        "no Gateway, and taken",
        {**GOOD, **BY_GATEWAY, F: NONE},
        [
            f"{FILE}:7 # spec.gateway.name is none, and the component gateway",
            f"{FILE}:7 # spec.gateway.namespace is none",
        ],
    ),
    Case(
        "no issuer",
        {K: f"{LISTED}  - ../../../../components/certificate\n"},
        [f"{FILE}:4 # spec.certificates.issuer is missing, and the component certificate takes it"],
    ),
    Case("a Gateway, and taken", {**GOOD, **BY_GATEWAY}),
    Case("a route", {**GOOD, F: f"{FACTS}  route: gateway\n"}),
    Case("another route", {**GOOD, F: f"{FACTS}  route: [tunnel]\n"}, [f"{FILE}:9 # spec.route is"]),
    Case(
        "a misspelt part", {**GOOD, F: FACTS.replace("contact:", "contcat:")}, [f"{FILE}:5 # spec.contcat is no fact"]
    ),
    Case(
        "a misspelt key",
        {**GOOD, F: FACTS.replace("address", "adress")},
        [f"{FILE}:5 # spec.contact.adress is no fact"],
    ),
    Case(
        "one for another",
        {**GOOD, F: FACTS.replace("{name: public, ", "{")},
        [f"{FILE}:7 # spec.gateway.name is missing"],
    ),
    Case("IPv4", {**GOOD, F: f"{FACTS}  ipv4: true\n"}),
    Case("IPv4 as a text", {**GOOD, F: f"{FACTS}  ipv4: 'no'\n"}, [f"{FILE}:9 # spec.ipv4 is 'no'"]),
    *(
        Case(f"no {path}", {**GOOD, F: without(path)}, [f"{FILE}:{line(path)} # spec.{path} is missing"])
        for path in REQUIRED
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("cluster-facts", case)


def test_the_contact_is_for_messages() -> None:
    assert str(contact(app_of(GOOD).library)) == "ungleich (support@example.com)"
    assert str(contact(app_of({**GOOD, F: without("contact.address")}).library)) == "ungleich"
    assert str(contact(app_of({**GOOD, "absent": ("cluster",)}).library)) == "the platform"


def test_no_component_names_what_the_facts_say() -> None:
    root = Path(validators.__file__).parents[1]
    spec = yaml.safe_load((root / FILE).read_text())["spec"]
    names = {*spec["storageClasses"].values(), "name: public", "namespace: gateway", spec["dns"]["namespace"]}
    found = [
        f"{file}: {name}"
        for folder in ("base", "components")
        for file in (root / folder).rglob("*.yaml")
        for name in names
        if name in file.read_text()
    ]
    assert found == []
