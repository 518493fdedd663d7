"""The seam of consent to who asks, and to the ledger's proofs."""

import datetime
from typing import TYPE_CHECKING, Any

from shouxin.duties.acting import over_http
from shouxin.duties.consent import receipt, views
from shouxin.duties.consent.service import Consents, Teller

if TYPE_CHECKING:
    from litestar import Request


def teller(request: "Request[Any, Any, Any]") -> Teller:
    """Return who asks over HTTP; the guard of the server let them in."""
    return Teller(*over_http(request.user))


def receipt_of(consents: Consents, asked: views.Asked, who: Teller) -> dict[str, Any]:
    """Return the receipt of a person's answers, with the entries of the ledger that hold their digests."""
    said = consents.history(asked, who)
    controllers, proofs = consents.grounds(asked, said)
    made = datetime.datetime.now(datetime.UTC)
    return receipt.receipt(asked.person, said, made, controllers, proofs)
