"""check-image's visit on a real Django: a project as `startproject` makes it, and the same with the contract's settings."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from validators.image import in_image
from validators.image.use import Use
from validators.image.verdict import Report
from validators.image.visitor import Browser

from .image import Image
from .services import free_port

HOST = "shop.example.com"
SECRET = {"SECRET_KEY": "the-value-that-is-sealed-in-secret-app-0123456789-0123456789"}
MENDED = """
import os
DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["shop.example.com"]
CSRF_TRUSTED_ORIGINS = ["https://shop.example.com"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT, MEDIA_URL = os.environ["MEDIA_ROOT"], "media/"
"""
URLS = """
from django.urls import re_path
from django.views.static import serve
urlpatterns.append(re_path("^media/(?P<path>.*)$", serve, {"document_root": os.environ["MEDIA_ROOT"]}))
"""


class Inside:
    """in_image.py with the site's own Python; the machine's other processes aren't shown to it."""

    def __init__(self, python: Path, pid: int, proc: Path) -> None:
        self.python, self.proc = python, proc
        (proc / str(pid)).symlink_to(f"/proc/{pid}")

    def ask(self, *arguments: str) -> dict:
        text = Path(in_image.__file__).read_text().replace('proc="/proc"', f"proc={str(self.proc)!r}")
        done = subprocess.run([self.python, "-c", text, *arguments], env=SECRET, capture_output=True, text=True)
        line = next(line for line in reversed(done.stdout.splitlines()) if line.startswith(in_image.MARK))
        return json.loads(line.removeprefix(in_image.MARK))


@contextmanager
def visit(image: Image, folder: Path, port: int, report: Report) -> Iterator[Use]:
    """The project, served by gunicorn that takes the request for one of an ingress that it doesn't know."""
    python, site, proc = image.venv / "bin/python", folder / "site", folder / "proc"
    proc.mkdir()
    environment = {**SECRET, "MEDIA_ROOT": str(folder / "media"), "PATH": os.defpath}
    subprocess.run([python, "manage.py", "migrate", "-v0"], cwd=site, env=environment, check=True)
    command = [python, "-m", "gunicorn", "mysite.wsgi", f"--bind=127.0.0.1:{port}", "--forwarded-allow-ips=192.0.2.1"]
    with subprocess.Popen(command, cwd=site, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            browser = Browser(HOST, port)
            deadline = time.monotonic() + 60
            while not browser.get("/").status and time.monotonic() < deadline:
                time.sleep(0.2)
            yield Use(browser, Inside(python, server.pid, proc), report, "/admin/login/")
        finally:
            server.terminate()


@pytest.fixture
def project(image: Image, tmp_path: Path) -> Path:
    """What `startproject` makes."""
    (tmp_path / "site").mkdir()
    command = [image.venv / "bin/python", "-m", "django", "startproject", "mysite", "."]
    subprocess.run(command, cwd=tmp_path / "site", check=True)
    return tmp_path / "site/mysite"


def verdicts(image: Image, folder: Path) -> Report:
    """What is said of the project."""
    report = Report("image")
    with visit(image, folder, free_port(), report) as use:
        use.as_visitor()
        use.judge_key(SECRET)
        use.as_editor()
        use.judge_upload(str(folder / "media"))
    return report


def test_startproject_as_it_is(image: Image, project: Path, tmp_path: Path) -> None:
    settings = project / "settings.py"
    settings.write_text(settings.read_text().replace("ALLOWED_HOSTS = []", f'ALLOWED_HOSTS = ["{HOST}"]'))
    report = verdicts(image, tmp_path)
    assert set(report.failed) == {"static", "form", "debug", "secret-key", "upload"}
    assert "403" in report.found["form"].seen
    assert "/static/admin/css/base.css: 404" in report.found["static"].seen
    assert report.found["secret-key"].seen == "mysite.settings has one of its own"


def test_startproject_mended(image: Image, project: Path, tmp_path: Path) -> None:
    for name, text in (("settings.py", MENDED), ("urls.py", f"import os\n{URLS}")):
        (project / name).write_text((project / name).read_text() + text)
    report = verdicts(image, tmp_path)
    assert report.failed == [], {check: report.found[check].seen for check in report.failed}
    assert report.found["form"].seen.endswith("logged in")
    assert report.found["secret-key"].seen == "follows Secret app"
    assert "served at /media/check-image.txt" in report.found["upload"].seen
