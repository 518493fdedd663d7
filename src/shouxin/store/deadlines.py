"""Deadlines in the database: set, stopped and fired, each with its effect in one transaction.

A deadline fires when the day after its last day begins in Beijing. Whatever fires it marks it, writes the
event into its case and the message into the outbox at once, so that a worker killed at any moment has done
all of it or nothing; ``FOR UPDATE SKIP LOCKED`` keeps workers off each other's rows. The end of a time to
wait or to keep something (``passes``) is no deadline that anyone misses: it passes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from sqlalchemy import Connection

BEIJING = ZoneInfo("Asia/Shanghai")
BATCH = 200
"""Deadlines that one transaction fires."""

metadata = MetaData(schema="shouxin")

case = Table(
    "case",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False, comment="grows by one with every step"),
    Column("body", JSONB, nullable=False, comment="the case as the engine reads it"),
    Column("law_version", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("moved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("case_procedure_state", "procedure", "state"),
)

case_event = Table(
    "case_event",
    metadata,
    Column("case_id", ForeignKey(case.c.id), nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="step; missed or passed where a time ran out; planned where one moved; "
        "cancelled where the case ended",
    ),
    Column("body", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("case_id", "number"),
)

deadline = Table(
    "deadline",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("case_id", ForeignKey(case.c.id), comment="null where it belongs to no case"),
    Column("provision", Text, nullable=False),
    Column("began", Date, nullable=False),
    Column("due_on", Date, nullable=False, comment="the last day, in Beijing"),
    Column("due", DateTime(timezone=True), nullable=False, comment="the instant after that day"),
    Column("provisional", Boolean, nullable=False),
    Column("counted", JSONB, nullable=False, comment="what gave the day, to plan it again"),
    Column("state", Text, nullable=False, comment="open, paused, met, missed, passed or cancelled"),
    Column("settled_at", DateTime(timezone=True)),
    Column("clock", Integer, comment="its number in the case"),
    Column(
        "passes",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="a time to wait or keep: its end passes and is not missed",
    ),
    Column("stopped_on", Date),
    Index("deadline_open_due", "due", postgresql_where=text("state = 'open'")),
    Index("deadline_case", "case_id"),
    Index("deadline_of_clock", "case_id", "clock", unique=True),
    Index("deadline_late", "due", postgresql_where=text("state = 'missed' and stopped_on is null")),
    Index("deadline_provisional", "case_id", postgresql_where=text("provisional and stopped_on is null")),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False, comment="what makes it one and the same message"),
    Column("topic", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sent_at", DateTime(timezone=True)),
    UniqueConstraint("key"),
    Index("outbox_unsent", "id", postgresql_where=text("sent_at is null")),
)

_FIRE = text(
    """
    with cased as (
        select d.id from shouxin.deadline d join shouxin.case c on c.id = d.case_id
        where d.state = 'open' and d.due <= now()
        order by d.due limit :most
        for update of d, c skip locked
    ), loose as (
        select d.id from shouxin.deadline d
        where d.state = 'open' and d.due <= now() and d.case_id is null
        order by d.due limit :most
        for update skip locked
    ), ripe as (
        select id from cased union all select id from loose
    ), fired as (
        update shouxin.deadline d
        set state = case when d.passes then 'passed' else 'missed' end, settled_at = now()
        from ripe where d.id = ripe.id
        returning d.id, d.case_id, d.provision, d.due_on, d.state
    ), written as (
        insert into shouxin.case_event (case_id, number, kind, body)
        select f.case_id,
               coalesce((select max(e.number) from shouxin.case_event e where e.case_id = f.case_id), 0)
                   + row_number() over (partition by f.case_id order by f.id),
               f.state,
               jsonb_build_object('provision', f.provision, 'due_on', f.due_on, 'deadline', f.id)
        from fired f where f.case_id is not null
    ), told as (
        insert into shouxin.outbox (key, topic, body)
        select 'deadline-' || id || '-' || state || '-' || due_on, 'deadline.' || state,
               jsonb_build_object('deadline', id, 'case', case_id, 'provision', provision, 'due_on', due_on)
        from fired
        on conflict (key) do nothing
    )
    select count(*) from fired
    """
)


class Planned(NamedTuple):
    """A deadline to set: what it is for, since when, its last day; ``clock`` is its number in the case."""

    provision: str
    began: date
    due_on: date
    provisional: bool = False
    counted: Mapping[str, object] = {}
    case_id: int | None = None
    clock: int | None = None
    passes: bool = False


def instant(due_on: date) -> datetime:
    """Return the instant at which a last day is over: midnight after it in Beijing."""
    return datetime.combine(due_on + timedelta(days=1), time(), BEIJING).astimezone(UTC)


def plan(connection: "Connection", deadlines: Sequence[Planned]) -> list[int]:
    """Set deadlines, in the caller's transaction; return their ids in the same order."""
    if not deadlines:
        return []
    rows = [
        {
            **item._asdict(),
            "counted": dict(item.counted),
            "due": instant(item.due_on),
            "state": "open",
        }
        for item in deadlines
    ]
    made = connection.execute(deadline.insert().returning(deadline.c.id, sort_by_parameter_order=True), rows)
    return list(made.scalars())


def fire(connection: "Connection", most: int = BATCH) -> int:
    """Fire deadlines that are over, about ``most`` at a time, in the caller's transaction; return how many.

    A case that someone moves at this moment is left for the next time, and so are its deadlines.
    """
    return int(connection.execute(_FIRE, {"most": most}).scalar_one())
