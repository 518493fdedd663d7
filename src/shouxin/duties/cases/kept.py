"""Cases in the store: every change of a case, its events, deadlines and messages in one transaction."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Text,
    all_,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import (
    case as when,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from shouxin.store.clock import moment, stamped
from shouxin.store.deadlines import Planned, case, case_event, deadline, fire, instant, outbox
from shouxin.store.ledger import SYSTEM, Entry, append

_RUNNING = or_(
    deadline.c.state.in_(("open", "paused")),
    and_(deadline.c.state == "missed", deadline.c.stopped_on.is_(None)),
)
"""What is still owed: open, standing still, or missed and not made good."""

_OWED = or_(deadline.c.state == "open", and_(deadline.c.state == "missed", deadline.c.stopped_on.is_(None)))
"""What somebody has to do by a day that is known: each half has an index of its own."""


class Filters(NamedTuple):
    """Which cases a list holds; ``ended`` asks for those in one of the states ``finals``, or all others."""

    procedures: Sequence[str] = ()
    state: str = ""
    ended: bool | None = None
    finals: Sequence[tuple[str, str]] = ()
    late: bool = False
    before: int | None = None
    limit: int = 100
    soonest: bool = False
    numbers: Sequence[int] | None = None


class Owed(NamedTuple):
    """Which deadlines a list holds: with last days between two, what must be done alone (``done``).

    ``after`` is the number of the deadline after which the list goes on.
    """

    since: datetime.date | None = None
    until: datetime.date | None = None
    procedure: str = ""
    done: bool = False
    after: int | None = None
    limit: int = 1000


class Work:
    """One transaction on cases."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, procedure: str, state: str, body: object, law_version: str) -> int:
        """Add a case; return its number."""
        row = {
            "procedure": procedure,
            "state": state,
            "version": 1,
            "body": body,
            "law_version": law_version,
            **stamped(self.connection, "opened_at", "moved_at"),
        }
        return int(self.connection.execute(insert(case).values(row).returning(case.c.id)).scalar_one())

    def lock(self, number: int) -> Row[Any] | None:
        """Return a case that nobody else changes until the end of the transaction."""
        found = self.connection.execute(select(case).where(case.c.id == number).with_for_update())
        return found.one_or_none()

    def save(self, number: int, state: str, body: object) -> None:
        """Write the case as it stands now; its version grows by one."""
        change = update(case).where(case.c.id == number)
        self.connection.execute(
            change.values(
                state=state, body=body, version=case.c.version + 1, moved_at=moment(self.connection)
            )
        )

    def happened(self, number: int, kind: str, body: Mapping[str, object]) -> None:
        """Write an event into the history of a locked case."""
        last = select(func.coalesce(func.max(case_event.c.number), 0)).where(case_event.c.case_id == number)
        values = {"case_id": number, "number": last.scalar_subquery() + 1, "kind": kind, "body": dict(body)}
        values |= stamped(self.connection, "at")
        self.connection.execute(insert(case_event).values(values))

    def deadlines(self, rows: Sequence[tuple[Planned, str, datetime.date | None]]) -> None:
        """Set or change deadlines: what is planned, its state, and the day it was stopped.

        One that has run out stays so while its day stays the same and it is not stopped.
        """
        if not rows:
            return
        add = upsert(deadline)
        new = add.excluded
        stays = and_(
            new.state == "open",
            deadline.c.state.in_(("missed", "passed")),
            deadline.c.due_on == new.due_on,
        )
        changed: dict[str, Any] = {
            name: new[name] for name in ("began", "due_on", "due", "provisional", "counted", "stopped_on")
        }
        changed["state"] = when((stays, deadline.c.state), else_=new.state)
        changed["settled_at"] = when((stays, deadline.c.settled_at), else_=new.settled_at)
        write = add.on_conflict_do_update(index_elements=["case_id", "clock"], set_=changed)
        settled: Any = moment(self.connection)
        for planned, state, stopped in rows:
            values = {
                **planned._asdict(),
                "counted": dict(planned.counted),
                "due": instant(planned.due_on),
                "state": state,
                "stopped_on": stopped,
                "settled_at": None if state in ("open", "paused") else settled,
            }
            self.connection.execute(write.values(values))

    def tell(self, messages: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        """Put messages into the outbox: a key that makes each one and the same, a topic, a body."""
        rows = [{"key": key, "topic": topic, "body": dict(body)} for key, topic, body in messages]
        if rows:
            self.connection.execute(upsert(outbox).on_conflict_do_nothing(index_elements=["key"]), rows)

    def tells(self, entries: Sequence[Entry]) -> None:
        """Append to the ledger, last in the transaction."""
        append(self.connection, entries)

    def provisional(self) -> list[int]:
        """Return the cases with a provisional deadline that is still owed, in their order."""
        query = select(deadline.c.case_id).where(
            deadline.c.provisional, deadline.c.stopped_on.is_(None), deadline.c.case_id.is_not(None)
        )
        return list(self.connection.execute(query.distinct().order_by(deadline.c.case_id)).scalars())


class KeptCases:
    """The cases of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Give a transaction: all of it is kept or, where anything fails, nothing."""
        with self._engine.begin() as connection:
            yield Work(connection)

    @contextmanager
    def looked_at(self) -> Iterator[Connection]:
        """Give a connection that reads."""
        with self._engine.connect() as connection:
            yield connection

    def fire(self) -> int:
        """Fire every deadline that is over, a batch a transaction; return how many."""
        fired = 0
        while True:
            with self._engine.begin() as connection:
                batch = fire(connection)
                if batch:
                    append(connection, [SYSTEM.did("deadline.fired", count=batch)])
            fired += batch
            if not batch:
                return fired

    def find(self, number: int) -> tuple[Row[Any], Sequence[Row[Any]], dict[int, str]] | None:
        """Return a case, its events and the states of its deadlines by clock; None where there is none."""
        with self.looked_at() as connection:
            row = connection.execute(select(case).where(case.c.id == number)).one_or_none()
            if row is None:
                return None
            events = select(case_event).where(case_event.c.case_id == number).order_by(case_event.c.number)
            states = select(deadline.c.clock, deadline.c.state).where(deadline.c.case_id == number)
            known = {item.clock: item.state for item in connection.execute(states)}
            return row, connection.execute(events).all(), known

    def list(self, filters: Filters) -> Sequence[Any]:
        """Return cases, newest first, each with its next last day and whether one is over."""
        over = or_(
            deadline.c.state == "missed", and_(deadline.c.state == "open", deadline.c.due <= func.now())
        )
        late = func.coalesce(func.bool_or(and_(over, ~deadline.c.passes)), False)
        owed = (
            select(
                func.min(deadline.c.due_on).label("next_due"),
                late.label("late"),
                func.coalesce(func.bool_or(deadline.c.provisional), False).label("provisional"),
            )
            .where(deadline.c.case_id == case.c.id, _RUNNING, ~deadline.c.passes)
            .lateral("owed")
        )
        columns = [column for column in case.c if column.name not in ("body", "law_version")]
        query = select(*columns, owed.c.next_due, owed.c.late, owed.c.provisional).join_from(
            case, owed, literal_column("true")
        )
        if filters.procedures:
            query = query.where(case.c.procedure.in_(filters.procedures))
        if filters.state:
            query = query.where(case.c.state == filters.state)
        if filters.ended is not None:
            # As an array the pairs are hashed once; as a list each is compared with every case.
            finals = literal([f"{procedure}/{state}" for procedure, state in filters.finals], ARRAY(Text))
            named = case.c.procedure.concat("/").concat(case.c.state)
            query = query.where(named == any_(finals) if filters.ended else named != all_(finals))
        if filters.numbers is not None:
            query = query.where(case.c.id.in_(filters.numbers))
        if filters.late:
            query = query.where(owed.c.late)
        if filters.before is not None:
            query = query.where(case.c.id < filters.before)
        order = (owed.c.next_due.asc().nulls_last(), case.c.id) if filters.soonest else (case.c.id.desc(),)
        with self.looked_at() as connection:
            return connection.execute(query.order_by(*order).limit(filters.limit)).all()

    def tally(self, today: datetime.date) -> tuple[Sequence[Any], Sequence[Any]]:
        """Return how many deadlines are owed by their days left, and cases by procedure and state.

        Deadlines of more than eight days ahead count as eight, those that are over as one too late.
        """
        left = func.least(func.greatest(deadline.c.due_on - today, -1), 8)
        owed = and_(_OWED, ~deadline.c.passes)
        with self.looked_at() as connection:
            days = connection.execute(select(left.label("left"), func.count()).where(owed).group_by(left))
            states = select(case.c.procedure, case.c.state, func.count().label("cases"))
            return days.all(), connection.execute(states.group_by(case.c.procedure, case.c.state)).all()

    def some(self, numbers: Sequence[int]) -> Sequence[Row[Any]]:
        """Return cases by their numbers; those there are not are left out."""
        with self.looked_at() as connection:
            return connection.execute(select(case).where(case.c.id.in_(numbers))).all()

    def owed(self, asked: Owed) -> Sequence[Any]:
        """Return what is owed, by its last day: what is late stands first."""
        query = (
            select(deadline, case.c.procedure, (deadline.c.due <= func.now()).label("over"))
            .outerjoin(case, case.c.id == deadline.c.case_id)
            .where(and_(_OWED, ~deadline.c.passes) if asked.done else _RUNNING)
        )
        if asked.since is not None:
            query = query.where(deadline.c.due_on >= bindparam("since", asked.since))
        if asked.until is not None:
            query = query.where(deadline.c.due_on <= bindparam("until", asked.until))
        if asked.procedure:
            query = query.where(case.c.procedure == asked.procedure)
        if asked.after is not None:
            last = deadline.alias("last")
            place = select(last.c.due, last.c.id).where(last.c.id == asked.after)
            query = query.where(tuple_(deadline.c.due, deadline.c.id) > place.scalar_subquery())
        with self.looked_at() as connection:
            return connection.execute(query.order_by(deadline.c.due, deadline.c.id).limit(asked.limit)).all()


class KeptWithin(KeptCases):
    """The cases as a transaction of another duty sees and changes them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Give the transaction of the other duty, which ends it."""
        yield Work(self._connection)

    @contextmanager
    def looked_at(self) -> Iterator[Connection]:
        """Give the same connection."""
        yield self._connection
