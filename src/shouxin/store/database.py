"""Opening the store: an engine of SQLAlchemy Core over psycopg, to the embedded server or to a DSN's."""

from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

from shouxin.errors import StoreError
from shouxin.store.config import Progress, StoreConfig, no_progress
from shouxin.store.dsn import Dsn, read_dsn

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Engine

SCHEMA = "shouxin"
"""The PostgreSQL schema that holds every table of Shouxin."""

OLDEST_SERVER = 14
_APPLICATION = "shouxin"
_CONNECT_SECONDS = 10
_POOL_SIZE = 5
_POOL_OVERFLOW = 5
_SESSION = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
_RIGHTS = """
select coalesce(
    (select has_schema_privilege(oid, 'CREATE') and has_schema_privilege(oid, 'USAGE')
     from pg_namespace where nspname = %s),
    has_database_privilege(current_database(), 'CREATE')
), current_user, current_database()
"""


class Store:
    """An open store; a context manager that closes the engine and leaves the embedded server.

    ``engine`` is the SQLAlchemy engine, ``place`` says in words which database it is, without secrets.
    """

    def __init__(self, engine: "Engine", place: str, on_close: ExitStack) -> None:
        self.engine = engine
        self.place = place
        self._on_close = on_close

    def __repr__(self) -> str:
        return f"Store({self.place})"

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; the last user of an embedded server stops it. May be called again."""
        self._on_close.close()


def open_store(config: StoreConfig, progress: Progress = no_progress) -> Store:
    """Open the store and check that it can be used; the tables are made by ``migrate.upgrade``.

    The checks: the server answers within 10 seconds, lets us in, is PostgreSQL 14 or later, keeps UTF-8, and
    lets us make the tables. Statements end after 30 seconds, waits for a lock after 10.

    Raises StoreError: ``store-dsn``, ``store-unreachable``, ``store-login-refused``,
    ``store-database-missing``, ``store-server-old``, ``store-encoding``, ``store-no-create-right``, and those
    of ``EmbeddedServer.running``.
    """
    from shouxin.store.embedded import EmbeddedServer

    with ExitStack() as stack:
        if config.dsn is None:
            server = EmbeddedServer(
                config.data_dir, config.postgres_bin, progress, for_tests=config.for_tests
            )
            parameters = read_dsn(stack.enter_context(server.running())).parameters
            dsn = Dsn(parameters, f'the data folder "{config.data_dir}"')
        else:
            dsn = read_dsn(config.dsn)
        _check(dsn)
        engine = _make_engine(dsn)
        stack.callback(engine.dispose)
        return Store(engine, dsn.place, stack.pop_all())


def connected(dsn: str) -> "Engine":
    """Return an engine for a database of somebody else's that a DSN names; errors when it is first used.

    Raises StoreError ``store-dsn`` at once, and those of an unreachable server then.
    """
    return _make_engine(read_dsn(dsn))


def _connect(dsn: Dsn) -> "psycopg.Connection":
    """Make one connection. Raises psycopg.OperationalError, whose words are safe but whose object is not."""
    import psycopg

    from shouxin.store import driver  # noqa: F401  # what connections are taught has to stand before they are

    ours = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    defaults = {"connect_timeout": str(_CONNECT_SECONDS), "application_name": _APPLICATION}
    theirs = dsn.parameters | {"options": f"{ours} {dsn.parameters.get('options', '')}".strip()}
    return psycopg.connect(**(defaults | theirs | {"client_encoding": "UTF8"}))  # type: ignore[arg-type]


def _make_engine(dsn: Dsn) -> "Engine":
    """Return an engine with a small pool; neither it nor its errors hold the DSN or bound values."""
    from sqlalchemy import create_engine

    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: _connect_or_refuse(dsn),
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_OVERFLOW,
        pool_timeout=_CONNECT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _connect_or_refuse(dsn: Dsn) -> "psycopg.Connection":
    """Make one connection, or raise the StoreError that says why not.

    The error of psycopg carries the whole connection, password included, so it must not become the cause.
    """
    import psycopg

    try:
        return _connect(dsn)
    except psycopg.Error as problem:
        words = " ".join(str(problem).split())
        refused = problem.pgconn is not None and problem.pgconn.needs_password
    raise _connection_error(dsn, words, no_password=refused)


def _connection_error(dsn: Dsn, words: str, *, no_password: bool) -> StoreError:
    """Sort what the server answers to a connection by its words; libpq does not pass its error codes on."""
    if no_password or any(
        sign in words
        for sign in (
            "authentication failed",
            "no password supplied",
            "no pg_hba.conf entry",
            "is not permitted to log in",
        )
    ):
        pgpass = dsn.parameters.get("passfile")
        return StoreError(
            "store-login-refused",
            f"the database does not let us in: {words}",
            where=pgpass or dsn.place,
            remedy="restore this file from the backup of the data folder"
            if pgpass
            else "check the user and the password of the DSN, and pg_hba.conf of the server",
        )
    if "does not exist" in words:
        return StoreError(
            "store-database-missing",
            f"the server has no such database: {words}",
            where=dsn.place,
            remedy="create it (createdb --encoding=UTF8 NAME), or correct the DSN",
        )
    return StoreError(
        "store-unreachable",
        f"the database cannot be reached: {words}",
        where=dsn.place,
        remedy="check that the server runs and that its address and port are right",
    )


def _check(dsn: Dsn) -> None:
    """Connect once and refuse a server that cannot hold the store."""
    with _connect_or_refuse(dsn) as connection:
        major = connection.info.server_version // 10_000
        encoding = connection.info.parameter_status("server_encoding")
        row = connection.execute(_RIGHTS, (SCHEMA,)).fetchone()
    if major < OLDEST_SERVER:
        raise StoreError(
            "store-server-old",
            f"the server is PostgreSQL {major}, and {OLDEST_SERVER} or later is needed",
            where=dsn.place,
            remedy="upgrade the server, or use another one",
        )
    if encoding != "UTF8":
        raise StoreError(
            "store-encoding",
            f'the database keeps its text as "{encoding}", which cannot hold every character',
            where=dsn.place,
            remedy="create the database with --encoding=UTF8",
        )
    if row is not None and not row[0]:
        raise StoreError(
            "store-no-create-right",
            f'the user "{row[1]}" may not make tables in the database "{row[2]}"',
            where=dsn.place,
            remedy=f'let the owner of the database run: GRANT CREATE ON DATABASE "{row[2]}" TO "{row[1]}"',
        )
