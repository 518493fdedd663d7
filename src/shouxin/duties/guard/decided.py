"""Decisions found again: what the ledger keeps of a ruling, by its id."""

import datetime
import re

from shouxin.duties.ledger.model import Filters
from shouxin.duties.ledger.service import Ledger
from shouxin.engine.decision import Effect
from shouxin.errors import InputError
from shouxin.law.base import Shape

KIND = "decision"
"""The kind of the ledger's entries that hold rulings; why they were made is their id."""

_ID = re.compile(r"[0-9a-f]{32}")


class Decided(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A ruling in the ledger: who asked, about what and whom (a commitment, in hex), and the answer.

    ``entry`` is its number in the ledger, for which there are proofs.
    """

    decision: str
    entry: int
    at: datetime.datetime
    who: str
    origin: str
    whose: str
    act: str
    service: str
    activity: str
    allowed: bool
    effect: Effect
    provisions: tuple[str, ...]
    missing: tuple[str, ...]
    assumed: tuple[str, ...] = ()


def find(ledger: Ledger, decision: str) -> Decided:
    """Return a decision by its id; raise ``InputError`` (decision-unknown)."""
    known = _ID.fullmatch(decision) is not None
    found = ledger.entries(Filters(kind=KIND, why=decision, limit=1)) if known else ()
    if not found:
        raise InputError(
            "decision-unknown",
            "the ledger keeps no decision of this id",
            remedy="denials are always kept, permits by the setting guard_permits; an id has 32 hex digits",
        )
    (one,) = found
    return Decided(
        decision=one.why,
        entry=one.number,
        at=one.at,
        who=one.who,
        origin=one.origin,
        whose=one.whose,
        allowed=one.outcome == "done",
        **one.what,
    )
