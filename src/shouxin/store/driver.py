"""The driver below SQLAlchemy, in the same transaction: for COPY, and for many rows in and out at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import psycopg

from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
    with driver(connection) as first, first.connection.pipeline():
        cursors = [first.connection.execute(statement, values) for statement, values in questions]
        return [cursor.fetchall() for cursor in cursors]
