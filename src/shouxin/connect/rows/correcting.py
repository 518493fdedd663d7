"""Values that people put right in their own rows."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from shouxin.connect.rows import paths
from shouxin.connect.rows.own import Own, Row
from shouxin.connect.rows.source import Change, Column, Kind
from shouxin.connect.rows.values import text, texts
from shouxin.errors import InputError


def corrections(own: Own, key: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changes in the person's rows, or in the one of a key.

    Raises ``InputError`` (correct-value).
    """
    name, shared = own.mapped.table, own.mapped.shared
    parts = {*values} <= {*(shared.own if shared else ())}
    for row in own.rows.values():
        mine = row.how == "mine" and not row.kept and (row.alone or parts)
        if mine and all(text(value) in texts(row.values, column) for column, value in (key or {}).items()):
            new = {
                place: value for column in values for place, value in _new(own, row, column, values[column])
            }
            if new:
                yield Change(name, row.key, new)


def _new(own: Own, row: Row, name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each place of a column that has another value; a plain column that is not there comes to be."""
    for place, there in paths.places(row.values, name) or [(name, None)]:
        wanted = _typed(value, own.column(name), there, f"{own.mapped.table}.{name}")
        if text(wanted) != text(there):
            yield place, wanted


def _typed(value: Any, column: Column, there: Any, where: str) -> Any:
    """Return a value as a column holds it, read from text where it is given so."""
    shape = _SHAPES.get(column.kind) or (type(there) if type(there) in _SHAPES.values() else str)
    if not isinstance(value, str) or shape is str:
        return value
    try:
        return msgspec.convert(value, shape, strict=False)
    except (msgspec.ValidationError, ValueError, TypeError):
        raise InputError(
            "correct-value",
            "the value is none that the column could hold",
            where=where,
            remedy="write a number in digits, a day like 2027-06-03",
        ) from None


_SHAPES: Mapping[Kind, type] = {
    "text": str,
    "int": int,
    "number": Decimal,
    "date": date,
    "time": datetime,
    "bool": bool,
    "uuid": UUID,
}
