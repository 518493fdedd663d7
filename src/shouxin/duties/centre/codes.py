"""Signing in by a code that is sent to an address which the service's stores know to be the person's.

Whether an address belongs to anybody shows nowhere: the answer is the same and given before it is looked up,
and a code that is not the right one is refused in the same words as one that was never sent.
"""

import hmac
import secrets
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, text, update

from shouxin.duties.centre import tables
from shouxin.duties.centre.model import CODE_LASTS, DIGITS, TRIES, Known, digest
from shouxin.errors import InputError
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection

CODE = "centre/code"
"""What the sealed values are for."""

_KEPT = text("interval '1 hour'")
_code = tables.code


class Ticket(NamedTuple):
    """A request for a code: what the form holds, and what must be looked up after the answer."""

    ticket: str
    service: str
    address: str


def ask(connection: "Connection", service: str, address: str) -> Ticket:
    """Write down that somebody wants a code; nothing of the address is kept."""
    connection.execute(delete(_code).where(_code.c.until < func.now() - _KEPT))
    made = secrets.token_urlsafe(32)
    values = {"digest": digest(made), "service": service, "until": func.now() + CODE_LASTS}
    connection.execute(insert(_code).values(values))
    return Ticket(made, service, address)


def settle(connection: "Connection", people: People, ticket: Ticket, known: Known, secret: bytes) -> str:
    """Write down whose address it is; return the code to be sent."""
    person = people.make(connection, ticket.service, [known.reference])[0]
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    values = {
        "person": person.id,
        "sealed": people.seal(connection, person.id, msgspec.json.encode(known), CODE),
        "hash": _hashed(secret, ticket.ticket, code),
    }
    mine = _code.c.digest == digest(ticket.ticket)
    connection.execute(update(_code).where(mine).values(values))
    return code


def tried(connection: "Connection", service: str, ticket: str) -> None:
    """Count a try at a code, in a transaction of its own."""
    connection.execute(update(_code).where(_mine(service, ticket)).values(tries=_code.c.tries + 1))


def enter(
    connection: "Connection", people: People, service: str, ticket: str, code: str, secret: bytes
) -> Known:
    """Return who knows the code of a ticket, which is used up; raise ``InputError`` (centre-code)."""
    asked = select(_code).where(_mine(service, ticket), _code.c.until > func.now(), _code.c.tries <= TRIES)
    row = connection.execute(asked.with_for_update()).one_or_none()
    wanted = bytes(row.hash) if row and row.hash else secrets.token_bytes(32)
    right = hmac.compare_digest(wanted, _hashed(secret, ticket, code))
    if row is None or not right:
        raise InputError(
            "centre-code",
            "this is not the code, or it is good no more",
            remedy="look at it again, or have a new one sent",
        )
    connection.execute(delete(_code).where(_mine(service, ticket)))
    opened = people.unsealed(connection, row.person, bytes(row.sealed), CODE)
    return msgspec.json.decode(opened, type=Known)


def _mine(service: str, ticket: str) -> ColumnElement[bool]:
    return (_code.c.digest == digest(ticket)) & (_code.c.service == service)


def _hashed(secret: bytes, ticket: str, code: str) -> bytes:
    plain = "".join(code.split()).encode("utf-8", "replace")
    return hmac.digest(secret, ticket.encode("utf-8", "replace") + b"\0" + plain, "sha256")
