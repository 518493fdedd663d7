"""The driver below SQLAlchemy, in the same transaction: for COPY, and for many rows in and out at once."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

START, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""What stands around the rows of a COPY in binary."""

NULL = b"\xff\xff\xff\xff"
_LENGTH = struct.Struct(">i")
_ARRAY = struct.Struct(">iiiii")
BYTEA, TEXT = (psycopg.postgres.types[name].oid for name in ("bytea", "text"))
"""What an array in binary says that it is of."""


class ByteStrings(list[bytes]):
    """Byte strings that are one value of a statement; of a plain list psycopg looks at each by itself."""


class _ByteStrings(Dumper):
    """Writes byte strings as an array of bytea in binary."""

    format = Format.BINARY
    oid = psycopg.postgres.types["bytea"].array_oid

    def dump(self, obj: ByteStrings) -> Buffer:
        return array(obj, BYTEA)


psycopg.adapters.register_dumper(ByteStrings, _ByteStrings)


def field(value: bytes) -> bytes:
    """Return a value behind its length, as a field stands in a COPY in binary."""
    return _LENGTH.pack(len(value)) + value


def array(values: Sequence[bytes], kind: int) -> bytes:
    """Return an array in binary; ``kind`` says what of."""
    head = _ARRAY.pack(1, 0, kind, len(values), 1)
    if len(values) > 1 and len(set(map(len, values))) == 1:  # keys and hashes: one length stands for all
        length = _LENGTH.pack(len(values[0]))
        return head + length + length.join(values)
    return head + b"".join(map(field, values))


def texts(values: Iterable[str]) -> str:
    """Return an array of text as PostgreSQL reads it."""
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def numbers(values: Iterable[int]) -> str:
    """Return an array of numbers as PostgreSQL reads it."""
    return "{" + ",".join(map(str, values)) + "}"


@contextmanager
def driver(connection: "Connection") -> "Iterator[psycopg.Cursor[Any]]":
    """Give a cursor of psycopg itself.

    Raises ``StoreError`` (store-unreachable) for a lost connection, ``InputError`` (value-unkeepable) for
    what a column cannot hold.
    """
    if not connection.in_transaction():
        connection.begin()  # or SQLAlchemy takes a commit after this for one of nothing
    raw = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with raw.cursor() as cursor:
            yield cursor
    except psycopg.OperationalError as lost:
        raise StoreError(
            "store-unreachable",
            "the store does not answer",
            remedy="see whether the database runs, then try again",
        ) from lost
    except psycopg.DataError:
        raise InputError(
            "value-unkeepable",
            "the store cannot keep one of the values",
            remedy="take out null characters, what is not UTF-8, and numbers of more than 18 digits",
        ) from None


def asked(connection: "Connection", *questions: tuple[str, Sequence[Any]]) -> list[list[Any]]:
    """Return the rows of several statements, each with its values, for one exchange with the database.

    They must not depend on each other. Raises as ``driver``.
    """
    if len(questions) == 1:
        with driver(connection) as only:
            return [only.execute(*questions[0]).fetchall()]
    with driver(connection) as first, first.connection.pipeline():
        cursors = [first.connection.execute(statement, values) for statement, values in questions]
        return [cursor.fetchall() for cursor in cursors]
