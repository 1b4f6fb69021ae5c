"""`manage.py init`: what has to be done once for each release."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django_q.models import Schedule

LOCK = 0x696E6974  # any number that nothing else in this database locks


@contextmanager
def advisory_lock(key: int) -> Iterator[None]:
    """Hold PostgreSQL's advisory lock `key` for this session; the server frees it if the process dies.

    Tried again each second rather than waited for: a waiting statement holds a snapshot, and CREATE INDEX CONCURRENTLY
    in the other process's migration would wait for that, for ever. Needs a session: no pooler in transaction mode.
    """
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if cursor.fetchone()[0]:
                break
            time.sleep(1)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


class Command(BaseCommand):
    """Migrate and write the schedules, one process at a time."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent: a second run finds nothing to do."""
        with advisory_lock(LOCK):
            call_command("migrate", interactive=False)
            self.write_schedules()

    def write_schedules(self) -> None:
        """Django Q keeps its schedule in the database; Celery's is in the settings."""
        if settings.TASK_QUEUE != "django-q":
            Schedule.objects.filter(name="tick").delete()
            return
        Schedule.objects.update_or_create(
            name="tick",
            defaults={
                "func": "example.tasks.tick",
                "schedule_type": Schedule.MINUTES,
                "minutes": max(1, settings.TICK_SECONDS // 60),
            },
        )
