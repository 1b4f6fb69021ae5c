"""Every path the app answers."""

from django.urls import path
from example import api, views

urlpatterns = [
    path("", views.index, name="index"),
    path("media/<path:name>", views.media, name="media"),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("api/notes", api.notes),
    path("api/jobs", api.create_job),
    path("api/jobs/<uuid:job_id>", api.show_job, name="job"),
    path("api/ticks", api.ticks),
    path("api/visits", api.visits),
    path("api/slow", api.slow),
]
