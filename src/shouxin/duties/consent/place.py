"""The seam of consent to who asks, to the store of a command, and to approvals."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from litestar import Request

from shouxin.duties.access.place import proven, secret
from shouxin.duties.access.service import Access
from shouxin.duties.acting import over_http
from shouxin.duties.command import at_the_terminal, opened_store, workplace
from shouxin.duties.consent import receipt, views
from shouxin.duties.consent.service import Allow, Consents, Teller
from shouxin.store.keyring import open_wrapper
from shouxin.store.ledger.entry import Actor
from shouxin.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "at_the_terminal",
    "letting_out",
    "open_consents",
    "receipt_of",
    "teller",
    "teller_of",
]


def teller(request: Request[Any, Any, Any]) -> Teller:
    """Return who asks over HTTP; the guard of the server let them in."""
    return teller_of(over_http(request.user))


def teller_of(actor: Actor) -> Teller:
    """Return who acts as consent keeps them."""
    return Teller(*actor)


@contextmanager
def open_consents() -> Iterator[Consents]:
    """Open the consents in the store of the current command."""
    with opened_store() as store:
        yield Consents(store.engine, People(open_wrapper(store.engine, workplace().keys)))


@contextmanager
def letting_out(
    name: str, approval: int | None, *, place: str, matter: str
) -> Iterator[tuple[Consents, Teller, Allow]]:
    """Open the consents for somebody who types their password, and what lets an export of theirs out.

    Raises ``InputError``: permission-missing, and those of ``Approvals.spend`` when it is let out.
    """
    with opened_store() as store:
        wrapper = open_wrapper(store.engine, workplace().keys)
        access = Access(store.engine, secret(store.engine, wrapper))
        by = proven(access, name)
        by.require("consent.read")

        def allow(connection: "Connection", people: int) -> None:
            access.approvals.spend(
                connection, by, "cli", "export", people, number=approval, place=place, matter=matter
            )

        yield Consents(store.engine, People(wrapper)), Teller(by.id, "cli"), allow


def receipt_of(consents: Consents, asked: views.Asked, who: Teller) -> dict[str, Any]:
    """Return the receipt of a person's answers, with what shows that the ledger holds them."""
    said = consents.history(asked, who)
    controllers, proofs = consents.grounds(asked, said)
    made = datetime.datetime.now(datetime.UTC)
    return receipt.receipt(asked.person, said, made, controllers, proofs)
