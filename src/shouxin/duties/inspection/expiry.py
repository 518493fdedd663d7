"""Packs past their keeping time, as a store of Shouxin's own that retention runs go through.

What goes is the archive: that a pack was made, when, by whom, its digest and who fetched it stays.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from shouxin.connect.survey import Outcome, Part, Survey
from shouxin.engine.control import last_day
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from shouxin.store.ledger import append
from shouxin.store.ledger.entry import SYSTEM

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

NAME = "shouxin.inspection"
"""What runs call the packs."""

_DAY = "(made_at at time zone 'Asia/Shanghai')::date"
_DAYS = text(
    f"select {_DAY} as day, count(*) as packs from shouxin.inspection_pack "  # noqa: S608  # constants
    "where state = 'whole' group by 1 order by 1"
)
_REMOVE = text(
    "update shouxin.inspection_pack set state = 'removed', removed_at = now() "  # noqa: S608
    f"where state = 'whole' and {_DAY} <= :last returning number"
)
_PIECES = text("delete from shouxin.inspection_piece where pack = any(:packs)")


class EndedPacks:
    """The packs of a store, each kept for a time of the organisation's own from the day it was made."""

    name = NAME

    def __init__(self, engine: "Engine", time: Span) -> None:
        self._engine, self._time = engine, time

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Return how many packs are past their time; ``until`` is the last day of the oldest."""
        with self._engine.begin() as connection:
            return self._parts(self._over(connection, as_of))

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Remove their archives in one transaction; raise ``InputError`` (erase-changed)."""
        with self._engine.begin() as connection:
            over = self._over(connection, as_of)
            parts = self._parts(over)
            if digest is not None and Survey(store=self.name, parts=parts).digest != digest:
                raise InputError(
                    "erase-changed",
                    "other packs are past their time than were approved",
                    where=self.name,
                    remedy="look at the run of now and approve it again",
                )
            if over and not dry_run:
                packs = list(connection.execute(_REMOVE, {"last": over[-1].day}).scalars())
                connection.execute(_PIECES, {"packs": packs})
                what = {"packs": len(packs), "until": str(over[-1].day)}
                append(connection, [SYSTEM.did("inspection.expired", **what)])
            return Outcome(store=self.name, changed={part.table: part.rows for part in parts})

    def _over(self, connection: "Connection", as_of: date) -> Sequence[Any]:
        """Return the days on which packs were made whose time is over, the earliest first."""
        rows = connection.execute(_DAYS).all()
        return [row for row in rows if last_day(row.day, self._time) < as_of]

    def _parts(self, over: Sequence[Any]) -> tuple[Part, ...]:
        if not over:
            return ()
        return (
            Part(
                table="inspection_pack",
                rows=sum(row.packs for row in over),
                part="own",
                act="delete",
                until=last_day(over[0].day, self._time),
            ),
        )
