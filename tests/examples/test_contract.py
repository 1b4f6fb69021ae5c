"""The environment and the command of the tests are those of the library, and the documentation names them all."""

from typing import Any

import yaml

from .image import EXAMPLES, ROOT
from .sandbox import RUN, Sandbox

OWN = {"SECRET_KEY", "API_TOKEN"}  # the Secret `app` of the example
PAGE = (ROOT / "docs/image-contract.md").read_text()


def web_container() -> dict[str, Any]:
    """Container web of the library's Deployment."""
    deployment = yaml.safe_load((ROOT / "base/web/deployment.yaml").read_text())
    return deployment["spec"]["template"]["spec"]["containers"][0]


def config(name: str) -> dict[str, str]:
    """The literals of a generated ConfigMap of the library."""
    generators = yaml.safe_load((ROOT / "base/kustomization.yaml").read_text())["configMapGenerator"]
    literals = next(entry["literals"] for entry in generators if entry["name"] == name)
    return dict(literal.split("=", 1) for literal in literals)


def test_environment_is_the_library_s(sandbox: Sandbox, database: dict[str, str], image: Any) -> None:
    given = (
        {entry["name"] for entry in web_container()["env"]} | set(config("app-defaults")) | set(config("app-config"))
    )
    in_tests = set(sandbox.environment) - OWN - (set(image.env) - given)
    assert in_tests == given
    technical = {name: value for name, value in config("app-defaults").items() if "app.invalid" not in value}
    assert {name: sandbox.environment[name] for name in technical} == technical


def test_command_is_the_library_s() -> None:
    assert tuple(web_container()["command"]) == RUN


def test_every_variable_is_documented() -> None:
    names = (
        {entry["name"] for entry in web_container()["env"]} | set(config("app-defaults")) | set(config("app-config"))
    )
    undocumented = {
        name for name in names | {"VALKEY_BROKER_URL", "BROKER_URL", "CACHE_URL"} if f"`{name}`" not in PAGE
    }
    assert not undocumented


def test_every_file_the_containerfile_copies_exists() -> None:
    instructions = [line.split() for line in (EXAMPLES / "Containerfile").read_text().splitlines()]
    copied = [
        word
        for words in instructions
        if words[:1] == ["COPY"] and not any(word.startswith("--from") for word in words)
        for word in words[1:-1]
        if not word.startswith("--")
    ]
    assert {"requirements.txt", "app/", "commands/run"} <= set(copied)
    assert [name for name in copied if not (EXAMPLES / name).exists()] == []
