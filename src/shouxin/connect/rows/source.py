"""What a make of store has to know so that ``RowStore`` can find, read and change people's rows in it.

A column is named by a path: ``address.city`` reaches into a mapping, ``devices[].mac`` into every element of
a list; ``paths`` reads and writes them. Values are compared as text (``values.text``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from shouxin.connect.survey import Problem

Key = str
"""What tells one row of a table, as the source writes it."""

Kind = Literal["any", "text", "int", "number", "date", "time", "bool", "uuid", "bytes", "inet"]


class Record(NamedTuple):
    """A row: its key and all that it holds, nested as the source has it.

    ``mark`` tells the row from what somebody else makes of it; only the source itself reads it.
    """

    key: Key
    values: dict[str, Any]
    mark: bytes = b""


class Change(NamedTuple):
    """What becomes of a row: the new value of each path, or with None the row goes.

    A path here names one place: ``devices[2].mac``, never ``devices[].mac``.
    """

    table: str
    key: Key
    values: dict[str, Any] | None


class Column(NamedTuple):
    """What a column can hold: "any" is what JSON can; ``room`` in characters, or digits of a number.

    ``empty``: whether many rows may have nothing there; a unique index that counts nothing as a value forbids
    it.
    """

    kind: Kind = "any"
    empty: bool = True
    unique: bool = False
    room: int | None = None


class Layout(NamedTuple):
    """How a source has a table: the columns that it tells rows apart by, and what it knows of each column.

    ``key`` is never changed; it is () where rows have no key but their place. A column that is not listed
    holds anything.
    """

    key: tuple[str, ...] = ()
    columns: Mapping[str, Column] = {}


class Question(NamedTuple):
    """What is asked: the rows of a table whose column is one of some values."""

    table: str
    column: str
    values: Collection[str]


class Rows(Protocol):
    """Rows that can be asked for."""

    def foresee(self, asked: Iterable[Question]) -> None:
        """Hear what ``having`` will be asked next; a source that can asks for all of it at once."""
        del asked

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column, or any element of it, is one of these as text; more do no harm."""

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield at least the rows in which one of these plain words may stand in one of the columns.

        ``words`` are as ``connect.words.plain`` writes them; a text is read the same way before it is
        searched. Where a source cannot search so, every row is right.
        """

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield at least the rows whose column is before a day in Beijing."""


class Session(Rows, Protocol):
    """Rows that can be asked for and changed for the time of one question or one erasure."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes in their order, all or none as far as the source can.

        To make them twice is as to make them once. What cannot be written is an error, never passed over.
        """


class Source(Rows, Protocol):
    """Rows of the tables of one map. Errors are ``StoreError`` with the codes of ``connect.stores``.

    Everything is streamed in constant memory. ``atomic``: whether ``apply`` is one transaction; where it is
    not, the source keeps a journal, or the same changes can be applied again.
    """

    name: str

    @property
    def atomic(self) -> bool:
        """Tell whether ``apply`` is one transaction."""

    def session(self) -> AbstractContextManager["Source"]:
        """Give a view for one question or one erasure, which may be the source itself.

        What it reads and what it changes belong together: where the source can tell that somebody else
        changed something in between, ``apply`` raises ``StoreError`` (connect-locked) and changes nothing.
        """

    def check(self) -> tuple[Problem, ...]:
        """Return where the map and the source differ, and which rights are missing."""

    def layout(self, table: str) -> Layout:
        """Return how a table is made; raise ``InputError`` (map-schema) where the source has it not."""

    def every(self, table: str) -> Iterator[Record]:
        """Yield every row."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes in their order, all or none as far as the source can.

        To make them twice is as to make them once. What cannot be written is an error, never passed over.
        """

    def close(self) -> None:
        """Close every connection."""
