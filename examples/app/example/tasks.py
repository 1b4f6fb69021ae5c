"""The tasks: plain functions, that Celery knows by decorator and Django Q by name."""

import logging
import time
from functools import partial
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_q.tasks import async_task

from .models import Job, Tick

logger = logging.getLogger(__name__)


def enqueue(task: Any, *args: Any) -> None:
    """Hand `task` to the configured queue, when the transaction is committed: no worker sees its data before."""
    send = task.delay if settings.TASK_QUEUE == "celery" else partial(async_task, task.name)
    transaction.on_commit(lambda: send(*args))


@shared_task
def run_job(job_id: str) -> None:
    """Do the job: wait its seconds. Idempotent: a job that is done is not done again."""
    job = Job.objects.get(pk=job_id)
    if job.state == Job.State.DONE:
        logger.info("job %s was done already", job_id)
        return
    Job.objects.filter(pk=job_id).update(state=Job.State.RUNNING, attempts=F("attempts") + 1)
    logger.info("job %s begins", job_id)
    time.sleep(job.seconds)
    Job.objects.filter(pk=job_id).update(
        state=Job.State.DONE, finished=timezone.now(), result=f"waited {job.seconds:g} s"
    )
    logger.info("job %s is done", job_id)


@shared_task
def tick() -> None:
    """What the schedule runs."""
    Tick.objects.create()
