import pytest

from ..cases import Case, check


def _volume(name: str, spec: str) -> str:
    return f"---\nkind: PersistentVolume\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def _nfs(name: str, server: str, path: str = "/media") -> str:
    return _volume(name, f"{{nfs: {{server: '{server}', path: {path}}}}}")


def _service(address: str) -> str:
    return f"---\nkind: Service\nmetadata: {{name: nfs-server}}\nspec: {{clusterIP: '{address}'}}\n"


A, B = "overlays/customers/a/b/kustomization.yaml:1", "overlays/customers/c/d/kustomization.yaml:1"
CASES = [
    Case("a server each", {"a/b": _nfs("a-b-media", "fd00::1"), "c/d": _nfs("c-d-media", "fd00::2")}),
    Case("a folder each", {"a/b": _nfs("a-b-media", "fd00::1", "/b"), "c/d": _nfs("c-d-media", "fd00::1", "/d")}),
    Case("the server and its client", {"a/b": _nfs("a-b-media", "fd00::1"), "a/b-nfs": _service("fd00::1")}),
    Case("headless", {"a/b": _service("None"), "c/d": _service("None")}),
    Case(
        "name",
        {"a/b": _nfs("media", "fd00::1"), "c/d": _nfs("media", "fd00::2")},
        [f"{A} # PersistentVolume media is that of c/d", f"{B} # a/b, too"],
    ),
    Case(
        "folder, written otherwise",
        {"a/b": _nfs("a-b-media", "fd00::1"), "c/d": _nfs("c-d-media", "FD00:0::0:1", "/media/")},
        [f"{A} # folder /media of fd00::1", f"{B} # a/b, too"],
    ),
    Case(
        "driver",
        {"a/b": _volume("x", "{csi: {volumeHandle: 17}}"), "c/d": _volume("y", "{csi: {volumeHandle: 17}}")},
        [f"{A} # volume 17", f"{B} # volume 17"],
    ),
    Case(
        "address",
        {"a/b": _service("fd00::1"), "c/d": _service("fd00::0001")},
        [f"{A} # address fd00::1", f"{B} # address"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("volume-duplicate", case)
