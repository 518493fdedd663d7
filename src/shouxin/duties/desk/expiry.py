"""Matters past their keeping time, as a store of Shouxin's own that retention runs go through.

What goes is the keys of the letters: that a matter came, when, and what steps it took stays.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from shouxin.connect.survey import Outcome, Part, Survey
from shouxin.duties.desk.model import Kind
from shouxin.engine.control import last_day
from shouxin.errors import InputError
from shouxin.law.mechanism import Span
from shouxin.store.ledger import append
from shouxin.store.ledger.entry import SYSTEM
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_ENDED = """
from shouxin.desk_matter m
join lateral (
    select case_id from shouxin.desk_case r where r.matter = m.number order by r.case_id desc limit 1
) r on true
join shouxin.case c on c.id = r.case_id
join shouxin.desk_party p on p.matter = m.number
join shouxin.person q on q.id = p.person and q.shredded_at is null
where m.kind = :kind and c.state = any(:finals)
"""
_DAY = "(c.moved_at at time zone 'Asia/Shanghai')::date"
_DAYS = text(f"select {_DAY} as day, count(distinct m.number) as matters {_ENDED} group by 1 order by 1")
_PEOPLE = text(f"select distinct p.person {_ENDED} and {_DAY} <= :last")


class EndedMatters:
    """The ended matters of one desk, kept for a time of the organisation's own from their last step."""

    def __init__(
        self, kind: Kind, finals: Callable[[], Sequence[str]], engine: "Engine", people: People, time: Span
    ) -> None:
        self._kind, self._finals = kind, finals
        self._engine, self._people, self._time = engine, people, time

    @property
    def name(self) -> str:
        """Return what runs call it."""
        return f"shouxin.{self._kind.name}"

    def overdue(self, as_of: date) -> tuple[Part, ...]:
        """Return how many matters are past their time; ``until`` is the last day of the oldest."""
        with self._engine.begin() as connection:
            return self._parts(self._over(connection, as_of))

    def expire(self, as_of: date, *, digest: str | None = None, dry_run: bool = False) -> Outcome:
        """Destroy the keys of their letters in one transaction; raise ``InputError`` (erase-changed)."""
        with self._engine.begin() as connection:
            over = self._over(connection, as_of)
            parts = self._parts(over)
            if digest is not None and Survey(store=self.name, parts=parts).digest != digest:
                raise InputError(
                    "erase-changed",
                    "other matters are past their time than were approved",
                    where=self.name,
                    remedy="look at the run of now and approve it again",
                )
            changed = {part.table: part.rows for part in parts}
            if over and not dry_run:
                asked = {**self._asked, "last": over[-1].day}
                people = list(connection.execute(_PEOPLE, asked).scalars())
                gone = self._people.shred(connection, people)
                what = {"matters": sum(changed.values()), "people": gone, "until": str(over[-1].day)}
                append(connection, [SYSTEM.did(f"{self._kind.name}.expired", **what)])
            return Outcome(store=self.name, changed=changed)

    @property
    def _asked(self) -> dict[str, Any]:
        return {"kind": self._kind.name, "finals": list(self._finals())}

    def _over(self, connection: "Connection", as_of: date) -> Sequence[Any]:
        """Return the days on which matters ended whose time is over, the earliest first."""
        rows = connection.execute(_DAYS, self._asked).all()
        return [row for row in rows if last_day(row.day, self._time) < as_of]

    def _parts(self, over: Sequence[Any]) -> tuple[Part, ...]:
        if not over:
            return ()
        return (
            Part(
                table=self._kind.name,
                rows=sum(row.matters for row in over),
                part="own",
                act="anonymise",
                columns={"letters": "keys destroyed"},
                until=last_day(over[0].day, self._time),
            ),
        )
