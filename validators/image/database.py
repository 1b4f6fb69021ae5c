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

    def tables(self) -> int:
        """How many tables there are."""
        return int(self._ask("select count(*) from pg_stat_user_tables", "app"))

    def uses(self) -> int:
        """How often they were read or written to. Not the sessions: the probes of the database's pod are some, too."""
        return int(
            self._ask(
                "select coalesce(sum(seq_scan + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del), 0)"
                " from pg_stat_user_tables",
                "app",
            )
        )

    def empty(self) -> None:
        """Make the database anew, as the first start finds it."""
        self._ask("drop database app with (force)")
        self._ask("create database app owner app")
