import pytest

from ..cases import Case, check


def _web(mounts: str, volumes: str = "[{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]") -> str:
    pod = f"{{containers: [{{name: web, volumeMounts: {mounts}}}], volumes: {volumes}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {pod}}}}}\n"


def _device(mounts: str, name: str) -> str:
    volumes = "[{name: claim, persistentVolumeClaim: {claimName: c}}, {name: files, emptyDir: {}}]"
    return _web(f"{mounts}, volumeDevices: [{{name: {name}, devicePath: /dev/x}}]", volumes)


def _sealed(name: str, keys: str) -> str:
    return f"---\nkind: SealedSecret\nmetadata: {{name: {name}}}\nspec: {{encryptedData: {keys}}}\n"


TWO = _sealed("one", "{key.pem: Ag, a: Ag}") + _sealed("two", "{key.pem: Ag, b: Ag}")
PROJECTED = "[{name: s, projected: {sources: [{secret: {name: one}}, {secret: {name: two%s}}]}}]"
TWICE = "{name: t, projected: {sources: [{secret: {name: one, items: [{key: a, path: a}, {key: b, path: a}]}}]}}"
POD = "Deployment/web /spec/template/spec"
M, V = f"{POD}/containers/0/volumeMounts", f"{POD}/volumes"
CASES = [
    Case("two", _web("[{name: a, mountPath: /a}, {name: b, mountPath: /a/b}]")),
    Case(
        "one volume at two paths",
        _web("[{name: a, mountPath: /a, subPath: x}, {name: a, mountPath: /b, subPath: y/z}]"),
    ),
    Case("a volume that no container mounts", _web("[]", "[{name: secret-revision, configMap: {name: x}}]")),
    Case(
        "a claim template",
        "kind: StatefulSet\nmetadata: {name: db}\nspec: {volumeClaimTemplates: [{metadata: {name: data}}], "
        "template: {spec: {containers: [{name: db, volumeMounts: [{name: data, mountPath: /data}]}]}}}\n",
    ),
    Case("projected, renamed", _web("[]", PROJECTED % ", items: [{key: key.pem, path: two.pem}]") + TWO),
    Case("empty projected", _web("[]", "[{name: s, projected: {sources: []}}]")),
    Case("no volume", _web("[{name: c, mountPath: /c}]"), [f"{M}/0/name # mounts c, and there is no such volume"]),
    Case("one path", _web("[{name: a, mountPath: /a}, {name: b, mountPath: /a/}]"), [f"{M}/1/mountPath # at /a/"]),
    Case("relative", _web("[{name: a, mountPath: media}]"), [f"{M}/0/mountPath # 'media'"]),
    Case("colon", _web("[{name: a, mountPath: '/a:b'}]"), [f"{M}/0/mountPath # '/a:b'"]),
    Case("sub path up", _web("[{name: a, mountPath: /a, subPath: x/../..}]"), [f"{M}/0/subPath # leaves"]),
    Case("sub path absolute", _web("[{name: a, mountPath: /a, subPath: /etc}]"), [f"{M}/0/subPath # '/etc'"]),
    Case(
        "same name",
        _web("[]", "[{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]"),
        [f"{V}/1/name # two volumes named a"],
    ),
    Case("name", _web("[]", "[{name: my_files, emptyDir: {}}]"), [f"{V}/0/name # 'my_files'"]),
    Case(
        "two types", _web("[]", "[{name: a, emptyDir: {}, secret: {secretName: x}}]"), [f"{V}/0 # emptyDir and secret"]
    ),
    Case("no type", _web("[]", "[{name: a}]"), [f"{V}/0 # a is nothing"]),
    Case("a device", _device("[]", "claim")),
    Case(
        "a device that is mounted",
        _device("[{name: claim, mountPath: /a}]", "claim"),
        [f"{POD}/containers/0/volumeDevices/0 # mounted, too"],
    ),
    Case("files as a device", _device("[]", "files"), [f"{POD}/containers/0/volumeDevices/0 # no claim"]),
    Case(
        "one path twice",
        _web("[]", f"[{TWICE}]"),
        [f"{V}/0/projected/sources/0/secret # files a of one and one"],
    ),
    Case(
        "two Secrets with one key",
        _web("[]", PROJECTED % "") + TWO,
        [f"{V}/0/projected/sources/1/secret # files key.pem of one and two"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("volume-mount", case)
