"""Runs inside the image, by the site's own Python and with the site's settings: `python -c <this text> VERB ...`.

Prints one line, MARK and JSON, as the last. It has to work with every Python that a Django site may still run, from 3.6
on, so it is plain code without imports from here.
"""

import contextlib
import hashlib
import importlib
import json
import os
import re
import sys
import time
from pathlib import Path

MARK = "check-image:"
MODULE = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::[\w.()]*)?$")
SETTINGS = re.compile(r"""DJANGO_SETTINGS_MODULE["'\]]+\s*[,=]\s*["']([\w.]+)["']""")
FOLDERS = r"(?m)^--(?:chdir|pythonpath|python-path|app-dir)[=\n](.+)$"
SERVERS = r"python|gunicorn|uwsgi|daphne|hypercorn|granian"


def server(proc="/proc"):
    """The site's process: the command line of the first server there is, its variables and its folder."""
    found = [path for path in Path(proc).iterdir() if path.name.isdigit() and path.name != str(os.getpid())]
    for path in sorted(found, key=lambda path: int(path.name)):
        with contextlib.suppress(OSError):
            words = os.fsdecode((path / "cmdline").read_bytes()).split("\0")[:-1]
            if not re.search(SERVERS, " ".join(words[:2])) or MARK in " ".join(words):
                continue
            given = os.fsdecode((path / "environ").read_bytes()).split("\0")
            variables = dict(line.split("=", 1) for line in given if "=" in line)
            return words, variables, os.readlink(str(path / "cwd"))  # noqa: PTH115  (Python 3.6)
    return [], {}, str(Path.cwd())


def find_settings(words):
    """Name the module of Django's settings, as the server's own start finds it; empty if it can't be found."""
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        return os.environ["DJANGO_SETTINGS_MODULE"]
    for word in words[1:]:
        named = MODULE.match(word.rsplit("=", 1)[-1])
        if named and (":" in word or "wsgi" in word or "asgi" in word):
            with contextlib.suppress(BaseException):
                importlib.import_module(named.group(1))
            if os.environ.get("DJANGO_SETTINGS_MODULE"):
                return os.environ["DJANGO_SETTINGS_MODULE"]
    scripts = [Path(word) for word in words if word.endswith(".py")]
    for path in [*scripts, Path("manage.py"), *sorted(Path().glob("*/[aw]sgi.py"))]:
        if path.is_file():
            named = SETTINGS.search(path.read_text(encoding="utf-8", errors="replace"))
            if named:
                return named.group(1)
    return ""


def start(changed=None):
    """Set Django up as the site does, with some variables changed; raises for settings that can't be loaded."""
    words, variables, folder = server()
    os.environ.update(variables)
    os.environ.update(changed or {})
    os.chdir(folder)
    sys.path[:0] = [folder, *[path for path in re.findall(FOLDERS, "\n".join(words)) if Path(path).is_dir()]]
    name = find_settings(words)
    if not name:
        raise LookupError("no DJANGO_SETTINGS_MODULE in the environment, in manage.py or in the server's own module")
    os.environ["DJANGO_SETTINGS_MODULE"] = name
    import django

    django.setup()
    return name


def facts():
    """What the settings say that a visitor can't see."""
    name = start()
    from django.apps import apps
    from django.conf import settings
    from django.db.models import FileField

    return {
        "settings": name,
        "debug": bool(settings.DEBUG),
        "key": digest(str(settings.SECRET_KEY)),
        "key_in_files": in_files(str(settings.SECRET_KEY)),
        "login": logins(settings),
        "origins": list(getattr(settings, "CSRF_TRUSTED_ORIGINS", [])),
        "proxy_header": bool(getattr(settings, "SECURE_PROXY_SSL_HEADER", None)),
        "media_url": str(settings.MEDIA_URL),
        "keeps_files": bool(settings.MEDIA_ROOT)
        or any(isinstance(field, FileField) for model in apps.get_models() for field in model._meta.get_fields()),
        "apps": [config.name for config in apps.get_app_configs()],
    }


def digest(text):
    """What tells one key from another, and nothing else of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_files(text):
    """Whether a file of /secrets or of the media holds the text."""
    for folder in ("/secrets", os.environ.get("MEDIA_ROOT", "/media")):
        for path in list(Path(folder).rglob("*"))[:500]:
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_size < 100000 and text.encode() in path.read_bytes():
                    return True
    return False


def key(names):
    """SECRET_KEY's digest, where the variables of these names, and those that repeat their values, are others."""
    _, variables, _ = server()
    given = {**os.environ, **variables}
    values = [given[name] for name in json.loads(names) if given.get(name)]
    changed = {
        name: given[name].replace(value, value[::-1] + "-other")
        for value in values
        for name in given
        if value in given[name]
    }
    start(changed)
    from django.conf import settings

    return {"key": digest(str(settings.SECRET_KEY))}


def logins(settings):
    """Where one may log in, the nearest first."""
    from django.shortcuts import resolve_url
    from django.urls import NoReverseMatch, reverse

    found = []
    for name in ("wagtailadmin_login", "account_login", "login", "admin:login"):
        with contextlib.suppress(NoReverseMatch):
            found.append(reverse(name))
    with contextlib.suppress(Exception):
        found.insert(0, resolve_url(settings.LOGIN_URL))
    return [path for path in dict.fromkeys(found) if path.startswith("/")]


def user(name, password):
    """Make an administrator, and tell the name to log in by."""
    start()
    from django.contrib.auth import get_user_model

    model = get_user_model()
    values = {}
    for field in [model.USERNAME_FIELD, *model.REQUIRED_FIELDS]:
        values[field] = name + "@example.com" if "email" in field else name
    model._default_manager.create_superuser(password=password, **values)
    return {"name": values[model.USERNAME_FIELD]}


def upload(name, text):
    """Store a file as the site stores an upload; where it lies and its address."""
    start()
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    stored = default_storage.save(name, ContentFile(text.encode()))
    try:
        path = default_storage.path(stored)
    except NotImplementedError:
        path = ""
    return {"path": path, "url": default_storage.url(stored)}


def page(path, host):
    """Ask for a page as a visitor does; an error in it is raised."""
    start()
    from django.test import Client

    answer = Client().get(path, HTTP_HOST=host, HTTP_X_FORWARDED_PROTO="https", secure=True)
    return {"status": answer.status_code}


def task(queue, app, seconds):
    """Send a task as the site does, and wait until a worker has done it."""
    name = start()
    return (celery if queue == "celery" else django_q)(app or name.split(".")[0], float(seconds))


def django_q(_app, seconds):
    from django_q.brokers import get_broker
    from django_q.tasks import async_task, fetch

    identity = async_task("math.factorial", 3)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done = fetch(identity)
        if done:
            return {"done": bool(done.success), "seen": "Django Q: " + ("done" if done.success else str(done.result))}
        time.sleep(1)
    return {"done": False, "seen": f"Django Q: {get_broker().queue_size()} waiting after {seconds:.0f} s"}


def celery(name, seconds):
    from celery import current_app
    from celery.app.utils import find_app

    try:
        app = find_app(name)
    except Exception:
        app = current_app._get_current_object()
    deadline = time.monotonic() + seconds
    broker = app.connection_for_write()
    where = broker.as_uri(include_password=not broker.password)  # else a mask stands where there is none, too
    queue, before = app.conf.task_default_queue, None
    while before is None and time.monotonic() < deadline - seconds / 2:
        told = app.control.inspect(timeout=2).active_queues() or {}
        listens = [one["name"] for queues in told.values() for one in queues]
        if listens:
            queue = queue if queue in listens else listens[0]
            before = _done(app)
    app.send_task("celery.accumulate", args=[1], queue=queue, ignore_result=True)
    while time.monotonic() < deadline:
        if before is not None and _done(app) > before:
            return {"done": True, "seen": f"Celery: done, by {where}"}
        if before is None and _waiting(app, queue) == 0:
            return {"done": True, "seen": f"Celery: taken from queue {queue} of {where}"}
        time.sleep(1)
    return {"done": False, "seen": f"Celery: no worker takes it from queue {queue} of {where}"}


def _done(app):
    """How many of our tasks the workers have done; they tell themselves."""
    told = (app.control.inspect(timeout=2).stats() or {}).values()
    return sum(one.get("total", {}).get("celery.accumulate", 0) for one in told)


def _waiting(app, queue):
    with app.connection_for_write() as connection:
        return connection.default_channel.queue_declare(queue, passive=True).message_count


VERBS = {"facts": facts, "key": key, "user": user, "upload": upload, "page": page, "task": task}

if __name__ == "__main__":
    try:
        told = VERBS[sys.argv[1]](*sys.argv[2:])
    except BaseException as problem:
        told = {"problem": f"{type(problem).__name__}: {problem}"}
    print("\n" + MARK + json.dumps(told))
