import pytest

from ..cases import Case, check


def _web(image: str, place: str = "containers") -> str:
    return (
        f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{{place}: [{{image: {image}}}]}}}}}}\n"
    )


AT = "Deployment/web /spec/template/spec/containers/0/image"
DIGEST = "sha256:" + "0a" * 32
CASES = [
    Case("version", _web("registry.example.com/example/shop:2.4.1")),
    Case("short name", _web("postgres:18.1")),
    Case("port in the registry", _web("registry.example.com:5000/shop:v1")),
    Case("digest", _web(f"registry.example.com/shop@{DIGEST}")),
    Case("tag and digest", _web(f"registry.example.com/shop:latest@{DIGEST}")),
    Case("a commit", _web("shop:main-3f2a9c1")),
    Case("a date", _web("shop:2026.11.23-stable")),
    Case("the operator's default", "kind: Cluster\nmetadata: {name: database}\nspec: {instances: 2}\n"),
    Case("latest", _web("shop:latest"), [f"{AT} # the tag 'latest', which can move"]),
    Case("capitals", _web("shop:Latest"), [f"{AT} # the tag 'Latest', which can move"]),
    Case("none", _web("registry.example.com/example/shop"), [f"{AT} # has no tag"]),
    Case("a port is no tag", _web("registry.example.com:5000/shop"), [f"{AT} # has no tag"]),
    Case("branch", _web("shop:main"), [f"{AT} # 'main', which can move"]),
    Case("stable", _web("shop:stable"), [f"{AT} # 'stable', which can move"]),
    Case("stage", _web("shop:production"), [f"{AT} # 'production', which can move"]),
    Case("channel", _web("shop:lts"), [f"{AT} # 'lts', which can move"]),
    Case("placeholder", _web("app"), [f"{AT} # the base's placeholder"]),
    Case("no name", _web("registry.example.com/Shop:1"), [f"{AT} # is no image name"]),
    Case("short digest", _web("shop@sha256:abc"), [f"{AT} # has a digest that is none"]),
    Case("an address", _web("https://registry.example.com/shop:1"), [f"{AT} # is no image name"]),
    Case(
        "init container",
        _web("shop:latest", "initContainers"),
        [f"{AT.replace('containers', 'initContainers')} # latest"],
    ),
    Case(
        "once",
        _web("shop:latest") + "---\n" + _web("shop:latest", "initContainers"),
        [f"{AT} # 'latest', which can move"],
    ),
    Case(
        "database",
        "kind: Cluster\nmetadata: {name: database}\nspec: {imageName: 'postgres:latest'}\n",
        ["Cluster/database /spec/imageName # 'latest', which can move"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("image-tag", case)
