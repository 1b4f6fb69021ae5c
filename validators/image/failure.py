"""Why a command of the image ended, from its exit and its log, in words for a Django developer."""

import re
from typing import NamedTuple

STAYS = "It has to stay up, in the foreground. "
_USER = (
    (
        r"\bchown\b|\bgosu\b|\bset(uid|groups)\b|must be (run as )?root|not running as root|are you root",
        "The user is 10001 and can't become or serve another: remove chown, su and gosu. Files get their owner and mode "
        "when you build, and uploads belong to your group.",
    ),
    (
        r"Read-only file system",
        "The image's files are read-only. Write to /tmp, at build time, or to MEDIA_ROOT (STORAGE=rwo or cephfs): "
        "MEDIA_ROOT=/path in app.env says which folder that is.",
    ),
    (
        r"getpwuid|uid not found|no such user|cannot find name for user",
        "The user has a number (10001) and no entry in /etc/passwd. Don't ask for its name: HOME and USER are set.",
    ),
    (
        r"Permission denied|PermissionError|Operation not permitted",
        "The user is 10001, not root, and owns nothing in the image. Make files readable when you build "
        "(chmod -R a+rX /app), and write to /tmp only.",
    ),
)
_HINTS = (
    (
        r"DATABASE_URL|could not (connect|translate)|[Cc]onnection refused|OperationalError|No such file.*PGSQL",
        "database",
    ),
    (r"SECRET_KEY|ImproperlyConfigured|KeyError|environ", "variable"),
    (r"BROKER_URL|redis|amqp|kombu", "broker"),
    (r"ModuleNotFoundError|ImportError|command not found|: not found", "missing"),
    (r"already exists|duplicate key|IntegrityError|ProgrammingError", "repeated"),
)
_HINT_TEXT = {
    "database": "Take the database from DATABASE_URL or the PG... variables: "
    'dj_database_url.parse(os.environ["DATABASE_URL"]).',
    "variable": "Does it need a variable? Plain ones go into ENV=<file>, secret ones into SECRETS=<file>, KEY=value each.",
    "broker": "Does it need a broker? VALKEY=1 gives it one, and a cache.",
    "missing": "Something it needs isn't in the image: install it when you build.",
    "repeated": "It must stand being run again: take a lock, and create only what isn't there.",
}


class Ended(NamedTuple):
    """How a container ended: exit code (None if it never started), Kubernetes' word for it, and the end of its log."""

    exit_code: int | None
    reason: str
    log: str

    @property
    def seen(self) -> str:
        """What happened, with the last lines that say something."""
        how = f"exit status {self.exit_code}" if self.exit_code is not None else "didn't start"
        how += f" ({self.reason})" if self.reason not in ("", "Error", "Completed") else ""
        return f"{how}: {tail(self.log)}" if self.log.strip() else f"{how}, nothing in its log"


def tail(log: str, lines: int = 3) -> str:
    """The last lines of a log in one, as far as a table has room."""
    said = [line.strip() for line in log.splitlines() if line.strip()]
    return " | ".join(said[-lines:])[-300:]


def user_trouble(ended: Ended) -> str:
    """What to change if the user or the read-only files made it fail, empty if they didn't."""
    return next((advice for pattern, advice in _USER if re.search(pattern, ended.log + ended.reason)), "")


def hint(ended: Ended) -> str:
    """What to change, as far as the log tells."""
    if ended.reason == "OOMKilled":
        return "It needed more than 2 GiB of memory: start fewer processes (they count the cores of the machine)."
    found = [_HINT_TEXT[name] for pattern, name in _HINTS if re.search(pattern, ended.log)]
    return " ".join(found[:2]) or "Its whole log is kept (see below); run it on your machine with the same variables."
