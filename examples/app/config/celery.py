"""The Celery app: settings with the prefix CELERY_, tasks from every installed app."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("example")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_django_logging(**_: Any) -> None:
    """Log like the site does, instead of Celery's own handlers."""
    logging.config.dictConfig(settings.LOGGING)
