import pytest

from ..cases import FACTS, Case, check


def web(command: str, env: str = "", config: str = "{}") -> str:
    return f"""apiVersion: v1
kind: ConfigMap
metadata: {{name: app-config}}
data: {config}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  template:
    metadata: {{labels: {{app: web, hosting.ungleich.ch/image: app}}}}
    spec:
      containers:
        - name: web
          ports: [{{name: http, containerPort: 8000}}]
          args: {command}
          env: [{env}]
"""


AT = "Deployment/web /spec/template/spec/containers/0/args # "
LOOPBACK, IPV4 = "127.0.0.1 by itself", "0.0.0.0 by itself"
CASES = [
    Case("gunicorn", web("[gunicorn, shop.wsgi]"), [f"{AT}gunicorn listens on {LOOPBACK}"]),
    Case("with a path", web("[/usr/local/bin/gunicorn, -w, '3', shop.wsgi]"), [f"{AT}gunicorn"]),
    Case("uvicorn and a port", web("[uvicorn, 'shop.asgi:application', --port, '8000']"), [f"{AT}uvicorn"]),
    Case("uvicorn as a module", web("[python, -m, uvicorn, 'shop.asgi:application']"), [f"{AT}uvicorn"]),
    Case("runserver", web("[python, manage.py, runserver]"), [f"{AT}runserver listens on {LOOPBACK}"]),
    Case("runserver and a port", web("[./manage.py, runserver, '8000']"), [f"{AT}runserver"]),
    Case(
        "waitress",
        web("[waitress-serve, --port=8000, 'shop.wsgi:application']"),
        [f"{AT}waitress-serve listens on {IPV4}"],
    ),
    Case("waitress as a module", web("[python, -m, waitress, 'shop.wsgi:application']"), [f"{AT}waitress-serve"]),
    Case("daphne", web("[daphne, -p, '8000', 'shop.asgi:application']"), [f"{AT}daphne"]),
    Case("hypercorn", web("[hypercorn, 'shop.asgi:application']"), [f"{AT}hypercorn"]),
    Case("granian", web("[granian, --interface, wsgi, 'shop.wsgi:application']"), [f"{AT}granian"]),
    Case("in a shell", web("[sh, -c, 'python manage.py check && exec gunicorn shop.wsgi']"), [f"{AT}gunicorn"]),
    Case("poetry", web("[poetry, run, gunicorn, shop.wsgi]"), [f"{AT}gunicorn"]),
    Case("another port", web("[gunicorn, --bind, '[::]:5000', shop.wsgi]"), [f"{AT}gunicorn listens on port 5000"]),
    Case("another port, in short", web("[gunicorn, '-b[::]:5000', a]"), [f"{AT}gunicorn listens on port 5000"]),
    Case("another port, with =", web("[gunicorn, '--bind=:80', a]"), [f"{AT}gunicorn listens on port 80"]),
    Case("uvicorn, another", web("[uvicorn, --host, '::', --port, '80', 'a:b']"), [f"{AT}uvicorn listens on port 80"]),
    Case("daphne, another", web("[daphne, -b, '::', -p, '8001', 'a:b']"), [f"{AT}daphne listens on port 8001"]),
    Case("runserver, another", web("[manage.py, runserver, '[::]:80']"), [f"{AT}runserver listens on port 80"]),
    Case("waitress, another", web("[waitress-serve, '--listen=[::]:80', 'a:b']"), [f"{AT}waitress-serve listens on"]),
    Case("two addresses", web("[gunicorn, -b, '[::]:8000', -b, '[::1]:9000', a]")),
    Case("a port of others", web("[gunicorn, -b, '[::]:8000', --statsd-host, 'localhost:8125', a]")),
    Case("a file that -p names", web("[gunicorn, -b, '[::]:8000', -p, /tmp/pid, a]")),
    Case("a port nobody knows", web("[gunicorn, --bind, '[::]:$PORT', a]")),
    Case("an address that ends in digits", web("[daphne, -b, '::1', 'a:b']")),
    Case("gunicorn, told", web("[gunicorn, --bind, '[::]:8000', shop.wsgi]")),
    Case("gunicorn, told in short", web("[gunicorn, '-b[::]:8000', shop.wsgi]")),
    Case("gunicorn with a file", web("[gunicorn, -c, gunicorn.conf.py, shop.wsgi]")),
    Case(
        "gunicorn by a variable", web("[gunicorn, shop.wsgi]", "{name: GUNICORN_CMD_ARGS, value: '--bind [::]:8000'}")
    ),
    Case("uvicorn by app.env", web("[uvicorn, 'a:b']", config="{UVICORN_HOST: '::'}")),
    Case("uvicorn, told", web("[uvicorn, --host, '::', 'shop.asgi:application']")),
    Case("uvicorn, told with =", web("[uvicorn, '--host=::', 'shop.asgi:application']")),
    Case("runserver, told", web("[python, manage.py, runserver, '[::]:8000']")),
    Case("waitress, told", web("[waitress-serve, '--listen=[::]:8000', 'a:b']")),
    Case("daphne, told", web("[daphne, -b, '::', -p, '8000', 'a:b']")),
    Case("granian by a variable", web("[granian, 'a:b']", "{name: GRANIAN_HOST, value: '::'}")),
    Case(
        "a command without args",
        web("[]").replace("args: []", "command: [gunicorn, shop.wsgi]"),
        ["Deployment/web /spec/template/spec/containers/0/command # gunicorn"],
    ),
    Case(
        "told in args", web("[--bind, '[::]:8000', shop.wsgi]").replace("args:", "command: [gunicorn]\n          args:")
    ),
    Case(
        "in a line with a quote too few",
        web('[sh, -c, "gunicorn shop.wsgi --name it\'s"]'),
        ["Deployment/web /spec/template/spec/containers/0/args # gunicorn"],
    ),
    Case("another server", web("[/run]")),
    Case(
        "IPv4: all addresses by itself",
        {"rendered": web("[waitress-serve, --port=8000, 'a:b']"), "cluster/facts.yaml": f"{FACTS}  ipv4: true\n"},
    ),
    Case(
        "IPv4: loopback by itself",
        {"rendered": web("[gunicorn, shop.wsgi]"), "cluster/facts.yaml": f"{FACTS}  ipv4: true\n"},
        [f"{AT}gunicorn listens on {LOOPBACK}"],
    ),
    Case("only looked for", web("[sh, -c, 'which gunicorn; /run']")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("server-address", case)
