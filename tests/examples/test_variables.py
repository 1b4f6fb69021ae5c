"""Which of the variables that the hosting sets are read by programs themselves: asked of the programs, said by the contract."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from .image import ROOT, Image
from .test_contract import PAGE, config, web_container

# Prints the names of the variables that a program looks for: its options' own, or what it asks the environment for.
LISTED = {
    "celery": "from celery.bin.celery import celery as main\n"
    "commands = [main, *main.commands.values()]\n"
    "found = {p.envvar for c in commands for p in c.params if isinstance(getattr(p, 'envvar', None), str)}",
    "libpq": "from psycopg import pq\nfound = {o.envvar.decode() for o in pq.Conninfo.get_defaults() if o.envvar}",
}
# For the rest each look into the environment is noted, while the program reads its configuration.
NOTED = {
    "gunicorn": "from gunicorn.app.wsgiapp import WSGIApplication\nsys.argv = ['gunicorn', 'x:y']\nWSGIApplication()",
    "django-q": "from django.conf import settings\nsettings.configure(Q_CLUSTER={'orm': 'default'})\nimport django_q.conf",
    "redis": "import redis\nredis.Redis.from_url('redis://localhost')",
    "kombu": "import kombu\nkombu.Connection('redis://localhost')",
    "whitenoise": "import whitenoise.base",
    "dj-database-url": "import dj_database_url\ndj_database_url.parse('postgresql:///')",
}
NOTING = """
import os, sys
found = set()
class Noted(type(os.environ)):
    def __getitem__(self, name): found.add(name); return super().__getitem__(name)
    def __contains__(self, name): found.add(name); return super().__contains__(name)
    def get(self, name, default=None): found.add(name); return super().get(name, default)
os.environ.__class__ = Noted
"""
PYTHON = {"HOME", "USER", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def read(image: Image, program: str) -> set[str]:
    """The names that a program reads by itself."""
    code = LISTED[program] if program in LISTED else NOTING + NOTED[program]
    code += "\nimport json\nprint(json.dumps(sorted(name for name in found if isinstance(name, str))))"
    done = subprocess.run([image.venv / "bin/python", "-c", code], env={}, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def given() -> set[str]:
    """Every variable that the library sets, with a Valkey or without."""
    valkey = re.findall(r"- (\w+)=", (ROOT / "components/valkey/kustomization.yaml").read_text())
    monitoring = re.findall(r"name: ([A-Z_]+)$", (ROOT / "components/monitoring/patch-web.yaml").read_text(), re.M)
    return {one["name"] for one in web_container()["env"]} | {
        *config("app-defaults"),
        *config("app-config"),
        *valkey,
        *monitoring,
    }


def documented() -> set[str]:
    """The names in the contract's table of what programs read by themselves."""
    table = PAGE.split("| Program | Reads by itself | What for |")[1].split("\n\n")[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[2])}


@pytest.mark.parametrize("program", [*LISTED, *NOTED])
def test_what_a_program_reads_by_itself_is_said(image: Image, program: str) -> None:
    assert read(image, program) & given() <= documented()


def test_nothing_is_said_that_no_program_reads(image: Image) -> None:
    everything = set().union(*(read(image, program) for program in [*LISTED, *NOTED]))
    assert documented() - PYTHON <= everything & given()


def test_an_empty_broker_leaves_celery_to_the_settings(image: Image) -> None:
    """The line that new-app writes; and the planted fault that it is for."""
    code = (
        "from celery import Celery\nfrom celery.bin.celery import celery as main\n"
        "app = Celery('x', broker='redis://of-the-settings/1')\n"
        "@app.on_after_configure.connect\ndef said(**_): pass\n"
        "import click\n@main.command()\n@click.pass_context\ndef tell(ctx): print(ctx.obj.app.conf.broker_url)\n"
        "main(['-A', '__main__:app', 'tell'])"
    )
    for value, broker in (("redis://ours/0", "redis://ours/0"), ("", "redis://of-the-settings/1")):
        done = subprocess.run(
            [image.venv / "bin/python", "-c", code], env={"BROKER_URL": value}, capture_output=True, text=True
        )
        assert done.stdout.strip() == broker, done.stderr
