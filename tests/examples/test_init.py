"""/init: idempotent, and harmless when two run at once."""

from .sandbox import Sandbox
from .services import Postgres
from .wait import wait_until

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
INDEX = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'note_created'::regclass"
MIGRATIONS = "SELECT app, name, count(*) FROM django_migrations GROUP BY 1, 2 HAVING count(*) > 1"


def test_twice_one_after_the_other(sandbox: Sandbox, postgres: Postgres, database: dict[str, str]) -> None:
    first = sandbox.run("/init")
    tables = postgres.query(TABLES, database["PGDATABASE"])
    second = sandbox.run("/init")
    assert "Applying example.0001_initial" in first.output()
    assert "No migrations to apply" in second.output()
    assert int(tables) > 3
    assert postgres.query(TABLES, database["PGDATABASE"]) == tables


def test_migrations_say_what_the_models_say(sandbox: Sandbox, database: dict[str, str]) -> None:
    sandbox.run("sh", "-c", "cd /app && exec python manage.py makemigrations --check --dry-run")


def test_two_at_once(sandbox: Sandbox, postgres: Postgres, database: dict[str, str]) -> None:
    both = [sandbox.start("/init"), sandbox.start("/init")]
    for container in both:
        assert container.wait(60) == 0, container.output()
    applied = ["Applying example.0001_initial" in container.output() for container in both]
    assert sorted(applied) == [False, True], "one migrates, the other finds it done"
    assert postgres.query(MIGRATIONS, database["PGDATABASE"]) == ""
    assert postgres.query(INDEX, database["PGDATABASE"]) == "t"


def test_waits_for_the_lock_and_survives_its_holder(
    sandbox: Sandbox, postgres: Postgres, database: dict[str, str]
) -> None:
    """A killed /init frees the lock; nobody has to clean up."""
    hold = "import django, time; django.setup(); from example.management.commands.init import advisory_lock, LOCK\n"
    hold += "with advisory_lock(LOCK): print('held', flush=True); time.sleep(60)"
    holder = sandbox.start("sh", "-c", f'cd /app && exec python -c "{hold}"', DJANGO_SETTINGS_MODULE="config.settings")
    holder.logged("held")
    waiting = sandbox.start("/init")
    locks = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_try_advisory_lock%' AND pid <> pg_backend_pid()"
    )
    wait_until(lambda: postgres.query(locks, database["PGDATABASE"]) == "2", 20, "the second does not try")
    assert "Applying" not in waiting.output()
    holder.kill()
    assert waiting.wait(30) == 0, waiting.output()
    assert "Applying example.0001_initial" in waiting.output()
