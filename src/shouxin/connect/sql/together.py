"""Statements carried out together: to PostgreSQL they travel at once, and so do their answers.

A statement that is carried out by itself costs a journey to the server and back, and SQLAlchemy several times
what the driver needs for it. Both are paid for each of some fifty statements of a person.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from shouxin.connect.sql.own import Keys

Made = sa.Select[Any] | sa.Update | sa.Delete
Processor = Callable[[Any], Any]


class Answer(NamedTuple):
    """What a statement found, and how many rows it changed."""

    rows: Sequence[Sequence[Any]]
    changed: int


class Statement:
    """A statement put together once: as SQLAlchemy has it and, for psycopg, as the driver takes it."""

    def __init__(self, made: Made, dialect: sa.Dialect) -> None:
        self.made = made
        self._dialect, compiled = dialect, made.compile(dialect=dialect)
        self.text = str(compiled)
        self._binds = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind, name in compiled.bind_names.items()
        }
        self._types = [one.type for one in made.selected_columns] if isinstance(made, sa.Select) else []
        self._processors: Sequence[Processor | None] | None = None

    def values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters as the driver takes them."""
        binds = ((name, values[name], process) for name, process in self._binds.items())
        return {name: process(value) if process else value for name, value, process in binds}

    def answer(self, cursor: Any) -> Answer:
        """Return what a cursor of the driver has found."""
        if not self._types:
            return Answer((), cursor.rowcount)
        if self._processors is None:
            described = zip(self._types, cursor.description, strict=True)
            self._processors = [
                type_.dialect_impl(self._dialect).result_processor(self._dialect, column.type_code)
                for type_, column in described
            ]
        rows = cursor.fetchall()
        for at, process in enumerate(self._processors):
            if process:
                rows = [(*row[:at], process(row[at]), *row[at + 1 :]) for row in rows]
        return Answer(rows, 0)


Asked = tuple[Statement, Mapping[str, Any]]
"""A statement and its parameters."""


class Together:
    """Carries out statements on one connection, each put together the first time that it is asked for."""

    def __init__(self, connection: sa.Connection, keys: Keys) -> None:
        self._connection, self._keys = connection, keys

    def once(self, about: Hashable, made: Callable[[], Made]) -> Statement:
        """Return a statement that is kept for the store."""
        return self._keys.once(("together", about), lambda: Statement(made(), self._connection.dialect))

    def all(self, asked: Sequence[Asked]) -> list[Answer]:
        """Carry statements out one after the other, and return the answer to each.

        Raises what SQLAlchemy raises; after an error none of those that follow was carried out.
        """
        if not asked:
            return []
        if self._connection.dialect.driver != "psycopg":
            return [self._alone(statement.made, values) for statement, values in asked]
        raw: Any = self._connection.connection.dbapi_connection
        error = self._connection.dialect.loaded_dbapi.Error
        try:
            cursors = _sent(raw, asked, error)
            return [one.answer(cursor) for (one, _), cursor in zip(asked, cursors, strict=True)]
        except error as refused:
            lost = self._connection.dialect.is_disconnect(refused, raw, None)
            if lost:
                self._connection.invalidate(refused)
            raise sa.exc.DBAPIError(None, None, refused, connection_invalidated=lost) from None

    def _alone(self, made: Any, values: Mapping[str, Any]) -> Answer:
        done = self._connection.execute(made, values)
        return Answer(done.fetchall() if done.returns_rows else (), done.rowcount)


def _sent(raw: Any, asked: Sequence[Asked], error: type[Exception]) -> list[Any]:
    """Send statements and return their cursors.

    An error within a pipeline comes out behind it, or psycopg would write a line to the log for the next.
    """
    cursors = []
    refused: Exception | None = None
    try:
        with raw.pipeline():
            try:
                cursors = [raw.cursor().execute(one.text, one.values(values)) for one, values in asked]
            except error as first:
                refused = first
    except error as second:
        refused = refused or second
    if refused:
        raise refused
    return cursors
