"""Writes validators/policy/secret-patterns.json from the plugins of detect-secrets, which isn't needed to run the check.

    python -m tests.secret_patterns

It takes a second to import, which a hook hasn't, and would bring a program for HTTP; its expressions are all that is used.
"""

import json
import sys
from importlib.metadata import version

from .conftest import ROOT

FILE = ROOT / "validators" / "policy" / "secret-patterns.json"
# Why not these: addresses aren't secrets; what needs the name beside the value isn't found by the value; the rest take
# words and numbers of accounts for secrets. Addresses with a password and private keys have blanks or are told apart by us.
LEFT_OUT = {
    "Public IP (ipv4)", "Basic Auth Credentials", "Cloudant Credentials", "IBM COS HMAC Credentials", "IBM Cloud IAM Key",
    "SoftLayer Credentials", "Artifactory Credentials", "Private Key",
}  # fmt: skip
_UNBOUND = ("aws.{0,20}?", "AC[a-z0-9]{32}")


def text() -> str:
    """Return the file's text. Raises ImportError where detect-secrets isn't there."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector

    rows = []
    for what, plugin in sorted(get_mapping_from_secret_type_to_class().items()):
        if what in LEFT_OUT or not issubclass(plugin, RegexBasedDetector):
            continue
        for pattern in plugin.denylist:
            if not pattern.pattern.startswith(_UNBOUND):
                rows.append([what, pattern.pattern, "i" if pattern.flags & 2 else ""])
    source = f"detect-secrets {version('detect-secrets')}, Apache-2.0, https://github.com/Yelp/detect-secrets"
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    return f'{{"source": {json.dumps(source)},\n "patterns": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE.relative_to(ROOT)}\n")
