"""What stands in a column after an erasure, and how it is known that it already does."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from shouxin.connect.marks import DAYS, EARLIEST, FIRST_DAY, NOWHERE, SHORTEST, UUID_MARK, mark_for
from shouxin.connect.model import Erase, MappedColumn
from shouxin.connect.sql.schema import Ground, Real
from shouxin.errors import InputError

Text = sa.ColumnElement[Any]


class Replacing(NamedTuple):
    """What becomes of a column: the way, what stands there then, and the condition that it already does."""

    column: str
    way: Erase
    new: sa.ColumnElement[Any]
    done: sa.ColumnElement[bool]


def replacing(ground: Ground, real: Real, mapped: MappedColumn) -> Replacing:
    """Return what becomes of a column; raise ``InputError`` (erase-column) where the map has to say it."""
    column = real.table.c[mapped.column]
    way = mapped.erase or _chosen(real, column)
    if way == "null" and not column.nullable:
        raise _unsaid(real, mapped.column, "the column cannot be empty")
    new, done = _values(ground, real, column, way)
    return Replacing(mapped.column, way, new, done)


def _chosen(real: Real, column: sa.Column[Any]) -> Erase:
    if column.nullable:
        return "null"
    return "token" if column.name in real.unique else "empty"


def _values(
    ground: Ground, real: Real, column: sa.Column[Any], way: Erase
) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[bool]]:
    if way == "keep":
        return column, sa.true()
    if way == "null":
        return sa.null(), column.is_(None)
    kind = kind_of(column)
    made = _TOKEN.get(kind) if way == "token" else _EMPTY.get(kind)
    if made is None:
        raise _unsaid(
            real, column.name, f"nothing is known that could stand in a column of its type ({kind})"
        )
    return made(ground, real, column)


def kind_of(column: sa.Column[Any]) -> str:
    """Return what a column holds, as one of the words that the tables below know."""
    written = str(column.type).lower()
    if isinstance(column.type, sa.Enum):
        return "enum"
    for word in ("inet", "json", "bytea", "uuid"):
        if word in written:
            return "json" if word == "json" else word
    for kind, shape in (
        ("bool", sa.Boolean),
        ("int", sa.Integer),
        ("number", sa.Numeric),
        ("date", sa.Date),
        ("time", sa.DateTime),
        ("text", sa.String),
        ("bytes", sa.LargeBinary),
    ):
        if isinstance(column.type, shape):
            return kind
    return written


def _literal(text: str) -> Any:
    def made(ground: Ground, _: Real, column: sa.Column[Any]) -> tuple[Any, Any]:
        new: Any = sa.literal_column(text)
        if ground.kind == "postgresql":
            new = sa.cast(new, column.type)
        return new, column == new

    return made


def _as_text(ground: Ground, _: Real, column: sa.Column[Any]) -> tuple[Any, Any]:
    """Return an empty value of a type that is compared as text."""
    new: Any = sa.literal_column("'{}'")
    new = sa.cast(new, column.type) if ground.kind == "postgresql" else new
    return new, sa.cast(column, sa.Text) == "{}"


def _token(ground: Ground, real: Real, column: sa.Column[Any]) -> tuple[Any, Any]:
    """Return a text of its own for every row, behind a shorter mark where there is little room."""
    room = getattr(column.type, "length", None) or 39
    if room < SHORTEST:
        what = f"the column has room for {room} characters, too few for a value of its own"
        raise _unsaid(real, column.name, what)
    mark = mark_for(room)
    tail = sa.func.substr(_hex(ground), 1, min(room - len(mark), 32))
    return sa.literal(mark).concat(tail), column.like(mark + "%")


def _hex(ground: Ground) -> sa.ColumnElement[str]:
    """Return 32 hexadecimal digits drawn anew for every row."""
    if ground.kind == "postgresql":
        return sa.func.replace(sa.cast(sa.func.gen_random_uuid(), sa.Text), "-", "")
    if ground.kind == "mysql":
        return sa.func.lower(sa.func.hex(sa.func.random_bytes(16)))
    return sa.func.lower(sa.func.hex(sa.func.randomblob(16)))


def _number(ground: Ground, _: Real, column: sa.Column[Any]) -> tuple[Any, Any]:
    """Return a negative number drawn anew for every row."""
    small = isinstance(column.type, sa.SmallInteger)
    most = 2**15 - 1 if small else 2**62 if isinstance(column.type, sa.BigInteger) else 2**31 - 1
    if ground.kind == "sqlite":
        new: Any = -(sa.func.abs(sa.func.random() % (2**31 - 1)) + 1)
    else:
        drawn = sa.func.rand() if ground.kind == "mysql" else sa.func.random()
        new = sa.cast(
            -1 - sa.func.floor(drawn * sa.literal_column(str(most - 1))),
            column.type if ground.kind == "postgresql" else sa.BigInteger,
        )
    return new, column < 0


def _amount(ground: Ground, _: Real, column: sa.Column[Any]) -> tuple[Any, Any]:
    """Return a negative amount drawn anew for every row, as large as the column can hold."""
    digits = (getattr(column.type, "precision", None) or 15) - (getattr(column.type, "scale", None) or 0)
    most = 10 ** max(1, min(digits, 15)) - 1
    return -(_drawn(ground, most) + 1), column < 0


def _day(ground: Ground, _: Real, column: sa.Column[Any]) -> tuple[Any, Any]:
    """Return a day before 1900 drawn anew for every row."""
    days = _drawn(ground, DAYS)
    first: Any = sa.literal_column(f"'{EARLIEST}'")
    before: Any = sa.literal_column(f"'{FIRST_DAY}'")
    if ground.kind == "postgresql":
        new: Any = sa.cast(sa.cast(first, sa.Date) + sa.cast(days, sa.Integer), column.type)
        return new, column < sa.cast(before, column.type)
    if ground.kind == "mysql":
        return sa.func.adddate(first, days), column < before
    return sa.func.date(first, sa.literal("+").concat(days).concat(" days")), column < before


def _drawn(ground: Ground, most: int) -> Any:
    """Return a whole number from 0 to below ``most`` drawn anew for every row."""
    if ground.kind == "sqlite":
        return sa.func.abs(sa.func.random() % sa.literal_column(str(most)))
    number = sa.func.rand() if ground.kind == "mysql" else sa.func.random()
    return sa.func.floor(number * sa.literal_column(str(most)))


def _own_uuid(ground: Ground, _: Real, column: sa.Column[Any]) -> tuple[Any, Any]:
    new: Any = sa.literal(UUID_MARK).concat(sa.func.substr(_hex(ground), 1, 12))
    if ground.kind == "postgresql":
        new = sa.cast(new, column.type)
    return new, sa.cast(column, sa.Text).like(UUID_MARK + "%")


_EMPTY = {
    "text": _literal("''"),
    "int": _literal("0"),
    "number": _literal("0"),
    "date": _literal(f"'{FIRST_DAY}'"),
    "time": _literal(f"'{FIRST_DAY} 00:00:00'"),
    "bool": _literal("false"),
    "inet": _literal(f"'{NOWHERE}'"),
    "json": _as_text,
    "bytea": _literal("''"),
    "bytes": _literal("''"),
    "uuid": _own_uuid,
}
_TOKEN = {
    "text": _token,
    "int": _number,
    "number": _amount,
    "date": _day,
    "time": _day,
    "uuid": _own_uuid,
}


def _unsaid(real: Real, column: str, what: str) -> InputError:
    return InputError(
        "erase-column",
        what,
        where=f"{real.mapped.table}.{column}",
        remedy="say what becomes of it in the map: erase: null, empty, token or keep",
    )
