"""What Django's FileSystemStorage does with files, on the volume; prints what came of it."""

import json
import os
import sys
import tempfile
from pathlib import Path

from django.conf import settings

settings.configure(MEDIA_ROOT="/media", USE_TZ=True)
from django.core.files.base import ContentFile  # noqa: E402
from django.core.files.move import file_move_safe  # noqa: E402
from django.core.files.storage import FileSystemStorage  # noqa: E402
from django.core.files.uploadedfile import TemporaryUploadedFile  # noqa: E402

folder = sys.argv[1]
storage, overwriting = FileSystemStorage(), FileSystemStorage(allow_overwrite=True)


def about(name):
    """Owner, group and mode of a file or folder."""
    status = Path(storage.path(name)).stat()
    return [status.st_uid, status.st_gid, f"{status.st_mode & 0o7777:o}"]


found = {}
small = storage.save(f"{folder}/deep/small.txt", ContentFile(b"first"))
second = storage.save(f"{folder}/deep/small.txt", ContentFile(b"second"))
found["same name"] = [second != small, storage.open(small).read().decode(), storage.open(second).read().decode()]
found["file"], found["folder"] = about(small), about(f"{folder}/deep")
# Larger than 2.5 MB: an upload that Django has on disk already, and moves from another file system.
with TemporaryUploadedFile("large.bin", "application/octet-stream", 3_000_000, None) as upload:
    upload.write(b"x" * 3_000_000)
    upload.seek(0)
    large = storage.save(f"{folder}/large.bin", upload)
found["large"] = [storage.size(large), *about(large)]
found["overwritten"] = [overwriting.save(small, ContentFile(b"again")) == small, storage.open(small).read().decode()]
# A rename within the volume, over a file that is there and open: whoever has it open goes on reading the old one.
with storage.open(small) as reader, tempfile.NamedTemporaryFile(dir="/media", delete=False) as other:
    other.write(b"renamed")
    other.flush()
    file_move_safe(other.name, storage.path(small), allow_overwrite=True)
    found["renamed over"] = [reader.read().decode(), Path(storage.path(small)).read_text()]
found["listed"] = sorted(storage.listdir(f"{folder}/deep")[1]) == sorted(map(os.path.basename, [small, second]))
storage.delete(second)
found["deleted"] = [storage.exists(second), storage.exists(small)]
print(json.dumps(found))
