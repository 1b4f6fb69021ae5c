"""Backups from outside, by the platform's key: retention and drill. docs/backup.md tells how to run them."""
