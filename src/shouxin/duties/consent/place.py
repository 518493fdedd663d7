"""The seam of consent to who asks, to the ledger's proofs, and to the store of the current command."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shouxin.duties.command import opened_store, workplace
from shouxin.duties.consent import receipt, views
from shouxin.duties.consent.service import Consents, Teller

if TYPE_CHECKING:
    from litestar import Request
    from sqlalchemy import Engine

    from shouxin.store.people import People


def teller(request: "Request[Any, Any, Any]") -> Teller:
    """Return who asks over HTTP; the guard of the server let them in."""
    who = request.scope.get("user")
    return Teller(str(getattr(who, "id", "system")), "api")


def people(engine: "Engine", data: Path) -> "People":
    """Return the people of a store; errors as ``open_wrapper``."""
    from shouxin.store.keyring import KeyChoice, open_wrapper
    from shouxin.store.people import People

    return People(open_wrapper(engine, KeyChoice(folder=data / "keys")))


@contextmanager
def open_consents() -> Iterator[Consents]:
    """Open the consents in the store of the current command; it is made where there is none yet."""
    with opened_store() as store:
        yield Consents(store.engine, people(store.engine, workplace().data))


def receipt_of(consents: Consents, asked: views.Asked, who: Teller) -> dict[str, Any]:
    """Return the receipt of a person's answers, with the entries of the ledger that hold their digests."""
    said = consents.history(asked, who)
    controllers, proofs = consents.grounds(asked, said)
    made = datetime.datetime.now(datetime.UTC)
    return receipt.receipt(asked.person, said, made, controllers, proofs)
