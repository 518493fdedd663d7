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
    """Yield each column of the map that none of the first rows has; of no rows nothing is known."""
    sample = list(islice(records, SAMPLE))
    for column in table.columns if sample else ():
        if not any(paths.places(one.values, column.column) for one in sample):
            yield Problem(
                code="map-unseen",
                where=f"{table.table}.{column.column}",
                what=f"none of {len(sample)} rows has it",
                remedy="mend its path in the map, or leave it where rows may have it",
            )
