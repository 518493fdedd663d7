"""Requests for the person they are about, who is signed in: their own, and what the stores hold of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from shouxin.connect.model import MappedTable
from shouxin.duties.days import BEIJING
from shouxin.duties.rights import by_hand, identity, kept, receipt
from shouxin.duties.rights.desk import Desk
from shouxin.duties.rights.gateway import Message
from shouxin.duties.rights.model import Channel, Line, Method
from shouxin.duties.rights.person import current, learned, seeds
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor

SHOWN = 200
"""Rows of one table that are shown at most; a copy holds all of them."""

_CATEGORY = {"email": "email_address", "sms": "phone_number"}


class Viewed(NamedTuple):
    """What a store holds of a person in one table: its map, rows that are shown, and how many there are."""

    store: str
    table: str
    mapped: MappedTable | None
    rows: list[Mapping[str, Any]]
    many: int


def of_person(desk: Desk, service: str, reference: str, today: date) -> tuple[Line, ...]:
    """Return the requests about a person of a service, the newest first."""
    with desk.begin() as connection:
        person = desk.people.find(connection, service, [reference])[0]
        rows = kept.of_person(connection, person.id) if person else []
        waits = kept.waiting(connection, [row.number for row in rows])
        cases = desk.cases.within(connection)
        return tuple(
            receipt.line(row, cases.show(row.case, today), waits.get(row.number, ((), None)), today)
            for row in reversed(rows)
        )


def signed_in(desk: Desk, number: int, method: Method, today: date, actor: Actor) -> None:
    """Take down that the person is signed in: by the service's word, or by a code to an address of theirs.

    Raises ``InputError`` (rights-method) where that does not show who asks.
    """
    words = {"session": "signed token of the service", "code": "code sent at the privacy centre"}
    identity.settle(desk, number, method, words.get(method, method), today, actor)


def known_at(desk: Desk, address: str, subject: str, today: date) -> dict[str, str] | None:
    """Return how the stores know whose address this is today: the identity ``subject`` and the address.

    None where it is nobody's, or of more than one. Errors as ``Stores.all``.
    """
    channel: Channel = "email" if "@" in address else "sms"
    names = {
        one.identity
        for found in desk.stores.maps()
        for table in found.tables
        for one in table.identities
        for column in table.columns
        if column.column == one.column and _CATEGORY[channel] in column.categories
    }
    found: dict[str, dict[str, str]] = {}
    with desk.stores.all() as stores:
        for name in sorted(names):
            person = learned(stores, seeds({name: address}, today), today)
            mine = current(person.get(subject, ()), today)
            if len(mine) == 1 and address in current(person.get(name, ()), today):
                found[mine[0]] = {subject: mine[0]}
    return next(iter(found.values())) if len(found) == 1 else None


def send(desk: Desk, address: str, code: str, minutes: int) -> None:
    """Send a code for signing in, which belongs to no request: its number is 0."""
    channel: Channel = "email" if "@" in address else "sms"
    desk.gateway.send(Message(channel=channel, address=address, request=0, code=code, minutes=minutes))


def view(desk: Desk, number: int, today: date, actor: Actor) -> tuple[Viewed, ...]:
    """Return what the stores hold of the person, to be shown to them; the case takes the step that ends it.

    Raises ``InputError``: rights-unverified, rights-work, rights-by-hand, rights-store, as ``Cases.move``.
    """
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        if found.kind.own.work != "give":
            raise InputError(
                "rights-work",
                f'nothing is shown for "{found.kind.name}"',
                where=f"request {number}",
                remedy="ask for access",
            )
        content = desk.content(connection, found.row)
        brought = list(by_hand.brought(desk, connection, found))
    begun = seeds(content.identities, found.row.made_at.astimezone(BEIJING).date())
    tables = {(one.store, table.table): table for one in desk.stores.maps() for table in one.tables}
    viewed: dict[tuple[str, str], Viewed] = {}
    with desk.stores.all() as stores:
        person = learned(stores, begun, today)
        sources = [(store.name, store.read(person, today)) for store in stores]
        for name, rows in [*sources, *brought]:
            for row in rows:
                at = (name, row.table)
                known = viewed.get(at) or Viewed(*at, tables.get(at), [], 0)
                if known.many < SHOWN:
                    known.rows.append(row.values)
                viewed[at] = known._replace(many=known.many + 1)
    counts = {f"{one.store}.{one.table}": one.many for one in viewed.values()}
    with desk.begin() as connection:
        found = desk.verified(connection, number, today)
        if not found.case.final:
            text = f"shown on a page: {sum(counts.values())} rows"
            desk.take(connection, found, found.kind.ends, text, {}, today, actor)
        desk.note(connection, actor, found.row, "request.given", {"rows": counts, "shown": True})
    return tuple(viewed.values())
