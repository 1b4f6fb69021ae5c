import pytest

from tests.conftest import ROOT
from validators import rules
from validators.sources.tree import Tree

from ..cases import Case, app_of, check

RESOURCES = "resources: {limits: {cpu: 1}}"
SIZING = f"web: {{replicas: 1, {RESOURCES}}}"


def of(feature: str, sizing: str) -> dict:
    kustomization = f"resources: [../../../../base]\ncomponents: [../../../../components/{feature}]\n"
    return {
        "kustomization.yaml": kustomization,
        "platform/kustomization.yaml": "components:\n  - ../../../../components/sizing\n",
        "platform/sizing.yaml": f"kind: Sizing\nspec:\n  {sizing}\n",
    }


OWN = "kind: Sizing\nspec: {extra: {report: {resources: {limits: {cpu: 1}}}}}\n"
COPIED = {
    "platform/kustomization.yaml": "components: [../../../../components/sizing]\nreplacements:\n"
    "  - source: {kind: Sizing, name: sizing, fieldPath: spec.extra.report.resources}\n"
    "    targets: [{select: {kind: CronJob, name: report}, fieldPaths: [spec.x]}]\n",
}
CASES = [
    Case(
        "a feature with a grant of its own",
        {**of("scheduler", f"scheduler: {{{RESOURCES}}}"), "grants": {"scheduler": "scheduler/sizing"}},
        ["platform/kustomization.yaml:1 # components/scheduler/sizing isn't listed"],
    ),
    Case("the platform's component, which customer-paths refuses", of("valkey", "web: {}")),
    Case("granted", of("async", f"async: {{replicas: 2, {RESOURCES}}}")),
    Case("granted in quotes", of("async", f'async: {{replicas: "2", {RESOURCES}}}')),
    Case("needs nothing", of("egress", "web: {}")),
    Case(
        "none",
        of("async", f"async: {{replicas: 0, {RESOURCES}}}"),
        ["platform/sizing.yaml:3 # the customer lists async, and async.replicas is 0"],
    ),
    Case("missing", of("scheduler", "web: {}"), ["platform/sizing.yaml:2 # scheduler.resources is missing"]),
    Case(
        "beside",
        of("async-container", f"async: {{replicas: 0, {RESOURCES}}}"),
        ["platform/sizing.yaml:3 # lists async-container, and async.replicas is 0"],
    ),
    Case("unsized", of("async", "async: {replicas: 1}"), ["platform/sizing.yaml:3 # async.resources is missing"]),
    Case(
        "a word",
        of("async", f"async: {{replicas: two, {RESOURCES}}}"),
        ["platform/sizing.yaml:3 # async.replicas is 'two', no whole number"],
    ),
    Case(
        "negative",
        of("async", f"async: {{replicas: -1, {RESOURCES}}}"),
        ["platform/sizing.yaml:3 # async.replicas is '-1', no whole number"],
    ),
    Case(
        "a mistyped size",
        of("egress", "web: {replica: 3}\n  webb: {replicas: 3}"),
        ["platform/sizing.yaml:3 # web.replica sizes nothing", "platform/sizing.yaml:4 # webb.replicas sizes nothing"],
    ),
    Case("not read", of("async", "async: {replicas: 1\n  x: ]")),
    Case("no sizing.yaml", of("async", "") | {"absent": ["platform/sizing.yaml"]}),
    Case("a size of the platform's own pod", COPIED, sizing=OWN),
    Case(
        "a size that isn't there",
        COPIED,
        [
            "platform/sizing.yaml:2 # extra.report.resources is missing, and a replacement in overlays/ungleich/",
            "platform/sizing.yaml:2 # extra.reports.resources sizes nothing",
        ],
        OWN.replace("report", "reports"),
    ),
    Case(
        "a size that goes nowhere",
        {**COPIED, "platform/kustomization.yaml": COPIED["platform/kustomization.yaml"].replace("report", "other")},
        [
            "platform/sizing.yaml:2 # extra.other.resources is missing",
            "platform/sizing.yaml:2 # extra.report.resources sizes nothing",
        ],
        OWN,
    ),
    Case(
        "not copied",
        of("egress", "web: {}") | {"platform/kustomization.yaml": "components: []\n"},
        ["platform/kustomization.yaml:1 # components/sizing isn't listed"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("feature-not-sized", case)


WHOLE = {
    "web": {"replicas": 1, "resources": 1},
    "migrate": {"resources": 1},
    "async": {"replicas": 0, "resources": 1},
    "scheduler": {"resources": 1},
    "valkey": {"storage": "4Gi", "resources": 1},
    "namespace": {"quota": "{pods: 9}", "limits": "[{type: Container}]"},
}


@pytest.mark.parametrize(("part", "key"), [(part, key) for part, keys in WHOLE.items() for key in keys])
@pytest.mark.parametrize("left", ["missing", "of the wrong type", "whole"])
def test_what_the_components_copy_is_needed(part: str, key: str, left: str) -> None:
    """From the library's own files: no list of keys is kept for the rule."""
    values = {name: dict(keys) for name, keys in WHOLE.items()}
    if left == "missing":
        del values[part][key]
    if left == "of the wrong type":
        values[part][key] = {"resources": "[1Gi]", "quota": "9", "limits": "{}", "storage": "[4Gi]"}.get(key, "1.5")
    lines = ["kind: Sizing", "spec:"]
    for name, keys in values.items():
        lines.append(f"  {name}:")
        for inner, value in keys.items():
            lines.append(f"    {inner}: {'{limits: {cpu: 1}}' if inner == 'resources' and value == 1 else value}")
    listed = "".join(f"  - ../../../../components/{name}\n" for name in ("tenant", "valkey", "sizing"))
    given = {
        "platform/kustomization.yaml": f"components:\n{listed}",
        "platform/sizing.yaml": "\n".join(lines) + "\n",
    }
    app = app_of(given, library=Tree(ROOT).library.files)
    found = list(rules.every()["feature-not-sized"].check(app))
    if left == "whole":
        assert found == []
        return
    [problem] = found
    assert problem.message.startswith(f"{part}.{key} is ")
    assert problem.place.path == "overlays/ungleich/example/app/sizing.yaml"
    shown = lines[problem.place.line - 1].strip()
    assert shown.startswith(f"{part}:" if left == "missing" else f"{key}:")
