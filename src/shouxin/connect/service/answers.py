"""What stands in an answer: values at JSON pointers, rows, and which of them are the person's."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from shouxin.connect.model import MappedTable
from shouxin.connect.person import Held, Person
from shouxin.connect.service.line import wrong

Found = dict[str, Any]
"""A row of an answer."""

_BEIJING = ZoneInfo("Asia/Shanghai")


def decoded(body: bytes, store: str) -> Any:
    """Return JSON; raise ``StoreError`` (service-answer)."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise wrong(store, "is no JSON") from None


def at(value: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer, None where nothing does."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def rows(value: Any, pointer: str, store: str) -> list[Found]:
    """Return the rows at a pointer: a list of objects, or one; raise ``StoreError`` (service-answer)."""
    found = at(value, pointer)
    listed = found if isinstance(found, list) else [] if found is None else [found]
    if any(not isinstance(one, dict) for one in listed) or (found is None and pointer):
        raise wrong(store, f'has no rows at "{pointer}"')
    return listed


def cell(row: Mapping[str, Any], column: str) -> Any:
    """Return what a row holds in a column: by its name, or of nested ones by their path with dots."""
    if column in row:
        return row[column]
    return at(row, "/" + "/".join(column.replace("~", "~0").replace("/", "~1").split(".")))


def of(table: MappedTable, row: Mapping[str, Any], person: Person) -> bool:
    """Tell whether a row is the person's: identities of different names must all agree, on their days."""
    says = []
    for name in dict.fromkeys(one.identity for one in table.identities):
        columns = [one for one in table.identities if one.identity == name]
        if name in person and any(cell(row, one.column) is not None for one in columns):
            says.append(
                any(
                    _held(held, cell(row, one.column), day(row, one.valid_from), day(row, one.valid_until))
                    for one in columns
                    for held in person[name]
                )
            )
    return bool(says) and (any(says) if table.any_identity else all(says))


def _held(held: Held, value: Any, since: date | None, until: date | None) -> bool:
    if value is None or str(value) != held.value:
        return False
    last, first = date.max, date.min
    return (since or first) < (held.until or last) and (held.since or first) < (until or last)


def learned(table: MappedTable, found: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Held, ...]]:
    """Return the identities that rows of a person hold."""
    values: dict[str, dict[Held, None]] = {}
    for row in found:
        for one in table.identities:
            value = cell(row, one.column)
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                held = Held(value=str(value), since=day(row, one.valid_from), until=day(row, one.valid_until))
                values.setdefault(one.identity, {})[held] = None
    return {name: tuple(held) for name, held in values.items()}


def day(row: Mapping[str, Any], column: str) -> date | None:
    """Return the day in Beijing that a column holds, None where it holds none that can be read."""
    value = cell(row, column) if column else None
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else _beijing(datetime.fromisoformat(value))
    except ValueError:
        return None


def _beijing(moment: datetime) -> date:
    return (moment.astimezone(_BEIJING) if moment.tzinfo else moment).date()
