"""Bringing the tables to the version that this code needs, forward and back, in one transaction each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shouxin.errors import StoreError
from shouxin.store.config import Progress, no_progress
from shouxin.store.database import SCHEMA

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

_LOCK = 0x5348_4F55  # any constant will do; it is the same for every Shouxin on one database
_LOCK_SECONDS = 60


def upgrade(engine: "Engine", progress: Progress = no_progress, target: str = "head") -> None:
    """Apply the migrations that are missing up to a revision; all of them or none.

    Processes that start at the same moment wait for each other. Raises StoreError ``store-newer``,
    ``store-revision-unknown``, ``store-migration-busy``, ``store-migration-failed``.
    """
    from alembic import command

    _migrate(engine, progress, target, command.upgrade)


def downgrade(engine: "Engine", target: str, progress: Progress = no_progress) -> None:
    """Undo the migrations after a revision (``"base"``: all of them); data of their tables is lost.

    Raises the same errors as ``upgrade``.
    """
    from alembic import command

    _migrate(engine, progress, target, command.downgrade)


def current(engine: "Engine") -> str | None:
    """Return the revision that the database is at; None before the first migration."""
    with engine.connect() as connection:
        return _current(connection)


def head() -> str:
    """Return the newest revision that this code knows."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> "Config":
    """Return the configuration of Alembic; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "shouxin.store:migrations")
    return config


def _migrate(engine: "Engine", progress: Progress, target: str, run: "Callable[[Config, str], None]") -> None:
    """Run Alembic inside one transaction that holds the lock of the migrations."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = _config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with _explained(), engine.begin() as connection:
        _take_lock(connection)
        found = _current(connection)
        if found is not None and found not in known:
            raise StoreError(
                "store-newer",
                f'the database was made by a newer version of Shouxin (revision "{found}")',
                where=f"schema {SCHEMA}",
                remedy="install that version or a later one, or restore the backup made before the upgrade",
            )
        config.attributes["connection"] = connection
        config.attributes["progress"] = progress
        try:
            run(config, target)
        except CommandError:
            raise StoreError(
                "store-revision-unknown",
                f'there is no way to the revision "{target}"',
                where=f"schema {SCHEMA}",
                remedy=f"choose one of: base, {', '.join(sorted(known))}, head",
            ) from None


def _take_lock(connection: "Connection") -> None:
    """Wait for other migrations, then make the schema if this is the first."""
    from sqlalchemy import text

    connection.execute(text("set local statement_timeout = 0"))
    connection.execute(text(f"set local lock_timeout = '{_LOCK_SECONDS}s'"))
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if not connection.scalar(text("select to_regnamespace(:name) is not null"), {"name": SCHEMA}):
        connection.execute(text(f"create schema {SCHEMA}"))


def _current(connection: "Connection") -> str | None:
    """Return the revision in the version table, if there is one."""
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


@contextmanager
def _explained() -> Iterator[None]:
    """Turn a failure of the database into a StoreError; the transaction has been undone by then."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as problem:
        if getattr(problem.orig, "sqlstate", None) == "55P03":  # lock_not_available
            raise StoreError(
                "store-migration-busy",
                "another process is changing the tables or keeps one of them locked",
                where=f"schema {SCHEMA}",
                remedy="wait until it is done, then start again",
            ) from problem
        # The primary message only: the detail may quote values out of the tables.
        words = (
            getattr(getattr(problem.orig, "diag", None), "message_primary", None) or "the connection was lost"
        )
        raise StoreError(
            "store-migration-failed",
            f"the tables could not be changed: {words}",
            where=f"schema {SCHEMA}",
            remedy="nothing was changed; mend what the database names and start again",
        ) from problem
