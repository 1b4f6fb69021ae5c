"""An index on a table that may be large, while the old release serves: concurrently, so outside a transaction."""
# ruff: noqa: RUF012  Django's own form

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("example", "0001_initial")]
    operations = [
        AddIndexConcurrently("note", models.Index(fields=["created"], name="note_created")),
    ]
