"""The page with the upload form, the uploaded files, and the probes' answers."""

import logging
import mimetypes
import os
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

logger = logging.getLogger(__name__)
LARGEST_UPLOAD = 10 * 1024 * 1024
# What a browser may show; anything else is downloaded, so that no upload runs as a page of this site.
INLINE_TYPES = {"image/png", "image/jpeg", "image/webp"}


class UploadForm(forms.Form):
    """One file of an allowed type and size."""

    file = forms.FileField(
        max_length=100, validators=[FileExtensionValidator(["jpeg", "jpg", "pdf", "png", "txt", "webp"])]
    )

    def clean_file(self) -> UploadedFile:
        """Refuse a file larger than LARGEST_UPLOAD bytes."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(f"larger than {LARGEST_UPLOAD} bytes")
        return file


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET: the form and the files. POST: store the file (the form carries the CSRF token), then back to the page."""
    writable = os.access(settings.MEDIA_ROOT, os.W_OK)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and not writable:
        return HttpResponse("MEDIA_ROOT is not writable: the app has no storage component\n", status=503)
    if request.method == "POST" and form.is_valid():
        name = default_storage.save(form.cleaned_data["file"].name, form.cleaned_data["file"])
        logger.info("stored %s", name)
        return redirect("index")
    names = sorted(default_storage.listdir("")[1]) if writable else []
    return render(request, "example/index.html", {"form": form, "names": names}, status=400 if form.errors else 200)


@require_GET
def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """An uploaded file, streamed by gunicorn; where nginx is before the site, nginx is told to send it."""
    if not default_storage.exists(name):
        raise Http404
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if settings.MEDIA_ACCEL:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = settings.MEDIA_ACCEL + quote(name)
        return response
    response = FileResponse(
        default_storage.open(name), content_type=content_type, as_attachment=content_type not in INLINE_TYPES
    )
    response["Content-Security-Policy"] = "sandbox"
    return response


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: the process answers. Not the database: its outage must not restart every pod."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: the database answers, so requests sent here can be served; 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("not ready: %s", error)
        return HttpResponse("database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
