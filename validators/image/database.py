"""The app's PostgreSQL, asked from inside its pod."""

from .kubectl import Kubectl


class Database:
    """Database `app`, as `postgres/standalone` makes it."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl

    def _ask(self, statement: str, database: str = "postgres") -> str:
        psql = ["psql", "--username=app", f"--dbname={database}", "--tuples-only", "--no-align", "--quiet"]
        options = ["database-0", "--container=postgres", "--"]
        return self._kubectl.run("exec", *options, *psql, f"--command={statement}").strip()

    def sessions(self) -> int:
        """How many sessions there have been in the app's database, this class's own left out."""
        return int(self._ask("select sessions from pg_stat_database where datname = 'app'"))

    def tables(self) -> int:
        """How many tables there are; takes a session."""
        return int(self._ask("select count(*) from pg_stat_user_tables", "app"))

    def empty(self) -> None:
        """Make the database anew, as the first start finds it."""
        self._ask("drop database app with (force)")
        self._ask("create database app owner app")
