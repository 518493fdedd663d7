"""What must not be done any more with a person's information: since when, for which purposes, and why.

A restriction is said in facts of the law, so that whoever decides about the person gives them to the gate.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Identity,
    Index,
    MetaData,
    Row,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shouxin.store import line

SUBJECT = "restriction"
"""What the messages are about that tell whose restrictions changed."""

metadata = MetaData(schema="shouxin")

restriction = Table(
    "restriction",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("changed", BigInteger, nullable=False, unique=True, comment="rises in the order of commits"),
    Column("source", Text, nullable=False, comment="what restricts, such as a request"),
    Column("person", BigInteger, nullable=False),
    Column("service", Text, nullable=False),
    Column("purposes", ARRAY(Text), nullable=False, comment="none: every one"),
    Column("facts", JSONB, nullable=False, comment="what the gate is told"),
    Column("since", Date, nullable=False),
    Column("until", Date, comment="the last day on which it is kept; none: without an end"),
    Column("because", Text, nullable=False, comment="provisions"),
    Column("ended_at", DateTime(timezone=True)),
    Index("restriction_person", "person", postgresql_where=text("ended_at is null")),
    Index("restriction_source", "source"),
)

_TURN = text("select pg_advisory_xact_lock(hashtext('shouxin restriction'))")
_NEXT = func.nextval("shouxin.restriction_changed")
_STANDS = restriction.c.ended_at.is_(None)

OF_PERSON = (
    "select json_agg(json_build_array(own.purposes, own.facts)) from shouxin.restriction own "
    "where own.person = p.id and own.ended_at is null"
)
"""Asks for what restricts the person of a row ``p``, as ``limits_told`` reads it."""


class Restriction(NamedTuple):
    """A restriction as it stands; ``purposes`` are those it is limited to, none where it is every one."""

    number: int
    service: str
    purposes: tuple[str, ...]
    facts: Mapping[str, bool]
    since: datetime.date
    until: datetime.date | None
    because: str


class Limit(NamedTuple):
    """Of a restriction what a decision needs: the purposes (none: every one), and facts by name."""

    purposes: frozenset[str]
    facts: tuple[tuple[str, bool], ...]


class Since(NamedTuple):
    """Whose restrictions changed since a number, up to which that is all, and whether there are more."""

    number: int
    persons: frozenset[int]
    more: bool


def restrict(connection: Connection, source: str, person: int, made: Restriction) -> None:
    """Restrict what is done with a person's information; guards hear of it at the commit."""
    connection.execute(_TURN)
    values = {**made._asdict(), "source": source, "person": person, "changed": _NEXT}
    del values["number"]
    connection.execute(insert(restriction).values(values | {"purposes": list(made.purposes)}))
    line.tell(connection, SUBJECT, str(person))


def lift(connection: Connection, source: str) -> None:
    """End what a source restricted; guards hear of it at the commit."""
    connection.execute(_TURN)
    change = update(restriction).where(restriction.c.source == source, _STANDS)
    ended = change.values(ended_at=func.now(), changed=_NEXT).returning(restriction.c.person)
    for person in {*connection.execute(ended).scalars()}:
        line.tell(connection, SUBJECT, str(person))


def lift_fact(connection: Connection, person: int, fact: str) -> bool:
    """End what restricts a person by a fact and nothing else; tell whether anything did."""
    connection.execute(_TURN)
    mine = (restriction.c.person == person) & _STANDS & (restriction.c.facts == {fact: True})
    ended = update(restriction).where(mine).values(ended_at=func.now(), changed=_NEXT)
    if not connection.execute(ended).rowcount:
        return False
    line.tell(connection, SUBJECT, str(person))
    return True


def of_source(connection: Connection, source: str) -> tuple[Restriction, ...]:
    """Return what a source restricts now."""
    return _read(connection, restriction.c.source == source)


def of_person(connection: Connection, person: int) -> tuple[Restriction, ...]:
    """Return what is restricted now for a person."""
    return _read(connection, restriction.c.person == person)


def limits(connection: Connection, persons: Collection[int]) -> dict[int, tuple[Limit, ...]]:
    """Return what decisions about people must heed; those whom nothing restricts are left out."""
    columns = restriction.c.person, restriction.c.purposes, restriction.c.facts
    asked = select(*columns).where(restriction.c.person == func.any(list(persons)), _STANDS)
    found: dict[int, set[Limit]] = defaultdict(set)
    for row in connection.execute(asked) if persons else ():
        found[row.person].add(Limit(frozenset(row.purposes), tuple(sorted(row.facts.items()))))
    return {person: tuple(sorted(some, key=_order)) for person, some in found.items()}


def limits_told(told: Iterable[tuple[Sequence[str], Mapping[str, bool]]] | None) -> tuple[Limit, ...]:
    """Return what ``OF_PERSON`` tells as what decisions must heed."""
    found = {Limit(frozenset(purposes), tuple(sorted(facts.items()))) for purposes, facts in told or ()}
    return tuple(sorted(found, key=_order))


def since(connection: Connection, number: int, limit: int) -> Since:
    """Return whose restrictions changed after a number, of at most so many changes."""
    columns = restriction.c.changed, restriction.c.person
    asked = select(*columns).where(restriction.c.changed > number).order_by(restriction.c.changed)
    rows = connection.execute(asked.limit(limit)).all()
    last = rows[-1].changed if rows else number
    return Since(last, frozenset(row.person for row in rows), len(rows) == limit)


def newest(connection: Connection) -> int:
    """Return the number of the last change, 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(restriction.c.changed), 0))).scalar_one())


def restricted(connection: Connection, after: int, limit: int) -> list[int]:
    """Return people for whom something is restricted, in the order of their numbers, behind one."""
    people = select(restriction.c.person).distinct().where(restriction.c.person > after, _STANDS)
    return list(connection.execute(people.order_by(restriction.c.person).limit(limit)).scalars())


def _read(connection: Connection, whose: ColumnElement[bool]) -> tuple[Restriction, ...]:
    columns = [restriction.c[name] for name in Restriction._fields]
    rows = connection.execute(select(*columns).where(whose, _STANDS).order_by(restriction.c.number))
    return tuple(_restriction(row) for row in rows)


def _restriction(row: Row[Any]) -> Restriction:
    found = Restriction._make(row)
    return found._replace(purposes=tuple(found.purposes))


def _order(limit: Limit) -> tuple[Sequence[str], tuple[tuple[str, bool], ...]]:
    return sorted(limit.purposes), limit.facts
