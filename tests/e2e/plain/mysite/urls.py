"""A page that asks the database, and Django's admin."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.urls import path


def index(request):
    """How many users there are."""
    return HttpResponse(f"{get_user_model().objects.count()} users\n")


urlpatterns = [path("", index), path("admin/", admin.site.urls)]
