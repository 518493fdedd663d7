"""How a verification of the ledger stands, as the API and the page show it."""

import datetime

from shouxin.law.base import Shape
from shouxin.store.ledger.verify import Report


class Reading(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """How a verification stands: when it began, how far it is, at its end the report or why there is none.

    ``ended`` is None while it runs; ``sound`` tells whether nothing is wrong, None where that is not known.
    """

    number: int
    address: str
    began: datetime.datetime
    done: int
    size: int
    ended: datetime.datetime | None
    sound: bool | None
    report: Report | None
    problem: str
