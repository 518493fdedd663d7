"""The past that is made up for the demo: what happened, each thing at its time, one after the other."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Engine

from shouxin.duties.days import BEIJING
from shouxin.store.config import Progress
from shouxin.store.ledger.append import head

_EPOCH = date(1970, 1, 1).toordinal()
_PARTS = 10
"""How often the progress is told."""


class Past:
    """A clock that stands where it is put, and runs when it is let go."""

    def __init__(self) -> None:
        self._at: datetime | None = None

    def __call__(self) -> datetime:
        """Return the moment."""
        return self._at or datetime.now(UTC)

    def day(self) -> int:
        """Return the day in Beijing, counted from 1970, as the guard asks for it."""
        return self().astimezone(BEIJING).toordinal() - _EPOCH

    def stand(self, at: datetime) -> None:
        """Stop at a moment."""
        self._at = at

    def run(self) -> None:
        """Go on with everybody else."""
        self._at = None


class Event(NamedTuple):
    """Something that happened; ``single`` if one transaction is all of it, else it may be done again."""

    at: datetime
    do: Callable[[], object]
    single: bool = False


def moment(today: date, ago: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Return a time in Beijing some days before a day."""
    return datetime.combine(today - timedelta(days=ago), time(hour, minute, second), BEIJING)


def unfold(engine: Engine, past: Past, events: Iterable[Event], say: Progress) -> None:
    """Let everything happen in its order.

    What a start that was cut off has done stands in the ledger, so all that comes before its last entry is
    passed over.
    """
    with engine.connect() as connection:
        last = head(connection)
    ordered = sorted(events, key=lambda one: one.at)
    try:
        for number, one in enumerate(ordered, 1):
            done = last.size and (one.at < last.at or (one.single and one.at == last.at))
            if not done:
                past.stand(one.at)
                one.do()
            if number * _PARTS // len(ordered) > (number - 1) * _PARTS // len(ordered):
                say(f"  until {one.at.astimezone(BEIJING).date()}")
    finally:
        past.run()
