"""Which variables hold a secret: by the words of the name, and by what the value looks like."""

import json
import math
import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

PATTERNS = Path(__file__).resolve().parents[1] / "policy" / "secret-patterns.json"
"""Regular expressions of detect-secrets, one a line of [what it is, pattern, "i" or ""]; tests/secret_patterns.py."""

# The word that a secret's name ends with, Django's own and its packages' among them.
_SECRET = frozenset(
    "PASSWORD PASSWD PASSPHRASE PASS PWD PW PASSWORT SECRET TOKEN BEARER CREDENTIAL PEPPER SALT APIKEY SECRETKEY AUTHKEY "
    "PRIVATEKEY".split()
)
# What makes a KEY one; other keys (CACHE_KEY, SORT_KEY, SITE_KEY) are names of something.
_KEYS = frozenset(
    "SECRET API ACCESS PRIVATE ENCRYPTION ENCRYPT CRYPTO CRYPT CIPHER SIGNING SIGN HMAC FERNET AUTH MASTER ACCOUNT SERVICE "
    "LICENSE JWT AES SERVER WEBHOOK DEPLOY SSH TLS SSL STORAGE SHARED SESSION ADMIN APP APPLICATION INTEGRATION CONSUMER "
    "SUBSCRIPTION SENDGRID MAILGUN STRIPE ANYMAIL FIELD".split()
)
# After the word: which of several, in which form.
_AFTER = re.compile(
    r"(?:FALLBACKS?|OLD|NEW|PREVIOUS|CURRENT|PRIMARY|SECONDARY|B(?:ASE)?64|HEX|V?\d{1,3}|PROD|DEV|TEST|LIVE)\Z"
)
# What says that the rest isn't a value but a setting about one, or is for everybody's eyes.
_SETTING = frozenset(
    "SHOW HIDE REQUIRE REQUIRED USE USES ENABLE ENABLED DISABLE ALLOW FORCE VALIDATE CHECK HAS IS NO MIN MAX RESET CHANGE "
    "ROTATE PUBLIC PUBLISHABLE MAPS BROWSER VERIFYING COUNT NUM".split()
)
_HARMLESS = re.compile(
    r"(?:\$\(.*\)|\$\{.*\}|.*\{\{.*\}\}.*|\.{0,2}/.*|true|false|yes|no|on|off|none|null|required|optional|enabled|disabled|"
    r"(?:[a-z_]\w{0,60}\.){2,8}\w{1,80}|)\Z",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\s\"',;{}\[\]<>]{16,}")
_LONGEST_TOKEN = 512
"""Of a text without a blank only the start is looked at: the patterns' time may grow with the square."""
_LITERAL = re.compile(r"[\w=-]+(?![?*{\w=-])")
_RANDOM = re.compile(r"[A-Za-z0-9+/_=-]{20,200}\Z")


def named(name: str, value: str) -> bool:
    """Whether a variable holds a secret, by its name; the value may show that it is none: a switch, a path, empty."""
    value = value.strip()
    if _HARMLESS.match(value):
        return False
    words = _words(name)
    if not words or _SETTING & set(words):
        return False
    last = words[-1]
    if last in _SECRET or last.endswith(("PASSWORD", "PASSWD", "PASSPHRASE")):
        return not (
            value.isdecimal() and (last == "TOKEN" or len(value) < 3)
        )  # MAX_TOKEN=4096 counts, SHOW_PASS=1 switches
    return last == "KEY" and (bool(_KEYS & set(words[-2:-1])) or "AZURE" in words or _random(value))


@lru_cache(maxsize=4096)  # most values of an app are those of the others, too
def looks(value: str) -> str:
    """Return what kind of secret a value looks like, "" where it looks like none."""
    for token in _TOKEN.findall(value):
        shown = token[:_LONGEST_TOKEN]
        for what, begin, pattern, flags in _patterns():
            # Most tokens have no such begin in them: then the pattern needn't be compiled, which takes 0.2 ms each.
            if begin in shown and re.compile(pattern, flags).search(shown):
                return what
    return ""


def harmless(value: str) -> bool:
    """Whether a value is a reference to something else, a path, a Python name, or a switch."""
    return bool(_HARMLESS.match(value.strip()))


def _words(name: str) -> list[str]:
    """Return the words of a name in capitals and in the singular, without what only tells several apart."""
    words = [word for word in re.split(r"[_.-]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()) if word]
    while len(words) > 1 and _AFTER.match(words[-1]):
        words.pop()
    if words and words[-1].endswith("S") and words[-1] not in ("PASS", "ACCESS"):
        words[-1] = words[-1][:-1]
    return words


def _random(value: str) -> bool:
    """Whether a value looks made by chance: as many different characters as base64 has, or a long number in hex."""
    if not _RANDOM.match(value):
        return False
    counts = Counter(value)
    entropy = -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
    is_hex = re.fullmatch(r"[0-9a-fA-F]+", value) is not None
    return entropy >= (3.0 if is_hex else 4.0) and any(char.isdigit() for char in value)


@cache
def _patterns() -> list[tuple[str, str, str, re.RegexFlag]]:
    """Return (what it is, what each such secret begins with, pattern, flags)."""
    rows = json.loads(PATTERNS.read_bytes())["patterns"]
    return [
        (what, "" if flag else _begin(pattern), pattern, re.IGNORECASE if flag else re.NOFLAG)
        for what, pattern, flag in rows
    ]


def _begin(pattern: str) -> str:
    """Return the plain text that all matches of a pattern begin with, "" where there is none or it isn't plain to see."""
    match = _LITERAL.match(pattern) if "|" not in pattern else None
    return match[0] if match else ""
