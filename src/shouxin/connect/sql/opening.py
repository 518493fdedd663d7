"""Connections to a user's database: bounded in time, and errors that quote nothing of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from shouxin.errors import InputError, ShouxinError, StoreError

POOL = 8
"""Connections to one store at most."""

PATIENCE = 600.0
"""Seconds that a question waits for one of them to be free."""


def engine_for(url: str, timeout: float) -> sa.Engine:
    """Return an engine; ``timeout`` in seconds ends each statement.

    Raises ``InputError`` (database-url-unreadable, database-driver-missing).
    """
    try:
        parsed = sa.make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername in ("mysql", "mariadb"):
            parsed = parsed.set(drivername=f"{parsed.drivername}+pymysql")
        if parsed.get_backend_name() == "sqlite":
            engine = sa.create_engine(parsed, poolclass=sa.pool.NullPool)
        else:
            engine = sa.create_engine(
                parsed, pool_size=POOL, max_overflow=0, pool_timeout=PATIENCE, pool_pre_ping=True
            )
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError):
        raise InputError(
            "database-url-unreadable",
            "this is no address of a database that can be used",
            remedy="write it like postgresql://user@host/name, mysql://… or sqlite:///file.db",
        ) from None
    except ImportError as problem:
        raise InputError(
            "database-driver-missing",
            f'the driver "{problem.name}" is not installed',
            remedy="install it: pip install shouxin[mysql] for MySQL and MariaDB",
        ) from None
    _limits(engine, timeout)
    return engine


def _limits(engine: sa.Engine, timeout: float) -> None:
    milliseconds = max(1, int(timeout * 1000))

    def connected(raw: Any, _: object) -> None:
        if engine.dialect.name == "sqlite":
            raw.isolation_level = None
        cursor = raw.cursor()
        for statement in _session(engine.dialect, milliseconds):
            cursor.execute(statement)
        cursor.close()
        if engine.dialect.name == "postgresql":
            raw.commit()

    sa.event.listen(engine, "connect", connected)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))


def _session(dialect: Any, milliseconds: int) -> tuple[str, ...]:
    """Return what is said to the database at the start of a session."""
    if dialect.name == "postgresql":
        return (
            f"SET statement_timeout = {milliseconds}",
            f"SET lock_timeout = {milliseconds}",
            "SET timezone = 'Asia/Shanghai'",
        )
    if dialect.name == "sqlite":
        return ("PRAGMA foreign_keys = ON", f"PRAGMA busy_timeout = {milliseconds}")
    return (
        f"SET SESSION innodb_lock_wait_timeout = {max(1, milliseconds // 1000)}",
        "SET SESSION time_zone = '+08:00'",
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",
    )


class Crossed(StoreError):  # noqa: N818 - what happened to two sessions
    """Two sessions were in each other's way; the one that was taken back can begin again at once."""


@contextmanager
def told(store: str) -> Iterator[None]:
    """Turn what a database says into an error without values: its messages quote rows.

    Raises ``StoreError``: connect-refused where it says no, connect-lost where it is not there any more,
    connect-locked where somebody else holds what is needed, connect-slow where a statement takes too long,
    connect-full where its disk is full.
    """
    try:
        yield
    except ShouxinError:
        raise
    except (sa.exc.SQLAlchemyError, OSError) as error:
        code, what, remedy = _said(error)
        kind = Crossed if _crossed(error) else StoreError
        raise kind(code, f"{what}; nothing was changed", where=store, remedy=remedy) from None


def _crossed(error: Exception) -> bool:
    original = getattr(error, "orig", None) or error
    number = next((arg for arg in original.args[:1] if isinstance(arg, int)), 0)
    return type(original).__name__ in _CROSSED or number == _DEADLOCK


def _said(error: Exception) -> tuple[str, str, str]:
    original = getattr(error, "orig", None) or error
    name = type(original).__name__
    number = next((arg for arg in original.args[:1] if isinstance(arg, int)), 0)
    words = str(original).lower() if name == "OperationalError" else ""
    constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
    if isinstance(error, sa.exc.TimeoutError):
        return "connect-locked", "too many questions wait for the store", "try again in a while"
    if name in _LOCKED or number in (1205, _DEADLOCK) or "locked" in words:
        return (
            "connect-locked",
            "another session holds what is needed",
            "try again when it has finished",
        )
    if name in _SLOW or number in (1969, 3024):
        return "connect-slow", "a statement took longer than it may", "give the store a longer timeout"
    if name == "DiskFull" or number in _FULL or "disk is full" in words or _is_of_a_file(original, number):
        return "connect-full", "the database has no room left", "make room on its disk and try again"
    lost = getattr(error, "connection_invalidated", False) or number in (2003, 2006, 2013)
    if lost or (name == "OperationalError" and not number) or isinstance(error, OSError):
        return (
            "connect-lost",
            f"the database does not answer ({name})",
            "look at its connection and try again",
        )
    named = f', constraint "{constraint}"' if constraint else f" {number}" if number else ""
    return (
        "connect-refused",
        f"the database refused ({name}{named})",
        "look at its rights and constraints; the map can say what becomes of a column",
    )


def _is_of_a_file(original: BaseException, number: int) -> bool:
    """Tell whether MariaDB calls a temporary file broken, as it does where there is no room to write it."""
    return number == _BROKEN and "#sql" in str(original)


_CROSSED = frozenset({"DeadlockDetected", "SerializationFailure"})
_DEADLOCK = 1213
_LOCKED = frozenset({"LockNotAvailable"}) | _CROSSED
_SLOW = frozenset({"QueryCanceled", "QueryCanceledError"})
_BROKEN = 126
_FULL = frozenset({1021, 1114})  # ER_DISK_FULL, ER_RECORD_FILE_FULL
