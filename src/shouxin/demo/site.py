"""Where the demo is built: the store and the services that every step goes through."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from shouxin.demo.past import Past
from shouxin.duties.access.service import Access
from shouxin.duties.cases.service import Cases
from shouxin.duties.consent.service import Consents
from shouxin.duties.desk.service import Desk
from shouxin.duties.guard.service import Guard
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inspection.service import Inspections
from shouxin.duties.rights.service import Rights
from shouxin.store.config import Progress

SERVICE = "shop"
"""What the inventory calls the shop."""

WHY = "demo"
"""The reason that the ledger keeps for what the demo does."""


class Site(NamedTuple):
    """The services of the demo's own office, the day it counts from, how many customers the shop has.

    All of them write under the clock ``past``; ``guard`` gives a guard for rulings in a row.
    """

    engine: Engine
    past: Past
    access: Access
    cases: Cases
    consents: Consents
    guard: Callable[[], AbstractContextManager[Guard]]
    rights: Rights
    complaints: Desk
    contents: Desk
    incidents: Incidents
    inspections: Inspections
    folder: Path
    today: date
    say: Progress
    people: int = 2000
