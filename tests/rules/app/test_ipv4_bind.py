import pytest

from ..cases import FACTS, Case, check


def _web(args: str = "[]", command: str = "[]", env: str = "[]", image: str = "app") -> str:
    container = f"{{name: web, command: {command}, args: {args}, env: {env}}}"
    template = f"{{metadata: {{labels: {{hosting.ungleich.ch/image: {image}}}}}, spec: {{containers: [{container}]}}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {template}}}\n"


def _map(data: str) -> str:
    return f"kind: ConfigMap\nmetadata: {{name: app-config-t92gc66kcc}}\ndata: {data}\n"


C, M = "Deployment/web /spec/template/spec/containers/0", "ConfigMap/app-config-t92gc66kcc /data"


def _ipv4(rendered: str, says: str = "true") -> dict:
    return {"rendered": rendered, "cluster/facts.yaml": f"{FACTS}  ipv4: {says}\n"}


CASES = [
    Case("both families", _web("[gunicorn, --bind, '[::]:8000', shop.wsgi]")),
    Case("uvicorn", _web("[uvicorn, --host, '::', --port, '8000', shop.asgi]")),
    Case("a client of the pod itself", _web("[sh, -c, 'curl http://127.0.0.1:8000/ && exec /run']")),
    Case("ranges and lists", _map("{TRUSTED_PROXIES: '0.0.0.0/0,::/0', INTERNAL_IPS: 127.0.0.1, ALLOWED: 10.0.0.0}")),
    Case("a version", _map("{VERSION: 1.0.0.0.0, OTHER: 10.0.0.0.0}")),
    Case("variable", _map("{GUNICORN_CMD_ARGS: '--bind=[::]:8000 --workers=3', BIND: '[::]:8000'}")),
    Case("not the customer's image", _web("[nginx, --listen, 0.0.0.0]", image="nginx")),
    Case("a database's host", _map("{DB_HOST: localhost}")),
    Case("beside IPv6", _web("[gunicorn, -b, '[::]:8000', -w, '3']")),
    Case("gunicorn", _web("[gunicorn, --bind, '0.0.0.0:8000', shop.wsgi]"), [f"{C}/args # 0.0.0.0 is IPv4 only"]),
    Case("runserver", _web("[python, manage.py, runserver, '0.0.0.0:8000']"), [f"{C}/args # 0.0.0.0"]),
    Case("loopback", _web("[python, manage.py, runserver, '127.0.0.1:8000']"), [f"{C}/args # 127.0.0.1"]),
    Case("in a shell", _web(command="[sh, -c, 'exec uvicorn --host=0.0.0.0 shop.asgi']"), [f"{C}/command # 0.0.0.0"]),
    Case("localhost", _web("[uvicorn, --host, localhost, shop.asgi]"), [f"{C}/args # localhost"]),
    Case("port only", _web("[gunicorn, -b, ':8000', shop.wsgi]"), [f"{C}/args # :8000"]),
    Case("uwsgi", _web("[uwsgi, --http, ':8000']"), [f"{C}/args # :8000"]),
    Case("variable of gunicorn", _map("{GUNICORN_CMD_ARGS: '-b 0.0.0.0:8000'}"), [f"{M}/GUNICORN_CMD_ARGS # 0.0.0.0"]),
    Case("a variable's port only", _map("{WEB_BIND: ':8000'}"), [f"{M}/WEB_BIND # :8000"]),
    Case("a variable's loopback", _map("{UVICORN_HOST: 127.0.0.1}"), [f"{M}/UVICORN_HOST # 127.0.0.1"]),
    Case("IPv4: all addresses", _ipv4(_web("[gunicorn, --bind, '0.0.0.0:8000', shop.wsgi]"))),
    Case("IPv4: port only", _ipv4(_web("[gunicorn, -b, ':8000', shop.wsgi]"))),
    Case(
        "IPv4: loopback",
        _ipv4(_web("[python, manage.py, runserver, '127.0.0.1:8000']")),
        [f"{C}/args # 127.0.0.1 is the container's own"],
    ),
    Case("not IPv4", _ipv4(_web("[uwsgi, --http, ':8000']"), "false"), [f"{C}/args # :8000 is IPv4 only"]),
    Case("env", _web(env="[{name: HOST, value: 0.0.0.0}]"), [f"{C}/env/0/value # 0.0.0.0"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("ipv4-bind", case)
