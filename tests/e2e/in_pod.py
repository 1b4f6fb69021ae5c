"""Run in a pod of the example app by its Python, to ask this very pod: ``upload NAME TEXT`` or ``read PATH``.

It uses nothing but what the pod has. Ends with what was answered, where that is no success.
"""

from __future__ import annotations

import http.client
import os
import re
import sys

HOST = os.environ["ALLOWED_HOSTS"].split(",")[0]
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "Origin": f"https://{HOST}"}
UPLOAD = '--part\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\n\r\n{}\r\n--part--\r\n'


def ask(method: str, path: str, body: str | None = None, **headers: str) -> tuple[http.client.HTTPMessage, str]:
    """Send a request to the site in this pod; its answer's headers and text."""
    connection = http.client.HTTPConnection("::1", int(os.environ["PORT"]), timeout=10)
    connection.request(method, path, body and body.encode(), {**HEADERS, **headers})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status not in (200, 302):
        sys.exit(f"{method} {path}: {answer.status} {text}")
    return answer.headers, text


def upload(name: str, text: str) -> None:
    """Send a file by the form, as a visitor's browser does."""
    headers, _ = ask("GET", "/")
    [token] = re.findall(r"csrftoken=(\w+)", headers["Set-Cookie"])
    form = {"Content-Type": "multipart/form-data; boundary=part", "Cookie": f"csrftoken={token}", "X-CSRFToken": token}
    ask("POST", "/", UPLOAD.format(name, text), **form)


if __name__ == "__main__":
    if sys.argv[1] == "upload":
        upload(*sys.argv[2:])
    else:
        print(ask("GET", sys.argv[2])[1], end="")
