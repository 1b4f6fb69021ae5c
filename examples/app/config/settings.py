"""Settings: read from the environment that the hosting provides (docs/image-contract.md), and from nowhere else."""

import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def required(name: str) -> str:
    """The environment variable `name`; ImproperlyConfigured if it is unset or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"environment variable {name} is not set")
    return value


def comma_separated(name: str) -> list[str]:
    """The entries of the environment variable `name`, without blanks; [] if it is unset."""
    return [entry.strip() for entry in os.environ.get(name, "").split(",") if entry.strip()]


BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = required("SECRET_KEY")  # from the SealedSecret `app`
API_TOKEN = os.environ.get("API_TOKEN", "")  # likewise; without it /api/ is closed
DEBUG = False

# The hosting derives both from HOSTS.
ALLOWED_HOSTS = comma_separated("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = comma_separated("CSRF_TRUSTED_ORIGINS")

# TLS ends at the ingress, which sets this header. Only the ingress reaches the pod (NetworkPolicy), so it is true.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

INSTALLED_APPS = [
    # Nobody logs in here; their commands are what an app's crontab and people with a terminal use.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_q",
    "example",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# What the URL leaves out, libpq takes from PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD.
DATABASES = {"default": dj_database_url.parse(required("DATABASE_URL"), conn_max_age=60, conn_health_checks=True)}
DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "connect_timeout": 3}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

CACHE_URL = os.environ.get("CACHE_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Static files are part of the image, served by whitenoise; media are on the volume, served by example.views.media.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", "/media")
MEDIA_ACCEL = os.environ.get("MEDIA_ACCEL", "")  # /.media/ where the component nginx is, so that it sends the files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# celery (needs VALKEY_BROKER_URL) or django-q (the database is the broker).
TASK_QUEUE = os.environ.get("TASK_QUEUE", "django-q")
TASK_TIME_LIMIT = int(os.environ.get("TASK_TIME_LIMIT", "100"))  # seconds; below the worker's grace period
# A task that nobody acknowledged is delivered again after this: longer than a task may wait in a worker (two are taken
# in advance, by Django Q) and run, or it runs twice at the same time.
REDELIVERY_SECONDS = int(os.environ.get("REDELIVERY_SECONDS", str(3 * TASK_TIME_LIMIT + 60)))
TICK_SECONDS = int(os.environ.get("TICK_SECONDS", "60"))

# At least once: a task is acknowledged when it is done, so a killed worker's task runs again. Tasks are idempotent.
CELERY_BROKER_URL = os.environ.get("VALKEY_BROKER_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # with late acknowledgement: nothing waits in a worker that shuts down
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": REDELIVERY_SECONDS,
    # Look for such tasks every 5 s; the defaults do it every 100 s.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # For a broker that is gone without a word: else whoever talks to it waits for ever, a worker also after SIGTERM.
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_BEAT_SCHEDULE = {
    # expires: ticks that no worker took are not made up for.
    "tick": {"task": "example.tasks.tick", "schedule": TICK_SECONDS, "options": {"expires": TICK_SECONDS}},
}

# At least once here too: the row is deleted when the task is done.
Q_CLUSTER = {
    "name": "example",
    "orm": "default",
    "workers": int(os.environ.get("ASYNC_CONCURRENCY", "2")),
    "queue_limit": 1,
    "timeout": TASK_TIME_LIMIT,
    "retry": REDELIVERY_SECONDS,
    "max_attempts": 3,
    "catch_up": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
