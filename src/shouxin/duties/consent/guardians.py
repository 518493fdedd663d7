"""Guardians of children: linked once verified, ended when they no longer answer (pipl art. 31)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from shouxin.duties.consent.kept import Teller, tell
from shouxin.duties.consent.tables import ending, guardianship
from shouxin.duties.consent.views import Guardianship
from shouxin.duties.days import today
from shouxin.errors import InputError
from shouxin.store.clock import stamped
from shouxin.store.ledger import Entry
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

Linked = tuple[int, Sequence[Entry]]


def link(connection: "Connection", people: People, asked: Guardianship, teller: Teller) -> Linked:
    """Put a verified guardian on record; return the number and the entry to append.

    Raises ``InputError`` (guardian-unfit) for oneself as guardian, or an end that is over.
    """
    if asked.child == asked.guardian or asked.until < today():
        raise InputError(
            "guardian-unfit",
            "nobody is their own guardian" if asked.child == asked.guardian else "the last day is over",
            where="guardian" if asked.child == asked.guardian else "until",
            remedy="give the child, another person as guardian, and the last day before the child is 14",
        )
    child, guardian = people.make(connection, asked.service, [asked.child, asked.guardian])
    made = guardianship.insert().returning(guardianship.c.number)
    values = {
        "child": child.id,
        "guardian": guardian.id,
        "verified_by": asked.verified_by,
        "until": asked.until,
        **stamped(connection, "recorded_at"),
    }
    number = int(connection.execute(made, values).scalar_one())
    tell(connection, [child.id])
    what = {"guardianship": number, "until": asked.until.isoformat(), "guardian": guardian.commitment.hex()}
    return number, [_entry("guardian.linked", teller, what, child.commitment, "pipl:art_31__para_1")]


def end(
    connection: "Connection", people: People, of: tuple[str, str, str], why: str, teller: Teller
) -> Linked:
    """End the guardianship of a child (service, child, guardian); return how many there were.

    Raises ``InputError`` (guardian-unknown) where there is none that stands.
    """
    service, *references = of
    child, guardian = people.find(connection, service, references)
    stands = (
        select(guardianship.c.number)
        .outerjoin(ending)
        .where(
            guardianship.c.child == (child.id if child else 0),
            guardianship.c.guardian == (guardian.id if guardian else 0),
            ending.c.guardianship.is_(None),
        )
    )
    numbers = list(connection.execute(stands).scalars())
    if child is None or not numbers:
        raise InputError(
            "guardian-unknown",
            "this guardian does not answer for this child",
            remedy="look at who was linked, and give both references as the service calls them",
        )
    connection.execute(ending.insert(), [{"guardianship": one, "why": why} for one in numbers])
    tell(connection, [child.id])
    return len(numbers), [
        _entry("guardian.ended", teller, {"guardianship": numbers}, child.commitment, why.strip())
    ]


class Guarded(NamedTuple):
    """A child for whom somebody answers: the number here, and the last day of it."""

    child: int
    until: date


def children(connection: "Connection", people: People, service: str, reference: str) -> list[Guarded]:
    """Return the children for whom somebody answers today."""
    guardian = people.find(connection, service, [reference])[0]
    asked = _standing(guardianship.c.guardian == (guardian.id if guardian else 0))
    return [Guarded(row.child, row.until) for row in connection.execute(asked)]


def guarded(connection: "Connection", people: People, service: str, reference: str) -> bool:
    """Tell whether somebody is on record as a child for whom a guardian answers today."""
    child = people.find(connection, service, [reference])[0]
    asked = _standing(guardianship.c.child == (child.id if child else 0))
    return connection.execute(asked).first() is not None


def _standing(whom: "ColumnElement[bool]") -> "Select[tuple[int, date]]":
    """Return the query for guardianships that stand today."""
    return (
        select(guardianship.c.child, func.max(guardianship.c.until).label("until"))
        .outerjoin(ending)
        .where(whom, guardianship.c.until >= today(), ending.c.guardianship.is_(None))
        .group_by(guardianship.c.child)
        .order_by(guardianship.c.child)
    )


def _entry(kind: str, teller: Teller, what: dict[str, object], whose: bytes, why: str) -> Entry:
    return Entry(kind=kind, who=teller.who, origin=teller.origin, what=what, whose=whose, why=why)
