"""Which rows an identity of a person finds: the value, and the days on which it was theirs."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from shouxin.connect.marks import UUID_MARK, mark_for
from shouxin.connect.model import Identity
from shouxin.connect.person import Held, Person, known, uuid_of, ways
from shouxin.connect.sql.schema import Ground, Real
from shouxin.errors import InputError

_LARGEST = 2**63


def matches(ground: Ground, real: Real, person: Person, today: date) -> sa.ColumnElement[bool] | None:
    """Return the condition that a row is the person's by its identities, None where they cannot tell.

    Different identities join with AND unless the table says otherwise; one that is empty in a row or
    unknown of the person contradicts nothing, and at least one has to agree.
    """
    named = known(real.mapped, person)
    agree = {
        name: sa.or_(*(_agrees(ground, real, one, person[name], today) for one in columns))
        for name, columns in named.items()
    }
    if not agree:
        return None
    if real.mapped.any_identity or len(agree) == 1:
        return sa.or_(*agree.values())
    silent = (
        sa.or_(condition, sa.and_(*(_silent(real.table.c[one.column]) for one in named[name])))
        for name, condition in agree.items()
    )
    return sa.and_(*silent, sa.or_(*agree.values()))


def _silent(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column says nothing: it is empty, or an erasure was there."""
    kind, nothing = _python(column), column.is_(None)
    if kind is int:
        return sa.or_(nothing, column <= 0)
    if kind is UUID:
        return sa.or_(nothing, sa.cast(column, sa.Text).like(f"{UUID_MARK}%"))
    if kind is not str:
        return nothing
    marks = (UUID_MARK, mark_for(getattr(column.type, "length", None)))
    return sa.or_(nothing, column == "", *(column.like(f"{mark}%") for mark in marks))


def _agrees(
    ground: Ground, real: Real, identity: Identity, held: Iterable[Held], today: date
) -> sa.ColumnElement[bool]:
    column = real.table.c[identity.column]
    by_days: dict[tuple[date | None, date | None], list[Held]] = {}
    for one in held:
        by_days.setdefault(
            (one.since, one.until) if identity.valid_from or identity.valid_until else (None, None), []
        ).append(one)
    return sa.or_(
        sa.false(),
        *(
            sa.and_(equal(ground, column, [one.value for one in values]), _days(real, identity, days, today))
            for days, values in by_days.items()
        ),
    )


def _days(
    real: Real, identity: Identity, held: tuple[date | None, date | None], today: date
) -> sa.ColumnElement[bool]:
    """Return the condition that a row's days touch the person's; without a beginning they are today's."""
    since, until = held
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if identity.valid_from and until:
        begins = real.table.c[identity.valid_from]
        conditions.append(sa.or_(begins.is_(None), begins < sa.literal(until, sa.Date)))
    if identity.valid_until:
        ends = real.table.c[identity.valid_until]
        conditions.append(sa.or_(ends.is_(None), ends > sa.literal(since or today, sa.Date)))
    return sa.and_(*conditions)


def equal(ground: Ground, column: sa.Column[Any], values: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of these values, which are text whatever its type is."""
    kind, held = _python(column), held_as(ground, column, values)
    if kind is int and not held:
        return sa.false()
    if kind is int or (kind is UUID and ground.kind == "postgresql"):
        return column.in_(held)
    if kind is not str:
        return sa.cast(column, sa.String).in_(held)
    if ground.kind == "mysql":
        exact = sa.cast(column, sa.LargeBinary).in_([one.encode() for one in held])
        return sa.and_(column.in_(held), exact)
    return column.in_(held)


def held_as(ground: Ground, column: sa.Column[Any], values: Collection[str]) -> list[Any]:
    """Return values, which are text, as a column can hold them; those that it never does are left out."""
    kind = _python(column)
    if kind is int:
        return [int(one) for one in values if _is_number(one)]
    if kind is UUID and ground.kind == "postgresql":
        return [made for one in values if (made := uuid_of(one))]
    return [way for one in values for way in ways(one)]


def typed(column: sa.Column[Any], value: object) -> object:
    """Return a value as a column holds it, read from text where it is given so.

    Raises ``InputError`` (correct-value).
    """
    kind = _python(column)
    if not isinstance(value, str) or kind in (str, object):
        return value
    try:
        return msgspec.convert(value, kind, strict=False)
    except (msgspec.ValidationError, ValueError, TypeError):
        raise InputError(
            "correct-value",
            "the value is none that the column could hold",
            where=f"{column.table.name}.{column.name}",
            remedy="write a number in digits, a day like 2027-06-03",
        ) from None


def _python(column: sa.Column[Any]) -> type:
    try:
        return column.type.python_type
    except NotImplementedError:
        return object


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 20 and abs(int(text)) < _LARGEST
