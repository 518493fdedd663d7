"""What a server is put together from."""

from pathlib import Path
from typing import TypedDict

from sqlalchemy import Engine

from shouxin.duties.access.service import Access
from shouxin.duties.cases.service import Cases
from shouxin.duties.centre.service import Centre
from shouxin.duties.consent.intake import Intake
from shouxin.duties.consent.service import Consents
from shouxin.duties.delivery.service import Deliveries
from shouxin.duties.desk.service import Desk
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.guard.service import Guard
from shouxin.duties.incident.service import Incidents
from shouxin.duties.inspection.service import Inspections
from shouxin.duties.ledger.service import Ledger
from shouxin.duties.retention.service import Retention
from shouxin.duties.rights.service import Rights
from shouxin.duties.widget.service import Widgets


class Parts(TypedDict, total=False):
    """The services behind the addresses; what is missing is not served, or says that there is no store.

    ``data`` is the folder of the data, where an operator's notices of holidays are kept, ``engine`` the store
    of evidence, ``access`` lets operators and keys in, ``cases`` keeps cases, ``consents`` the answers to
    notices, ``guard`` rules on acts about people, ``desks`` take in complaints and content requests,
    ``incidents`` is what happened to people's information, ``rights`` does what people ask for, ``retention``
    ends what is past its time, ``entrusted`` is what controllers hand over, ``widgets`` what services put on
    their own pages, ``centre`` their privacy centres, ``inspections`` the packs of evidence,
    ``deliveries`` what is sent of the outbox, and ``ledger`` shows what was done.
    """

    data: Path | None
    engine: Engine | None
    cases: Cases | None
    ledger: Ledger | None
    access: Access | None
    consents: tuple[Consents, Intake | None] | None
    guard: Guard | None
    desks: tuple[Desk, Desk] | None
    incidents: Incidents | None
    rights: Rights | None
    retention: Retention | None
    entrusted: Entrusted | None
    widgets: Widgets | None
    inspections: Inspections | None
    deliveries: Deliveries | None
    centre: Centre | None
