"""What the site's answers, ends and figures mean."""

import email.message
import http.client

import pytest

from validators.image import failure, health, memory
from validators.image.failure import Ended
from validators.image.memory import MI, Usage
from validators.kubernetes.quantity import parse

HOST = "shop.example.com"


def complaint(status: int, location: str = "", path: str = "/") -> tuple[str, str] | None:
    answer = http.client.HTTPResponse.__new__(http.client.HTTPResponse)
    answer.status, answer.headers = status, email.message.Message()
    if location:
        answer.headers["Location"] = location
    return health.complaint(answer, path, HOST)


@pytest.mark.parametrize(
    ("status", "location"),
    [
        (200, ""), (204, ""), (302, "/login/"), (302, f"https://{HOST}/login/"), (301, "/de/"),
        (302, "https://sso.example.com/"), (301, f"http://{HOST}/"), (304, ""),
    ],
)  # fmt: skip
def test_good_answers(status: int, location: str) -> None:
    assert complaint(status, location) is None


@pytest.mark.parametrize(
    ("status", "location", "change"),
    [
        (400, "", "ALLOWED_HOSTS"),
        (301, f"https://{HOST}/", "SECURE_PROXY_SSL_HEADER"),
        (302, f"https://{HOST}", "SECURE_PROXY_SSL_HEADER"),
        (401, "", "login"),
        (403, "", "login"),
        (404, "", "HEALTH="),
        (500, "", "log"),
        (503, "", "log"),
        (418, "", "200 to 399"),
    ],
)
def test_bad_answers_say_what_to_change(status: int, location: str, change: str) -> None:
    found = complaint(status, location)
    assert found
    assert str(status) in found[0]
    assert change in found[1]


@pytest.mark.parametrize(
    ("log", "change"),
    [
        ("OSError: [Errno 30] Read-only file system: '/app/x'", "Write to"),
        ("sh: cannot create /app/x: Read-only file system", "Write to"),
        ("KeyError: 'getpwuid(): uid not found: 10001'", "HOME and USER"),
        ("chown: changing ownership of '/app': Operation not permitted", "remove chown"),
        ("chown: changing ownership of '/app': Read-only file system", "remove chown"),
        ("error: failed switching to user: gosu: operation not permitted", "remove chown"),
        ("PermissionError: [Errno 13] Permission denied: '/app/settings.py'", "chmod"),
    ],
)
def test_trouble_with_user_and_files_is_told_from_others(log: str, change: str) -> None:
    assert change in failure.user_trouble(Ended(1, "Error", log))


@pytest.mark.parametrize(
    ("ended", "change"),
    [
        (Ended(137, "OOMKilled", ""), "memory"),
        (Ended(1, "Error", "django.db.utils.OperationalError: connection refused"), "DATABASE_URL"),
        (Ended(1, "Error", "ImproperlyConfigured: STRIPE_KEY is not set"), "SECRETS="),
        (Ended(1, "Error", "kombu.exceptions.OperationalError: redis"), "VALKEY=1"),
        (Ended(1, "Error", "ModuleNotFoundError: No module named 'gunicorn'"), "install it"),
        (Ended(1, "Error", 'relation "x" already exists'), "take a lock"),
        (Ended(3, "Error", ""), "log"),
    ],
)
def test_other_ends_give_a_hint(ended: Ended, change: str) -> None:
    assert not failure.user_trouble(ended)
    assert change in failure.hint(ended)


def test_an_end_is_told_with_its_last_lines() -> None:
    assert Ended(3, "Error", "a\n\nb\nc\nd\n").seen == "exit status 3: b | c | d"
    assert Ended(137, "OOMKilled", "").seen == "exit status 137 (OOMKilled), nothing in its log"
    assert Ended(None, "DeadlineExceeded", "").seen == "didn't start (DeadlineExceeded), nothing in its log"


def test_samples_are_read_and_broken_ones_left_out() -> None:
    assert memory.parse("1048576 2500000\n\n x\n 5\n") == [Usage(MI, 2.5)]


@pytest.mark.parametrize("usual", [20, 100, 400, 1500])
def test_sizes_have_room_for_what_was_measured(usual: int) -> None:
    loaded = [Usage(usual * MI, 10 + second * 0.33) for second in range(9)]
    found = memory.resources([Usage(usual // 2 * MI, 9), *loaded], loaded)
    request, limit = (parse(found[part]["memory"]) for part in ("requests", "limits"))
    assert usual * MI < request < usual * 1.2 * MI + 32 * MI
    assert limit >= request + 128 * MI
    assert limit >= 1.5 * request
    assert parse(found["requests"]["cpu"]) == parse("350m")


def test_an_idle_site_gets_a_little() -> None:
    assert memory.resources([Usage(MI, 1)], [Usage(MI, 1)])["requests"]["cpu"] == "50m"


def test_without_load_no_cpu_is_suggested() -> None:
    assert memory.resources([Usage(MI, 1)])["requests"] == {"memory": "32Mi"}
