"""What is wrong with the health page's answer, in words for a Django developer."""

import http.client
from urllib.parse import urlsplit


def complaint(answer: http.client.HTTPResponse, path: str, host: str) -> tuple[str, str] | None:
    """What is wrong with the health page's answer and what to change, None for a good one."""
    seen = f"GET {path}, Host: {host}: {answer.status}"
    location = answer.headers.get("Location", "")
    if 300 <= answer.status < 400:
        to = urlsplit(location)
        # The path may get a slash on the way; the request said already that it came by https.
        if to.scheme == "https" and to.hostname == host and to.path.rstrip("/") == path.rstrip("/"):
            return (
                f"{seen} to {location}",
                "SECURE_SSL_REDIRECT doesn't see that TLS ended before the pod, and redirects without end: "
                'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https").',
            )
        return None
    if answer.status == 400:
        return seen, 'Hosts come from the environment: ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",").'
    if answer.status in (401, 403):
        return seen, "The health page must not ask for a login: name another, HEALTH=/healthz."
    if answer.status == 404:
        return seen, "There is no such page: name the one that tells that the site is well, HEALTH=/healthz."
    if answer.status >= 500:
        return (
            seen,
            "The page fails, the log says why. If it needs what the app has not got here, name another: HEALTH=/healthz.",
        )
    return (seen, "Answer with a status of 200 to 399.") if answer.status > 400 else None
