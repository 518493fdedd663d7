"""Rows sifted by us, for a source whose own search cannot: each keeps at least what was asked for."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from shouxin.connect.model import MappedTable
from shouxin.connect.rows import paths
from shouxin.connect.rows.source import Record
from shouxin.connect.rows.values import day, texts
from shouxin.connect.survey import Problem
from shouxin.connect.words import may_tell
from shouxin.errors import InputError

SAMPLE = 200
"""Rows of a table that are looked at to see whether the map is right."""


def having(records: Iterable[Record], column: str, values: Collection[str]) -> Iterator[Record]:
    """Yield the rows whose column, or any element of it, is one of these as text."""
    wanted = frozenset(values)
    return (one for one in records if not wanted.isdisjoint(texts(one.values, column)))


def mentioning(records: Iterable[Record], columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
    """Yield the rows in which a word may stand in one of the columns, however it is written."""
    for one in records:
        if any(may_tell(text, words) for column in columns for text in texts(one.values, column)):
            yield one


def older(records: Iterable[Record], column: str, before: date) -> Iterator[Record]:
    """Yield the rows whose column is before a day, and those in which it is no day."""
    return (one for one in records if _before(one, column, before))


def _before(record: Record, column: str, before: date) -> bool:
    try:
        found = day(record.values, column, "")
    except InputError:
        return True
    return found is not None and found < before


def unseen(table: MappedTable, records: Iterable[Record]) -> Iterator[Problem]:
    """Yield each column that the first rows do not have as the map says; of no rows nothing is known."""
    sample = list(islice(records, SAMPLE))
    for column in table.columns if sample else ():
        where = f"{table.table}.{column.column}"
        found = [value for one in sample for _, value in paths.places(one.values, column.column)]
        if not found:
            yield Problem(
                code="map-unseen",
                where=where,
                what=f"none of {len(sample)} rows has it",
                remedy="mend its path in the map, or leave it where rows may have it",
            )
        elif any(isinstance(value, list) for value in found):
            yield Problem(
                code="map-list",
                where=where,
                what="it is a list, and what is in a list is only looked at where the path says so",
                remedy="write the path with [] behind it",
            )
