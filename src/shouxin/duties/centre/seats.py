"""Who sits at the centre: sessions of people in the store, apart from those of operators."""

import secrets
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, text, update

from shouxin.duties.centre import tables
from shouxin.duties.centre.model import IDLE, WHOLE, Known, Method, Seat, digest
from shouxin.errors import InputError
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection

SEAT = "centre/seat"
"""What the sealed values are for; it must be given again to open them."""

_LONGEST = 200
_SEEN = text("interval '1 minute'")
_seat = tables.seat


def begin(
    connection: "Connection",
    people: People,
    service: str,
    known: Known,
    method: Method,
    before: str = "",
    *,
    under_14: bool = False,
) -> str:
    """Begin a session with a new token and end the one that the browser came with; return the token."""
    connection.execute(delete(_seat).where(_over()))
    end(connection, before)
    person = people.make(connection, service, [known.reference])[0]
    token = secrets.token_urlsafe(32)
    values = {
        "digest": digest(token),
        "service": service,
        "person": person.id,
        "sealed": people.seal(connection, person.id, msgspec.json.encode(known), SEAT),
        "method": method,
        "under_14": under_14,
        "until": func.now() + WHOLE,
    }
    connection.execute(insert(_seat).values(values))
    return token


def find(connection: "Connection", people: People, service: str, token: str) -> Seat | None:
    """Return who holds a token at the centre of a service; None once it is over or the person forgotten."""
    if not token or not token.isascii() or len(token) > _LONGEST:
        return None
    mine = (_seat.c.digest == digest(token)) & (_seat.c.service == service) & ~_over()
    stale = (_seat.c.seen_at < func.now() - _SEEN).label("stale")
    row = connection.execute(select(_seat, stale).where(mine)).one_or_none()
    if row is None:
        return None
    try:
        opened = people.unsealed(connection, row.person, bytes(row.sealed), SEAT)
    except InputError:
        return None
    if row.stale:
        connection.execute(update(_seat).where(mine).values(seen_at=func.now()))
    known = msgspec.json.decode(opened, type=Known)
    return Seat(token, service, row.person, known, row.method, row.under_14, row.child)


def act_for(connection: "Connection", seat: Seat, child: int | None) -> None:
    """Let a guardian act for a child from now on, or for themselves again."""
    mine = _seat.c.digest == digest(seat.token)
    connection.execute(update(_seat).where(mine).values(child=child))


def end(connection: "Connection", token: str) -> None:
    """End a session."""
    if token:
        connection.execute(delete(_seat).where(_seat.c.digest == digest(token)))


def _over() -> ColumnElement[bool]:
    return (_seat.c.until <= func.now()) | (_seat.c.seen_at <= func.now() - IDLE)
