"""How long the law has the rows of a store kept, put into its map before a store reads it.

A map says which kind of record rows are, or cites what has them kept. The law's time is the least one: a
map that says less is refused where it is taken in, and lengthened where the law became stricter since.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from shouxin.connect.model import FOR_GOOD, DatasetMap, Kept, MappedTable
from shouxin.engine.control import last_day
from shouxin.engine.retention import Records
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from shouxin.law.register import Register


class Keeping(NamedTuple):
    """The records of the law, and the facts of each service, any of which may be what a store holds."""

    register: Register
    records: Records
    facts: Sequence[Mapping[str, Any]]
    as_of: date

    def within(self, found: DatasetMap) -> DatasetMap:
        """Return a map in which no table keeps its rows for less than the law has them kept."""
        tables = tuple(self._within(table) for table in found.tables)
        return msgspec.structs.replace(found, tables=tables)

    def check(self, maps: Iterable[DatasetMap]) -> None:
        """Raise ``InputError`` for the first table that keeps its rows too short, or nobody knows how long.

        Codes: record-unknown, law-unknown-provision, map-retention-too-short, map-retention-open.
        """
        for found in maps:
            for table in found.tables:
                if table.retention:
                    self._check(table.retention, f"{found.store}.{table.table}")

    def least(self, kept: Kept) -> tuple[Span | None, tuple[str, ...]]:
        """Return the longest time that the law says of these rows, and who says so; errors as ``check``."""
        times = [self.records.longest(self._cited(kept.because), self.as_of)]
        if kept.kind:
            times += [self.records.least(kept.kind, known, self.as_of) for known in self.facts or ({},)]
        said = [(time, provisions) for time, provisions in times if time]
        return max(said, key=lambda one: last_day(self.as_of, one[0]), default=(None, ()))

    def _cited(self, because: str) -> list[str]:
        """Return the provisions in force that a text cites; what the register does not hold says nothing."""
        found = []
        for text in because.split(", ") if because else ():
            try:
                entries = self.register.find(text)
            except InputError as error:
                if error.code == "law-unknown-provision":
                    raise
                continue
            found += [str(one.citation) for one in entries if one.instrument.effective <= self.as_of]
        return found

    def _within(self, table: MappedTable) -> MappedTable:
        kept = table.retention
        if kept is None:
            return table
        try:
            time, provisions = self.least(kept)
        except InputError:  # the law has changed since the map was taken in: the rows are kept
            return msgspec.structs.replace(table, retention=msgspec.structs.replace(kept, time=FOR_GOOD))
        if time and (kept.time == FOR_GOOD or self._shorter(kept.time, time)):
            because = kept.because or ", ".join(provisions)
            kept = msgspec.structs.replace(kept, time=time, because=because)
        elif kept.time == time and not kept.because:
            kept = msgspec.structs.replace(kept, because=", ".join(provisions))
        return msgspec.structs.replace(table, retention=kept)

    def _check(self, kept: Kept, where: str) -> None:
        try:
            time, provisions = self.least(kept)
        except InputError as error:
            raise InputError(error.code, error.what, where=where, remedy=error.remedy) from None
        if kept.time == FOR_GOOD and time is None:
            raise InputError(
                "map-retention-open",
                "neither the map nor the law says how long these rows are kept",
                where=where,
                remedy="write `time`, as {length: 3, unit: years}",
            )
        if time and kept.time != FOR_GOOD and self._shorter(kept.time, time):
            raise InputError(
                "map-retention-too-short",
                f"kept for {_words(kept.time)}, and {', '.join(provisions)} orders {_words(time)}",
                where=where,
                remedy=f"keep them for {_words(time)} at least, or leave `time` out: it is the law's then",
            )

    def _shorter(self, one: Span, other: Span) -> bool:
        return last_day(self.as_of, one) < last_day(self.as_of, other)


def _words(time: Span) -> str:
    return f"{time.length} {time.unit if time.length > 1 else time.unit[:-1]}"
