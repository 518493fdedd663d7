"""The ledger as it is searched: by number, operation, who did it, or the id of a decision; never by text."""

import re

from shouxin.duties.ledger.model import EntryView, Filters
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.search.model import Asked, Hit, pieces
from shouxin.errors import InputError

_DECISION = re.compile(r"[0-9a-f]{32}")
_WHO = re.compile(r"(operator|key):\d+|system")
_KIND = re.compile(r"[a-z][a-z0-9_.]*")


def from_ledger(ledger: Ledger, asked: Asked, limit: int) -> list[Hit]:
    """Return the entries that the query names, the newest first; each way to ask has an index."""
    return [_hit(one, asked) for one in _entries(ledger, asked, limit)]


def _entries(ledger: Ledger, asked: Asked, limit: int) -> tuple[EntryView, ...]:
    text = asked.text.lower()
    if asked.number is not None:
        try:
            return (ledger.entry(asked.number),)
        except InputError:
            return ()
    if _DECISION.fullmatch(text):
        return ledger.entries(Filters(kind="decision", why=text, limit=limit))
    if _WHO.fullmatch(text):
        return ledger.entries(Filters(who=text, limit=limit))
    if not _KIND.fullmatch(text):
        return ()
    named = [kind for kind in ledger.kinds() if text.strip(".") in kind]
    found = [one for kind in named for one in ledger.entries(Filters(kind=kind, limit=limit))]
    return tuple(sorted(found, key=lambda one: -one.number)[:limit])


def _hit(one: EntryView, asked: Asked) -> Hit:
    text = f"{one.kind} · {one.who} · {one.at:%Y-%m-%d}"
    return Hit(address=f"/ledger/{one.number}", title=str(one.number), pieces=pieces(text, asked.words))
