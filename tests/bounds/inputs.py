"""Customers' folders that cost as much as anybody knew how to make them cost."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.attacks.corpus import TREE, VICTIM, dump

Files = dict[str, str | bytes]
K = "kustomization.yaml"
FOLDER = TREE / "overlays" / "customers" / VICTIM
BASE = FOLDER.joinpath(K).read_text(encoding="utf-8")
ENV = FOLDER.joinpath("app.env").read_text(encoding="utf-8")
WEB = {"kind": "Deployment", "name": "web"}


@dataclass(frozen=True)
class Input:
    """What is committed to the victim's folder, beside the files that it has; `passes`: nothing is wrong with it."""

    title: str
    make: Callable[[], Files]
    passes: bool = False
    rules: tuple[str, ...] = field(default=())
    """Of which findings are expected, among others."""


def _lists(key: str, items: list, *, before: str = BASE) -> str:
    """Return the kustomization with more items in a list, the list's own first."""
    import yaml

    value = yaml.safe_load(before)
    return dump({**value, key: [*value.get(key, []), *items]})


def _merge(**pod: object) -> dict:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"template": {"spec": pod}},
    }


def _environment(count: int) -> dict:
    variables = [{"name": f"NAME_{number}", "value": str(number)} for number in range(count)]
    return _merge(containers=[{"name": "web", "env": variables}])


def _volumes(count: int) -> str:
    return dump(_merge(volumes=[{"name": f"v{number}", "hostPath": {"path": "/"}} for number in range(count)]))


def _generators(key: str, times: int, generators: int) -> list[dict]:
    return [{"name": f"g{number}", key: _names(key, times, number)} for number in range(generators)]


def _names(key: str, times: int, number: int) -> list[str]:
    return [f"k{number}-{time}=big.txt" if key == "files" else "big.env" for time in range(times)]


def _sealed(name: str, data: dict) -> str:
    head = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": name}}
    return dump({**head, "spec": {"encryptedData": data}})


def _operations(count: int, path: str, value: object) -> str:
    return dump([{"op": "add", "path": path, "value": value} for _ in range(count)])


def _patch(text: str, times: int = 1) -> Files:
    return {K: _lists("patches", [{"target": WEB, "path": "p.yaml"}] * times), "p.yaml": text}


INPUTS = (
    Input(
        "a value of 65,000 digits and a letter",
        lambda: {K: f"{BASE}x: {'1' * 65000}x\n"},
        rules=("customer-kustomization",),
    ),
    Input(
        "2,000 patches by a file of 2,500 volumes", lambda: _patch(_volumes(2500), 2000), rules=("customer-patches",)
    ),
    Input("one patch of 3,000 volumes of the host", lambda: _patch(_volumes(3000)), rules=("customer-patches",)),
    Input(
        "5,000 times an env file of 30,000 lines",
        lambda: {
            K: _lists("configMapGenerator", _generators("envs", 5000, 1)),
            "big.env": "".join(f"N{n}=\n" for n in range(30000)),
        },
        rules=("customer-environment",),
    ),
    Input(
        "9,000 times a resource",
        lambda: {K: _lists("resources", ["big.yaml"] * 2000), "big.yaml": "a:\n" + "- 1\n" * 15000},
        rules=("customer-objects",),
    ),
    Input(
        "19 generators with a file of 260 kB three times",
        lambda: {K: _lists("configMapGenerator", _generators("files", 3, 19)), "big.txt": "x" * 260_000},
        rules=("customer-environment",),
    ),
    Input(
        "90 files of 5,000 values",
        lambda: {f"f{n}.yaml": f"a{n}:\n" + "- 1\n" * 5000 for n in range(90)},
        rules=("yaml-strict",),
    ),
    Input(
        "90 resources of 5,000 values that aren't named YAML",
        lambda: {
            K: _lists("resources", [f"f{n}" for n in range(90)]),
            **{f"f{n}": f"a{n}:\n" + "- 1\n" * 5000 for n in range(90)},
        },
        rules=("customer-objects",),
    ),
    Input(
        "90 patches as texts of 1,200 values",
        lambda: {K: _lists("patches", [{"target": WEB, "patch": f"a{n}: [" + "1," * 1200 + "]"} for n in range(90)])},
        rules=("customer-patches",),
    ),
    Input(
        "9,000 fields that there aren't",
        lambda: {K: BASE + "".join(f"field{n}: 1\n" for n in range(9000))},
        rules=("customer-kustomization",),
    ),
    Input(
        "a SealedSecret of 9,000 keys that aren't",
        lambda: {K: _lists("resources", ["s.yaml"]), "s.yaml": _sealed("s", {f"k{n}/": "AgBx" for n in range(9000)})},
        rules=("customer-objects",),
    ),
    Input(
        "2,000 files that there aren't, with names like those of 90",
        lambda: {
            K: _lists(
                "configMapGenerator", [{"name": "g", "files": [f"{'abcdefghij' * 3}{n:08}" for n in range(2000)]}]
            ),
            **{f"{'bacdefghij' * 3}{n:08}": "" for n in range(90)},
        },
        rules=("customer-paths",),
    ),
    Input(
        "40 paths of 6,000 letters",
        lambda: {K: _lists("resources", [f"https://{n}/" + "a" * 6000 for n in range(40)])},
        rules=("customer-paths",),
    ),
    Input(
        "a HOSTS of 20,000 names",
        lambda: {"app.env": ENV.replace("HOSTS=", "HOSTS=" + "a.example," * 20000)},
        rules=("customer-environment",),
    ),
    Input(
        "an image of 60,000 letters and dashes",
        lambda: {K: BASE.replace("newName: ", "newName: " + "a-" * 30000)},
        rules=("customer-kustomization",),
    ),
    Input(
        "an operation at a path of 20,000 steps",
        lambda: _patch(_operations(3, "/a" * 20000, 1)),
        rules=("customer-patches",),
    ),
    Input(
        "mappings in 20 mappings, 200 times",
        lambda: _patch(
            dump(_merge(containers=[{"name": "web", "env": [{"name": "A", "valueFrom": _deep(15)}]}] * 200))
        ),
        rules=("customer-patches",),
    ),
    Input(
        "nine lists of nine aliases",
        lambda: {"a.yaml": "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9) if n else 1}]\n" for n in range(9))},
        rules=("yaml-strict",),
    ),
    Input("100,000 lists in each other", lambda: {"a.yaml": "a: " + "[" * 100_000}, rules=("yaml-strict",)),
    Input("100,000 question marks", lambda: {"a.yaml": "? " * 100_000}, rules=("yaml-strict",)),
    Input(
        "a line of 25,000 quoted words, and no end",
        lambda: {"a.yaml": "a: {" + '"b": c, ' * 25_000},
        rules=("yaml-strict",),
    ),
    Input(
        "an invisible letter in each of 20,000 lines",
        lambda: {"app.env": ENV + "".join(f"N{n}=\u200b\n" for n in range(20_000))},
        rules=("customer-environment",),
    ),
    Input("good: 420 variables by merge", lambda: _patch(dump(_environment(420))), passes=True),
    Input(
        "good: 420 variables by operations",
        lambda: _patch(
            dump(
                [
                    {
                        "op": "add",
                        "path": "/spec/template/spec/containers/0/env/-",
                        "value": {"name": f"N{n}", "value": "a"},
                    }
                    for n in range(420)
                ]
            )
        ),
        passes=True,
    ),
    Input(
        "good: 1,900 lines in app.env",
        lambda: {"app.env": ENV + "".join(f"NAME_{n}=value\n" for n in range(1900))},
        passes=True,
    ),
    Input(
        "good: 1,000 kB in config maps",
        lambda: {
            K: _lists("configMapGenerator", [{"name": f"g{n}", "files": [f"f{n}.txt"]} for n in range(5)]),
            **{f"f{n}.txt": f"{n} text\n" * 25_000 for n in range(5)},
        },
        passes=True,
    ),
    Input(
        "good: 30 SealedSecrets of 60 kB",
        lambda: {
            K: _lists("resources", [f"s{n}.yaml" for n in range(30)]),
            **{f"s{n}.yaml": _sealed(f"s{n}", {"A": f"AgB{n:02}x" * 10_000}) for n in range(30)},
        },
        passes=True,
    ),
)


def _deep(depth: int) -> dict:
    return {"a": _deep(depth - 1)} if depth else {"b": 1}
