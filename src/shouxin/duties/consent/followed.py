"""What somebody needs who follows the answers of people: who answered since, and everybody in turn."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from shouxin.duties.consent.tables import transaction


class Since(NamedTuple):
    """Who answered since a number, and the number up to which that is all; ``more`` tells that more did."""

    number: int
    persons: frozenset[int]
    more: bool


def since(connection: Connection, number: int, limit: int) -> Since:
    """Return who answered after a number, of at most so many answers.

    Numbers rise in the order of commits (``KeptConsents.record``), so none appears later below the last.
    """
    rows = connection.execute(
        select(transaction.c.number, transaction.c.person)
        .where(transaction.c.number > number)
        .order_by(transaction.c.number)
        .limit(limit)
    ).all()
    last = rows[-1].number if rows else number
    return Since(last, frozenset(row.person for row in rows), len(rows) == limit)


def newest(connection: Connection) -> int:
    """Return the number of the last answer, 0 where there is none."""
    return int(connection.execute(select(func.coalesce(func.max(transaction.c.number), 0))).scalar_one())


def answered(connection: Connection, after: int, limit: int) -> list[int]:
    """Return people who ever answered, in the order of their numbers, behind one."""
    people = select(transaction.c.person).distinct().where(transaction.c.person > after)
    return list(connection.execute(people.order_by(transaction.c.person).limit(limit)).scalars())
