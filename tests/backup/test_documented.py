"""What the pages tell a hoster to give to S3 is what the other tests run with."""

from __future__ import annotations

import json
import re

from tests.conftest import ROOT


def documented_policy(bucket: str) -> list[dict]:
    """The statements of the bucket's policy, as docs/backup.md has it."""
    text = (ROOT / "docs/backup.md").read_text()
    block = re.search(r"```json\n(.*?)```", text, re.S)
    assert block, "docs/backup.md shows no policy"
    return json.loads(block[1].replace("example-blog", bucket))["Statement"]


def test_only_locks_can_be_deleted() -> None:
    deleting = [one for one in documented_policy("x") if "s3:DeleteObject" in one["Action"]]
    assert [one["Resource"] for one in deleting] == ["arn:aws:s3:::x/locks/*"]
