"""What the example keeps in the database."""

import uuid

from django.db import models


class Note(models.Model):
    """A write that the client was told about. `key` is the client's, so that a repeated POST is harmless."""

    key = models.CharField(max_length=100, unique=True)
    text = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["created"], name="note_created"),)


class Job(models.Model):
    """A task and its result. `attempts` counts how often a worker began it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    seconds = models.FloatField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    result = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)


class Tick(models.Model):
    """One run of the scheduled task."""

    at = models.DateTimeField(auto_now_add=True)
