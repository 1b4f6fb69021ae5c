"""What goes wrong with one app's backups, or with all of them."""


class BackupProblem(Exception):
    """Something that stops one app's turn, or the whole run before the first. The message is one line, for people."""
