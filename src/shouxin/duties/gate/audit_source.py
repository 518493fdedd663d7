"""Where a table of acts comes from: Parquet or CSV through DuckDB, or a query on PostgreSQL.

Either way it comes as Arrow batches of ``CHUNK`` rows, the last one shorter, in an order that stays; nothing
is held but the batch at hand. DuckDB is told to fetch no extension.
"""

import glob
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from shouxin.duties.gate import audit_groups
from shouxin.duties.gate.audit_splice import Shape
from shouxin.errors import InputError
from shouxin.store.dsn import read_dsn

CHUNK = 122_880
"""Rows decided at a time: what DuckDB puts into one row group."""

_LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "temp_directory": "",
}
_CSV = (
    "all_varchar = true, header = true, skip = 0, delim = ',', quote = '\"', escape = '\"', "
    "comment = '', strict_mode = true, null_padding = false, ignore_errors = false"
)
"""RFC 4180 with a header, and nothing guessed: a guess may take the header for rubbish and skip it."""

_TYPES = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    25: pa.string(),
    700: pa.float64(),
    701: pa.float64(),
    1009: pa.list_(pa.string()),
    1042: pa.string(),
    1043: pa.string(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}
_AS_TEXT = {114: "json", 1700: "numeric", 2950: "uuid", 3802: "jsonb"}


class Table(NamedTuple):
    """An opened table: its columns, its chunks, and whether every column is text, as in CSV.

    ``shape`` is there where the chunks can be copied (see ``audit_groups``).
    """

    schema: Any
    chunks: Iterator[Any]
    text: bool
    shape: Shape | None = None


@contextmanager
def opened(source: str, query: str = "", *, copy: bool = False) -> Iterator[Table]:
    """Open a file, a glob of files, or with ``query`` the database that the DSN ``source`` names.

    With ``copy`` the chunks are row groups that can be copied, where the files allow it, and else batches.
    Raises ``InputError``: audit-missing, audit-unreadable, audit-query, audit-query-writes,
    audit-column-type; and ``StoreError`` (store-dsn).
    """
    is_dsn = source.startswith(("postgresql://", "postgres://"))
    if is_dsn != bool(query):
        raise InputError(
            "audit-query",
            "a query needs a database" if query else "a database needs a query",
            remedy="give the DSN postgresql://… as SOURCE and what to read from it as --query",
        )
    with _database(source, query) if is_dsn else _files(source, copy=copy) as table:
        yield table


def files(source: str) -> list[Path]:
    """Return the files that a path or a pattern names, in order; raise ``InputError`` (audit-missing)."""
    names = [source] if Path(source).is_file() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207
    found = [Path(name) for name in names if Path(name).is_file()]
    if not found:
        raise InputError(
            "audit-missing", f'there is no file "{source[:200]}"', remedy="mend the path or the pattern"
        )
    return found


@contextmanager
def _files(source: str, *, copy: bool) -> Iterator[Table]:
    names = [str(path) for path in files(source)]
    text = any(name.endswith((".csv", ".csv.gz")) for name in names)
    if copy and not text and (copied := audit_groups.opened(names)):
        yield Table(*copied[:2], text=False, shape=copied[2])
        return
    reader = f"read_csv($names, {_CSV})" if text else "read_parquet($names)"
    with duckdb.connect(config=_LIMITS) as connection:
        connection.execute("SET preserve_insertion_order = true")
        try:
            params = {"names": [glob.escape(name) for name in names]}
            stream = connection.sql(f"SELECT * FROM {reader}", params=params).to_arrow_reader(CHUNK)  # noqa: S608
            yield Table(stream.schema, _even(_guarded(stream, source), stream.schema), text)
        except duckdb.Error as error:
            raise unreadable(source, error) from None


def _guarded(stream: Any, source: str) -> Iterator[Any]:
    """Yield the batches of a stream; DuckDB reports what it cannot read through Arrow."""
    try:
        yield from stream
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise unreadable(source, error) from None


def unreadable(source: str, error: Exception) -> InputError:
    """Return the refusal (audit-unreadable) of a table that a reader stumbles over."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    what = next((line for line in lines if "CSV Error" in line), lines[0] if lines else "no reason")
    if "sniffing" in what:
        what = "its lines are no CSV with the columns of its first line"
    return InputError(
        "audit-unreadable",
        f"the table cannot be read: {what[:200]}",
        where=source,
        remedy="give Parquet, or CSV in UTF-8 with a header and .csv at the end of its name",
    )


def _even(batches: Iterator[Any], schema: Any) -> Iterator[Any]:
    """Yield the rows of ``batches`` in batches of exactly ``CHUNK`` rows, but for the last."""
    held: list[Any] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        while count >= CHUNK:
            table = pa.Table.from_batches(held, schema)
            yield _one(table.slice(0, CHUNK))
            held = table.slice(CHUNK).to_batches()
            count -= CHUNK
    if count:
        yield _one(pa.Table.from_batches(held, schema))


def _one(table: Any) -> Any:
    """Return a table as one batch."""
    return table.combine_chunks().to_batches()[0]


@contextmanager
def _database(dsn: str, query: str) -> Iterator[Table]:
    """Read a query through a cursor of the server, in a transaction that can change nothing."""
    import psycopg
    from psycopg.types.string import TextLoader

    parameters = read_dsn(dsn).parameters
    try:
        with psycopg.connect(**parameters) as connection:  # type: ignore[arg-type]
            connection.read_only = True
            for kind in _AS_TEXT.values():
                connection.adapters.register_loader(kind, TextLoader)
            with connection.cursor(name="shouxin_audit") as cursor:
                cursor.execute(query.encode())
                schema = _schema(cursor.description or ())
                yield Table(schema, _fetched(cursor, schema), text=False)
    except psycopg.errors.ReadOnlySqlTransaction:
        raise InputError(
            "audit-query-writes", "the query changes the database", remedy="give a query that only reads"
        ) from None
    except psycopg.Error as error:
        raise InputError(
            "audit-query", f"the query does not run: {_reason(error)}", remedy="mend the query or the DSN"
        ) from None


def _reason(error: Any) -> str:
    """Return what a server said of a query, but nothing that it may have quoted from the rows."""
    state = error.sqlstate or ""
    if state.startswith("42"):
        return str(error.diag.message_primary)[:200]
    return f"the server ended it (SQLSTATE {state})" if state else "the server cannot be reached"


def _schema(columns: Any) -> Any:
    for column in columns:
        if column.type_code not in _TYPES and column.type_code not in _AS_TEXT:
            raise InputError(
                "audit-column-type",
                f'the column "{column.name}" has a type that no table can keep',
                remedy=f'cast it in the query: "{column.name}"::text',
            )
    return pa.schema([(column.name, _TYPES.get(column.type_code, pa.string())) for column in columns])


def _fetched(cursor: Any, schema: Any) -> Iterator[Any]:
    while rows := cursor.fetchmany(CHUNK):
        arrays = [
            pa.array(values, field.type)
            for values, field in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)
