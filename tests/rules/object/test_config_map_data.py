import pytest

from ..cases import Case, check


def _map(**fields: str) -> str:
    rows = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"kind: ConfigMap\nmetadata: {{name: settings}}\n{rows}"


AT = "ConfigMap/settings"
CASES = [
    Case("plain", _map(data="{A_KEY: a, settings-2.py: b, .hidden: c}", binaryData="{logo.png: YQ==}")),
    Case("nothing", _map()),
    Case("1 MiB", _map(data=f"{{a: {'x' * 1048576}}}")),
    Case("1 MiB in base64", _map(binaryData=f"{{a: {'x' * 1398100}}}")),
    Case("space", _map(data="{our key: a}"), [f"{AT} /data/our key # 'our key' may only have"]),
    Case("slash", _map(data="{a/b: a}"), [f"{AT} /data/a~1b # may only have"]),
    Case("dots", _map(data="{..: a}"), [f"{AT} /data/.. # can't be the name of a file"]),
    Case("dots in front", _map(binaryData="{..a: YQ==}"), [f"{AT} /binaryData/..a # can't be"]),
    Case("in both", _map(data="{a: a}", binaryData="{a: YQ==}"), [f"{AT} /binaryData/a # is in data, too"]),
    Case("too large", _map(data=f"{{a: {'x' * 1048576}, b: z}}"), [f"{AT} /data # 1,048,577 bytes"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("config-map-data", case)
