"""A JSON API with a bearer token (API_TOKEN): writes that are acknowledged, tasks, ticks; for tests from outside."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .models import Job, Note, Tick
from .tasks import enqueue, run_job

View = Callable[..., HttpResponseBase]
LONGEST_SECONDS = 300


def with_token(view: View) -> View:
    """Answer 401 without the right token. No cookie is read, so no CSRF token is needed."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        expected = f"Bearer {settings.API_TOKEN}"
        if not settings.API_TOKEN or not constant_time_compare(request.headers.get("Authorization", ""), expected):
            return JsonResponse({"error": "Authorization: Bearer <API_TOKEN> is missing or wrong"}, status=401)
        try:
            return view(request, *args, **kwargs)
        except (KeyError, TypeError, ValueError) as error:
            return JsonResponse({"error": f"bad request: {error!r}"}, status=400)

    return guarded


def seconds_of(value: Any) -> float:
    """`value` as seconds between 0 and LONGEST_SECONDS; ValueError otherwise."""
    seconds = float(value)
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"seconds must be 0..{LONGEST_SECONDS}")
    return seconds


@with_token
@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest) -> JsonResponse:
    """GET: all notes. POST {"key", "text"}: 201 once the note is committed, 200 if the key was there already."""
    if request.method == "GET":
        return JsonResponse({"notes": list(Note.objects.order_by("created").values("key", "text"))})
    body = json.loads(request.body)
    note, created = Note.objects.get_or_create(key=str(body["key"]), defaults={"text": str(body["text"])})
    return JsonResponse({"key": note.key}, status=201 if created else 200)


@with_token
@require_POST
def create_job(request: HttpRequest) -> JsonResponse:
    """POST {"seconds"}: 202, the job's id and its full URL; a worker takes it from there."""
    seconds = seconds_of(json.loads(request.body)["seconds"])
    with transaction.atomic():
        job = Job.objects.create(seconds=seconds)
        enqueue(run_job, str(job.pk))
    return JsonResponse({"id": job.pk, "url": request.build_absolute_uri(reverse("job", args=[job.pk]))}, status=202)


@with_token
@require_GET
def show_job(request: HttpRequest, job_id: str) -> JsonResponse:
    """The job's state (queued, running, done), attempts and result; 404 if there is none."""
    job = Job.objects.filter(pk=job_id).values("id", "state", "attempts", "result").first()
    return JsonResponse(job) if job else JsonResponse({"error": "no such job"}, status=404)


@with_token
@require_GET
def ticks(request: HttpRequest) -> JsonResponse:
    """When the scheduled task ran: the last 100 times, oldest first, seconds since the epoch."""
    newest = Tick.objects.order_by("-pk").values_list("at", flat=True)[:100]
    return JsonResponse({"ticks": [at.timestamp() for at in reversed(newest)]})


@with_token
@require_POST
def visits(request: HttpRequest) -> JsonResponse:
    """Count in the cache: pods that share a cache share the count."""
    cache.add("visits", 0, timeout=None)
    return JsonResponse({"visits": cache.incr("visits")})


@with_token
@require_GET
def slow(request: HttpRequest) -> JsonResponse:
    """Answer after ?seconds=: shows whether a pod that ends finishes its requests."""
    seconds = seconds_of(request.GET.get("seconds", "1"))
    time.sleep(seconds)
    return JsonResponse({"slept": seconds})
