"""What to change where the site can't be used, for a Django developer."""

CSRF = (
    'CSRF_TRUSTED_ORIGINS = os.environ["CSRF_TRUSTED_ORIGINS"].split(",") and '
    'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https"): without, no form can be sent.'
)
FORM = "Forms must work over HTTPS behind a proxy; its log says why this one doesn't."
STATIC = (
    "Nothing serves files beside your app: collectstatic when you build the image, and whitenoise's middleware "
    "(docs/image-contract.md, Files)."
)
DEBUG = "DEBUG = False in production: it shows code and settings to everybody. Where your settings read it: DEBUG=0 in app.env."
HTTPS = "SECURE_SSL_REDIRECT = True: not every ingress sends plain HTTP to HTTPS, and the Gateway doesn't."
KEY = (
    'SECRET_KEY = os.environ["SECRET_KEY"]: who has the image could forge sessions, or all end at a restart. Where your '
    "settings read another name, seal that one (here: a line in SECRETS=<file>)."
)
MEDIA_ROOT = (
    'MEDIA_ROOT = os.environ["MEDIA_ROOT"]; or write into app.env where your app keeps its files: MEDIA_ROOT=/path.'
)
MEDIA = (
    "Nothing serves uploads beside your app, and Django's static() does so with DEBUG only: add a view, such as "
    "views.media in examples/."
)
PAGES = "Its log says why. What these pages need may not be here: another service, data."
TASK = (
    "The site and /async have to name the same broker. /async started by the `celery` command takes BROKER_URL from the "
    "environment before the settings' own: don't set it."
)
"""Both know their broker from the settings, except for that option of Celery's."""
