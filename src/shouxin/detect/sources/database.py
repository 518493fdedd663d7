"""Tables of a database, by SQLAlchemy URL: read only, a repeatable sample, no statement without an end."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from shouxin.detect.sources import tables
from shouxin.detect.sources.piece import Pieces, Unscanned
from shouxin.errors import InputError

if TYPE_CHECKING:
    import sqlalchemy as sa


class Sample(msgspec.Struct, frozen=True):
    """What to look at and how much of it.

    ``schemas`` empty means the default one of the connection, never all. The same ``seed`` chooses the same
    rows of an unchanged table. ``timeout`` is in seconds for each statement.
    """

    schemas: tuple[str, ...] = ()
    rows: int = 1000
    seed: int = 0
    timeout: float = 30.0


class Field(msgspec.Struct, frozen=True):
    """A column as the database declares it."""

    name: str
    type: str
    comment: str = ""


class Reference(msgspec.Struct, frozen=True):
    """A foreign key: these columns stand for those of another table."""

    columns: tuple[str, ...]
    to: str
    at: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """A table as the database declares it; ``rows`` is its own estimate or count, None where it has none."""

    schema: str | None
    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    comment: str = ""
    rows: int | None = None

    @property
    def place(self) -> str:
        """Return schema and name as people write them."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Database:
    """A connection that only reads, for the time of a ``with`` block."""

    def __init__(self, url: str, sample: Sample | None = None) -> None:
        self.sample = sample or Sample()
        self._engine = _engine(url)
        self.kind = self._engine.dialect.name
        self.name = _name(self._engine.url.database or "") or self.kind

    def __enter__(self) -> "Database":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self._engine.dispose()

    def tables(self) -> list[Table | Unscanned]:
        """Return the tables and views of the schemas asked for, in order.

        Raises InputError ``database-unreachable`` and ``schema-unknown``.
        """
        import sqlalchemy as sa

        try:
            with self._reading() as connection:
                return self._listed(connection)
        except sa.exc.SQLAlchemyError as problem:
            raise self._unreachable(problem) from None

    def _listed(self, connection: "sa.Connection") -> list[Table | Unscanned]:
        import sqlalchemy as sa

        inspector = sa.inspect(connection)
        known = set(inspector.get_schema_names())
        found: list[Table | Unscanned] = []
        for schema in self.sample.schemas or (None,):
            if schema is not None and schema not in known:
                names = ", ".join(sorted(known)[:20])
                raise InputError(
                    "schema-unknown", f'there is no schema "{schema}"', remedy=f"there are: {names}"
                )
            for name in sorted([*inspector.get_table_names(schema), *inspector.get_view_names(schema)]):
                try:
                    found.append(self._described(inspector, connection, schema, name))
                except sa.exc.SQLAlchemyError:
                    place = f"{schema}.{name}" if schema else name
                    found.append(Unscanned("unreadable", "the table cannot be described", place))
        return found

    def pieces(self, table: Table) -> Pieces:
        """Hand out the columns of a sample; a table that cannot be read is named as unscanned."""
        try:
            rows = self.rows(table)
        except _failures() as problem:
            yield Unscanned("unreadable", _why(problem), table.place)
            return
        yield from tables.columns(rows, name=table.place)

    def rows(self, table: Table) -> pa.Table:
        """Return a repeatable sample of a table, every value as text or bytes."""
        with self._reading() as connection:
            columns, given = _query(self.kind, table, self.sample), [field.name for field in table.fields]
            found = connection.execute(columns).fetchall()
        arrays = []
        for at in range(len(given)):
            cells = [row[at] for row in found]
            raw = any(isinstance(cell, bytes | bytearray | memoryview) for cell in cells)
            arrays.append(
                pa.array([None if cell is None else _raw(cell) for cell in cells], pa.large_binary())
                if raw
                else pa.array([None if cell is None else str(cell) for cell in cells], pa.large_string())
            )
        return pa.Table.from_arrays(arrays, names=given)

    def _described(
        self, inspector: "sa.Inspector", connection: "sa.Connection", schema: str | None, name: str
    ) -> Table:
        fields = tuple(
            Field(column["name"], str(column["type"]), column.get("comment") or "")
            for column in inspector.get_columns(name, schema)
        )
        references = tuple(
            Reference(
                tuple(key["constrained_columns"]),
                f"{key['referred_schema']}.{key['referred_table']}"
                if key["referred_schema"]
                else key["referred_table"],
                tuple(key["referred_columns"]),
            )
            for key in inspector.get_foreign_keys(name, schema)
        )
        comment = ""
        with suppress(NotImplementedError):
            comment = inspector.get_table_comment(name, schema).get("text") or ""
        key = tuple(inspector.get_pk_constraint(name, schema).get("constrained_columns") or ())
        count = _estimate(self.kind, connection, schema, name)
        return Table(schema, name, fields, key, references, comment, count)

    @contextmanager
    def _reading(self) -> "Iterator[sa.Connection]":
        """Have a transaction that cannot write, whose statements end in time."""
        import sqlalchemy as sa

        try:
            connection = self._engine.connect()
        except sa.exc.SQLAlchemyError as problem:
            raise self._unreachable(problem) from None
        with connection:
            _guard(self.kind, connection, self.sample.timeout)
            yield connection
            connection.rollback()

    def _unreachable(self, problem: Exception) -> InputError:
        return InputError(
            "database-unreachable",
            f"the database does not answer ({_why(problem)})",
            where=self._engine.url.render_as_string(hide_password=True),
            remedy="check the address, the account and its rights",
        )


def _engine(url: str) -> "sa.Engine":
    """Return an engine; SQLite files are opened so that nothing can be written or made."""
    import sqlalchemy as sa

    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername in ("mysql", "mariadb"):
            parsed = parsed.set(drivername=f"{parsed.drivername}+pymysql")
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            parsed = parsed.set(database=f"file:{parsed.database}", query={"mode": "ro", "uri": "true"})
        return sa.create_engine(parsed, poolclass=sa.pool.NullPool)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError):
        raise InputError(
            "database-url-unreadable",
            "this is no address of a database that can be read",
            remedy="write it like postgresql://user@host/name, mysql://… or sqlite:///file.db",
        ) from None
    except ImportError as problem:
        raise InputError(
            "database-driver-missing",
            f'the driver "{problem.name}" is not installed',
            remedy="install it: pip install shouxin[mysql] for MySQL and MariaDB",
        ) from None


def _name(database: str) -> str:
    """Return what a database is called: for a file the name of the file."""
    return PurePath(database.removeprefix("file:")).stem


def _guard(kind: str, connection: "sa.Connection", seconds: float) -> None:
    """Make the transaction read only and give every statement an end."""
    milliseconds = max(1, int(seconds * 1000))
    if kind == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")
    elif kind in ("mysql", "mariadb"):
        maria = connection.dialect.is_mariadb  # type: ignore[attr-defined]
        limit = f"max_statement_time = {seconds}" if maria else f"max_execution_time = {milliseconds}"
        connection.exec_driver_sql(f"SET SESSION {limit}")
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("START TRANSACTION READ ONLY")
    elif kind == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        end = time.monotonic() + seconds
        raw.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)


def _estimate(kind: str, connection: "sa.Connection", schema: str | None, name: str) -> int | None:
    """Return how many rows the database thinks a table has; small ones and SQLite's are counted."""
    import sqlalchemy as sa

    table = sa.table(name, schema=schema)
    if kind == "postgresql":
        oid = connection.dialect.identifier_preparer.format_table(table)
        query = sa.text(
            "SELECT reltuples::bigint FROM pg_class "
            "WHERE oid = to_regclass(:name) AND relkind IN ('r', 'm', 'p')"
        )
        found = connection.execute(query, {"name": oid}).scalar()
        if found is None or found > 10_000:
            return found
    elif kind in ("mysql", "mariadb"):
        query = sa.text(
            "SELECT table_rows FROM information_schema.tables "
            "WHERE table_schema = coalesce(:schema, database()) AND table_name = :name"
        )
        found = connection.execute(query, {"schema": schema, "name": name}).scalar()
        if found is None or found > 10_000:
            return found
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()


def _query(kind: str, table: Table, sample: Sample) -> "sa.Select[Any]":
    """Return the query of a repeatable sample: all rows where they are few, else a share by a hash."""
    import sqlalchemy as sa

    columns: list[sa.ColumnClause[Any]] = [sa.column(field.name) for field in table.fields]
    source: Any = sa.table(table.name, *columns, schema=table.schema)
    few = table.rows is None or table.rows <= 2 * sample.rows
    condition = None
    if not few and table.rows is not None:
        share = sample.rows / table.rows
        if kind == "postgresql":
            source = source.tablesample(sa.func.bernoulli(100 * share), seed=sa.literal(sample.seed))
        else:
            condition = _chosen(kind, table.key, sample.seed, round(1 / share))
    query = sa.select(*(source.c[field.name] for field in table.fields))
    if condition is not None:
        query = query.where(condition)
    if table.key:
        query = query.order_by(*(source.c[name] for name in table.key))
    return query.limit(2 * sample.rows)


def _chosen(kind: str, key: Sequence[str], seed: int, every: int) -> "sa.ColumnElement[bool] | None":
    """Return a condition that holds for one row in ``every``, always the same ones."""
    import sqlalchemy as sa

    if kind in ("mysql", "mariadb") and key:
        parts = sa.func.concat_ws("#", sa.literal(seed), *(sa.column(name) for name in key))
        return sa.func.crc32(parts) % every == 0
    if kind == "sqlite":
        return ((sa.column("rowid") + seed) * 2654435761) % 4294967296 % every == 0
    return None


def _raw(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | bytearray | memoryview) else str(cell).encode()


def _failures() -> tuple[type[Exception], ...]:
    import sqlalchemy as sa

    return (sa.exc.SQLAlchemyError, InputError)


def _why(problem: Exception) -> str:
    """Say what went wrong without quoting what the database said: it may quote data."""
    words = type(getattr(problem, "orig", problem)).__name__
    known = {
        "InsufficientPrivilege": "no right to read it",
        "QueryCanceled": "it took too long",
        "OperationalError": "the connection failed or a statement took too long",
    }
    return known.get(words, words)
