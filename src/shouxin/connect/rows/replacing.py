"""What stands in a column after an erasure, and how it is known that it already does."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from secrets import randbelow, token_hex
from typing import Any, NamedTuple
from uuid import UUID

from shouxin.connect.marks import (
    DAYS,
    EARLIEST,
    FIRST_DAY,
    MARK,
    NOWHERE,
    SHORTEST,
    UUID_MARK,
    mark_for,
)
from shouxin.connect.model import Erase, MappedColumn
from shouxin.connect.rows import paths
from shouxin.connect.rows.own import Own
from shouxin.connect.rows.source import Column, Kind
from shouxin.errors import InputError

_FIRST = date.fromisoformat(FIRST_DAY)
_DIGITS = 9


class Replacing(NamedTuple):
    """What becomes of a column: the way, and what a value of it becomes; one that is right stays itself."""

    column: str
    way: Erase
    new: Callable[[Any], Any]

    def changes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the new value of every place of a row that does not have it yet."""
        found = ((place, value) for place, value in paths.places(values, self.column) if value is not None)
        return {place: new for place, value in found if (new := self.new(value)) != value}


def replacing(own: Own, mapped: MappedColumn) -> Replacing:
    """Return what becomes of a column; raise ``InputError`` (erase-column) where the map has to say it."""
    column = own.column(mapped.column)
    where = f"{own.mapped.table}.{mapped.column}"
    way = mapped.erase or ("null" if column.empty else "token" if column.unique else "empty")
    if way == "null" and not column.empty:
        raise _unsaid(where, "the column cannot be empty")
    if way == "keep":
        return Replacing(mapped.column, way, lambda value: value)
    if way == "null":
        return Replacing(mapped.column, way, lambda _: None)
    made = _TOKEN if way == "token" else _EMPTY
    if column.kind != "any" and column.kind not in made:
        raise _unsaid(where, f"nothing is known that could stand in a column of its type ({column.kind})")
    if way == "token" and column.kind in ("text", "any") and (column.room or SHORTEST) < SHORTEST:
        what = f"the column has room for {column.room} characters, too few for a value of its own"
        raise _unsaid(where, what)

    def new(value: Any) -> Any:
        kind = _kind(value) if column.kind == "any" else column.kind
        if kind not in made:
            raise _unsaid(where, f"nothing is known that could stand for a value of its type ({kind})")
        return made[kind](value, column)

    return Replacing(mapped.column, way, new)


def _kind(value: Any) -> Kind | str:
    """Return what a value is, as one of the words that the tables below know."""
    return next((kind for shape, kind in _KINDS.items() if isinstance(value, shape)), type(value).__name__)


_KINDS: Mapping[type, Kind] = {
    str: "text",
    bool: "bool",
    int: "int",
    float: "number",
    Decimal: "number",
    datetime: "time",
    date: "date",
    UUID: "uuid",
    bytes: "bytes",
}


def _token(value: Any, column: Column) -> str:
    """Return a text of its own, behind a shorter mark where there is little room."""
    room = column.room or len(MARK) + 32
    mark = mark_for(column.room)
    if str(value).startswith(mark):
        return str(value)
    return mark + token_hex(16)[: room - len(mark)]


def _negative(value: Any, column: Column) -> Any:
    """Return a negative number drawn anew, as large as the column can hold."""
    if value < 0:
        return value
    return type(value)(-1 - randbelow(10 ** min(column.room or _DIGITS, 15) - 1))


def _day(value: Any, _: Column) -> Any:
    """Return a day before 1900 drawn anew."""
    if (value.date() if isinstance(value, datetime) else value) < _FIRST:
        return value
    drawn = date.fromisoformat(EARLIEST) + timedelta(days=randbelow(DAYS))
    return _as_time(drawn, value) if isinstance(value, datetime) else drawn


def _as_time(drawn: date, value: datetime) -> datetime:
    return datetime(drawn.year, drawn.month, drawn.day, tzinfo=value.tzinfo)


def _uuid(value: Any, _: Column) -> Any:
    if str(value).startswith(UUID_MARK):
        return value
    return type(value)(UUID_MARK + token_hex(6))


_EMPTY: Mapping[str, Callable[[Any, Column], Any]] = {
    "text": lambda _, __: "",
    "int": lambda _, __: 0,
    "number": lambda value, __: type(value)(0),
    "date": lambda _, __: _FIRST,
    "time": lambda value, _: _as_time(_FIRST, value),
    "bool": lambda _, __: False,
    "bytes": lambda _, __: b"",
    "inet": lambda value, _: value if str(value) == NOWHERE else NOWHERE,
    "uuid": _uuid,
    "dict": lambda _, __: {},
    "list": lambda _, __: [],
}
_TOKEN: Mapping[str, Callable[[Any, Column], Any]] = {
    "text": _token,
    "int": _negative,
    "number": _negative,
    "date": _day,
    "time": _day,
    "uuid": _uuid,
}


def _unsaid(where: str, what: str) -> InputError:
    return InputError(
        "erase-column",
        what,
        where=where,
        remedy="say what becomes of it in the map: erase: null, empty, token or keep",
    )
