"""Who acts over HTTP, as the ledger keeps it."""

from shouxin.store.ledger.entry import Actor

OVER_HTTP = Actor("system", "api")
"""Whoever holds the token of the API, which is the system's own key."""
