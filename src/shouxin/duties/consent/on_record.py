"""What decisions about people need, in one statement: who they are, where they stand, what is restricted."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from shouxin.duties.consent.model import Place, Standing
from shouxin.duties.consent.rows import LAST, READ, standings_of
from shouxin.store.driver import ByteStrings, driver
from shouxin.store.people import Person
from shouxin.store.restrictions import OF_PERSON, Limit, limits_told

if TYPE_CHECKING:
    from sqlalchemy import Connection

_RECORD = f"""
select p.lookup, p.id, p.commitment, r.limits, t.*
from shouxin.person p
left join lateral ({OF_PERSON}) as r (limits) on true
left join lateral (
    select distinct on ({LAST}) {READ} from shouxin.consent_transaction t where t.person = p.id
    order by {LAST}, t.number desc
) as t on true
where p.lookup = any(%s)
"""  # noqa: S608  # constants
_BEFORE = 4
"""Columns in front of those of an answer."""


class OnRecord(NamedTuple):
    """A person, where they stand on each purpose, and what must not be done with their information."""

    person: Person
    standings: dict[Place, Standing]
    limits: tuple[Limit, ...]


def on_record(connection: "Connection", lookups: Sequence[bytes]) -> dict[bytes, OnRecord]:
    """Return what is on record of people by what finds them (``People.lookups``); who is unknown is left out.

    Raises ``StoreError`` (store-unreachable).
    """
    with driver(connection) as cursor:
        found = cursor.execute(_RECORD, [ByteStrings(lookups)], prepare=True).fetchall()
    people: dict[bytes, tuple[Person, tuple[Limit, ...]]] = {}
    answers: dict[bytes, list[Sequence[Any]]] = defaultdict(list)
    for row in found:
        lookup, id_, commitment, limits = row[:_BEFORE]
        if lookup not in people:
            people[lookup] = Person(id_, commitment), limits_told(limits)
        if row[_BEFORE] is not None:
            answers[lookup].append(row[_BEFORE:])
    return {
        lookup: OnRecord(person, standings_of(answers[lookup]).get(person.id, {}), limits)
        for lookup, (person, limits) in people.items()
    }
