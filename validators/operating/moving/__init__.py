"""Data into an app and out of it: from a VM, and for a customer who leaves. Copied by pg_dump, pg_restore, rsync and tar."""
