"""What is shown of an incident, from its rows and its case."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from shouxin.duties.calculate.service import Reckoner
from shouxin.duties.cases.model import CaseView
from shouxin.duties.incident import procedure, stored
from shouxin.duties.incident.model import Figures, IncidentLine, IncidentView, NoticeView, Party, Version
from shouxin.duties.incident.risk import risk
from shouxin.engine.procedure import Machine

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


def line(connection: "Connection", row: "Row[Any]", case: CaseView) -> IncidentLine:
    """Return an incident in a list."""
    return IncidentLine(**_core(connection, row, case))


def whole(
    connection: "Connection", row: "Row[Any]", case: CaseView, reckoner: Reckoner, of: Machine
) -> IncidentView:
    """Return an incident with its account, case, risk and notices."""
    versions = stored.versions(connection, row.number)
    notices = stored.notices(connection, row.number)
    account, steps = stored.account(versions[0]), {one.step for one in case.next}
    issued = {one.party for one in notices}
    return IncidentView(
        **_core(connection, row, case),
        account=account,
        versions=tuple(Version(number=one.number, who=one.who, at=one.at) for one in versions),
        case=case,
        risk=risk(reckoner, account),
        notices=tuple(_notice(connection, one) for one in notices),
        can_tell=tuple(
            party
            for party in get_args(Party)
            if procedure.notice_to(of, party)[0].name in steps
            and not (party == "individual" and party in issued)
        ),
    )


def figures(rows: "Sequence[Row[Any]]", finals: Collection[str], since: date, until: date) -> Figures:
    """Return incidents in numbers."""
    real = [row for row in rows if not row.exercise]
    return Figures(
        since=since,
        until=until,
        incidents=len(real),
        open=sum(row.state not in finals for row in real),
        by_state=dict(Counter(row.state for row in real)),
        by_kind=dict(Counter(kind for row in real for kind in row.kinds)),
        people=sum(row.people for row in real),
        listed=sum(row.listed for row in real),
        told=sum(row.told for row in real),
        exercises=len(rows) - len(real),
    )


def _core(connection: "Connection", row: "Row[Any]", case: CaseView) -> dict[str, Any]:
    account = stored.account(stored.versions(connection, row.number)[0])
    return {
        "number": row.number,
        "service": row.service,
        "exercise": row.exercise,
        "kinds": account.kinds,
        "what": account.what,
        "known_on": account.known_on,
        "people": account.people,
        "listed": stored.listed(connection, row.number),
        "state": case.state,
        "label": case.label,
        "final": case.final,
        "next_due": case.next_due,
        "late": case.late,
        "case_id": None if row.exercise else case.id,
    }


def _notice(connection: "Connection", row: "Row[Any]") -> NoticeView:
    return NoticeView(
        number=row.number,
        party=row.party,
        texts=row.texts,
        digest=bytes(row.digest).hex(),
        who=row.who,
        at=row.at,
        reference=row.reference,
        delivery=stored.delivery(connection, row.number) if row.party == "individual" else None,
    )
