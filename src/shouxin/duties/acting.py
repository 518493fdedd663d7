"""Who acts over HTTP, as the ledger keeps it."""

from shouxin.duties.access.service import Principal
from shouxin.store.ledger.entry import Actor


def over_http(principal: Principal) -> Actor:
    """Return who acts and from where: an operator in the console, a key over the API."""
    return Actor(principal.id, "console" if principal.kind == "operator" else "api")
