"""The case of an exercise: kept with the incident alone, so that no deadline is set, counted or told."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, update

from shouxin.duties.cases.kept import KeptWithin, Work
from shouxin.duties.incident.tables import exercise
from shouxin.store.ledger import Entry

_COLUMNS = [exercise.c.incident.label("id"), *(one for one in exercise.c if one.name != "incident")]


class _Event(NamedTuple):
    """An event as the history of a case reads it."""

    number: int
    kind: str
    body: dict[str, Any]
    at: datetime.datetime


class _Work(Work):
    """One transaction on the case of an exercise."""

    def __init__(self, connection: Connection, incident: int) -> None:
        super().__init__(connection)
        self._incident = incident

    def add(self, procedure: str, state: str, body: object, law_version: str) -> int:
        """Add the case under the number of the incident."""
        row = {"procedure": procedure, "state": state, "body": body, "law_version": law_version}
        self.connection.execute(insert(exercise).values(incident=self._incident, version=1, events=[], **row))
        return self._incident

    def lock(self, number: int) -> Row[Any] | None:
        """Return the case, held to the end of the transaction."""
        asked = select(*_COLUMNS).where(exercise.c.incident == number).with_for_update()
        return self.connection.execute(asked).one_or_none()

    def save(self, number: int, state: str, body: object) -> None:
        """Write the case as it stands now."""
        change = update(exercise).where(exercise.c.incident == number)
        self.connection.execute(
            change.values(state=state, body=body, version=exercise.c.version + 1, moved_at=func.now())
        )

    def happened(self, number: int, kind: str, body: Mapping[str, object]) -> None:
        """Write an event into the history."""
        at = datetime.datetime.now(datetime.UTC).isoformat()
        change = update(exercise).where(exercise.c.incident == number)
        event = [{"kind": kind, "body": dict(body), "at": at}]
        self.connection.execute(change.values(events=exercise.c.events.concat(event)))

    def deadlines(self, rows: Sequence[Any]) -> None:
        """Set none: nobody owes anything."""

    def tell(self, messages: Sequence[Any]) -> None:
        """Tell nobody."""

    def tells(self, entries: Sequence[Entry]) -> None:
        """Leave it to the incident to say in the ledger that it is an exercise."""


class KeptExercise(KeptWithin):
    """The case of one exercise within a transaction."""

    def __init__(self, connection: Connection, incident: int) -> None:
        super().__init__(connection)
        self._incident = incident

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Give the transaction that is running."""
        yield _Work(self._connection, self._incident)

    def find(self, number: int) -> tuple[Row[Any], Sequence[Any], dict[int, str]] | None:
        """Return the case with its events; its clocks are shown as they would run."""
        row = self._connection.execute(select(*_COLUMNS).where(exercise.c.incident == number)).one_or_none()
        if row is None:
            return None
        events = [
            _Event(at, one["kind"], one["body"], datetime.datetime.fromisoformat(one["at"]))
            for at, one in enumerate(row.events, 1)
        ]
        return row, events, {}
