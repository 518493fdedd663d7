"""Who asks: verified by the service's own session, by a code to an address it knows, or by documents.

A document is looked at and never kept; of a code only a hash is. Nothing is shown or done before.
"""

import hmac
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from shouxin.duties.days import BEIJING
from shouxin.duties.rights import kept
from shouxin.duties.rights.desk import Desk, Found
from shouxin.duties.rights.gateway import Message
from shouxin.duties.rights.model import Channel, Method
from shouxin.duties.rights.person import current, learned, seeds
from shouxin.errors import InputError
from shouxin.law.base import Shape
from shouxin.store.ledger.entry import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from shouxin.connect.person import Person

DIGITS, TRIES, MOST = 8, 10, 5
"""Figures of a code, tries at it, and codes that one request gets within an hour."""

LASTS = timedelta(minutes=15)
"""How long a code is good."""

_WITHIN = timedelta(hours=1)
_CATEGORY = {"email": "email_address", "sms": "phone_number"}


class Sent(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """Where a code went, most of it masked, and for how many minutes it is good."""

    request: int
    channel: Channel
    address: str
    minutes: int


def vouch(desk: Desk, number: int, today: date, actor: Actor) -> None:
    """Take the service's word that the person is signed in; raise ``InputError`` (rights-method)."""
    settle(desk, number, "session", f"session of the service, as {actor.who} says", today, actor)


def look_at(desk: Desk, number: int, how: str, today: date, actor: Actor) -> None:
    """Write down that a member of the staff looked at documents: which kind, never their numbers."""
    settle(desk, number, "document", how, today, actor)


def send(desk: Desk, number: int, channel: Channel, today: date, actor: Actor) -> Sent:
    """Send a code to an address that the stores know to be the person's today.

    Raises ``InputError``: rights-unknown, rights-address, rights-codes, rights-store; errors of the gateway.
    """
    with desk.begin() as connection:
        found = desk.find(connection, number, today)
        if kept.codes_since(connection, number, _WITHIN) >= MOST:
            raise InputError(
                "rights-codes",
                f"{MOST} codes were sent for request {number} within an hour",
                remedy="wait, or verify the person in another way",
            )
        begun = seeds(desk.content(connection, found.row).identities, _asked_on(found))
    with desk.stores.all() as stores:
        address = _address(desk, learned(stores, begun, today), channel, today)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    minutes = int(LASTS.total_seconds()) // 60
    with desk.begin() as connection:
        row = kept.held(connection, number)
        kept.send_code(connection, number, _hashed(desk, number, code), LASTS)
        desk.note(connection, actor, row, "request.code_sent", {"channel": channel})
        desk.gateway.send(
            Message(channel=channel, address=address, request=number, code=code, minutes=minutes)
        )
    return Sent(request=number, channel=channel, address=masked(address), minutes=minutes)


def enter(desk: Desk, number: int, code: str, today: date, actor: Actor) -> None:
    """Verify the person by the code that was sent; raise ``InputError`` (rights-code) where it is wrong.

    Every try counts, in a transaction of its own.
    """
    with desk.begin() as connection:
        kept.held(connection, number)
        tried = kept.try_code(connection, number, TRIES)
    right = tried is not None and hmac.compare_digest(bytes(tried.hash), _hashed(desk, number, code))
    if tried is None or not right:
        raise InputError(
            "rights-code",
            "this is not the code, or it is good no more",
            where=f"request {number}",
            remedy=f"look at it again ({TRIES} tries in all), or have a new one sent",
        )
    with desk.begin() as connection:
        if not kept.use_code(connection, tried.number):
            raise InputError(
                "rights-code", "this code was used already", remedy="have a new one sent where one is needed"
            )
        _verified(desk, connection, desk.find(connection, number, today), "code", "code sent", today, actor)


def masked(address: str) -> str:
    """Return an address as it may be shown to somebody who is not verified yet."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{address[:3]}****{address[-2:]}" if len(address) > 7 else "****"


def settle(desk: Desk, number: int, method: Method, text: str, today: date, actor: Actor) -> None:
    """Write down that it was shown who asks, and how; raise ``InputError`` (rights-method)."""
    with desk.begin() as connection:
        _verified(desk, connection, desk.find(connection, number, today), method, text, today, actor)


def _verified(
    desk: Desk, connection: "Connection", found: Found, method: Method, text: str, today: date, actor: Actor
) -> None:
    if found.row.verified_by:
        return
    if found.case.facts.get("for_deceased") and method != "document":
        raise InputError(
            "rights-method",
            "a session or an address of the deceased does not show who the relative is",
            where=f"request {found.number}",
            remedy="look at documents of the death, the kinship and the relative",
        )
    kept.verified(connection, found.number, method)
    if found.kind.shared.verifies:
        desk.take(connection, found, found.kind.shared.verifies, text, {}, today, actor)
    desk.note(connection, actor, found.row, "request.verified", {"by": method})


def _address(desk: Desk, person: "Person", channel: Channel, today: date) -> str:
    """Return the address of a channel that is the person's today."""
    category = _CATEGORY[channel]
    names = [
        one.identity
        for found in desk.stores.maps()
        for table in found.tables
        for one in table.identities
        for column in table.columns
        if column.column == one.column and category in column.categories
    ]
    for name in dict.fromkeys(names):
        for value in current(person.get(name, ()), today):
            if ("@" in value) == (channel == "email"):
                return value
    raise InputError(
        "rights-address",
        "the stores know no such address of a person with all these identities",
        where="identities",
        remedy="check the identities and the channel, or verify the person by documents",
    )


def _asked_on(found: Found) -> date:
    return found.row.made_at.astimezone(BEIJING).date()


def _hashed(desk: Desk, number: int, code: str) -> bytes:
    plain = "".join(code.split()).encode("utf-8", "replace")
    return hmac.digest(desk.secret, b"%d\0%s" % (number, plain), "sha256")
