"""Rows as they will be after changes that are not made yet."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from shouxin.connect.rows import paths
from shouxin.connect.rows.source import Change, Key, Record, Rows

Pending = Mapping[tuple[str, Key], Mapping[str, Any] | None]
"""The new values of places of a row, or None where it goes."""


class Overlay(Rows):
    """The rows of another under pending changes; none of these makes a row be found that was not before."""

    def __init__(self, below: Rows, pending: Pending) -> None:
        self._below, self._pending = below, pending

    def having(self, table: str, column: str, values: Collection[str]) -> Iterator[Record]:
        """Yield the rows whose column was one of these."""
        return self._changed(table, self._below.having(table, column, values))

    def mentioning(self, table: str, columns: Sequence[str], words: Sequence[str]) -> Iterator[Record]:
        """Yield the rows in which one of these words may have stood."""
        return self._changed(table, self._below.mentioning(table, columns, words))

    def older(self, table: str, column: str, before: date) -> Iterator[Record]:
        """Yield the rows whose column was before a day."""
        return self._changed(table, self._below.older(table, column, before))

    def _changed(self, table: str, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            change = self._pending.get((table, record.key), {})
            if change is not None:
                yield Record(record.key, paths.written(record.values, change)) if change else record


def changes(pending: Pending, order: Sequence[str]) -> list[Change]:
    """Return pending changes in an order that lets an interrupted run begin again.

    What refers goes before what it refers to, so that whatever is left can still be found.
    """
    turn = {name: -at for at, name in enumerate(order)}
    made = [Change(name, key, None if new is None else dict(new)) for (name, key), new in pending.items()]
    return sorted(made, key=lambda one: turn[one.table])
