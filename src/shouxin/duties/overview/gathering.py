"""What waits for somebody, collected from every duty as far as the reader may see it."""

from collections.abc import Iterator, Mapping
from datetime import date

from shouxin.duties.access.service import Principal
from shouxin.duties.cases.model import CaseLine
from shouxin.duties.days import BEIJING
from shouxin.duties.desk.service import Desk
from shouxin.duties.overview.model import Duty, Item
from shouxin.duties.overview.service import Sources
from shouxin.errors import InputError

MOST = 1000
"""Items that one duty contributes at most, those due first."""


def everything(sources: Sources, who: Principal, today: date) -> Iterator[Item]:
    """Yield every item that the reader may see, in no order."""
    shown: list[Item] = []
    open_: dict[int, CaseLine] = {}
    if sources.cases:
        open_ = {one.id: one for one in sources.cases.list(state="open", limit=MOST, soonest=True)}
    if sources.rights and who.may("rights.read"):
        shown += [*_requests(sources, open_, today), *_by_hand(sources, today)]
    if sources.desks:
        complaints, contents = sources.desks
        if who.may("complaint.read"):
            shown += _matters(complaints, "complaint", today)
        if who.may("content.read"):
            shown += _matters(contents, "content", today)
    if sources.incidents and who.may("incident.read"):
        shown += _incidents(sources, today)
    if sources.cases and who.may("assessment.read"):
        shown += _assessments(sources, today)
    if sources.retention and who.may("retention.read"):
        shown += _runs(sources)
    if sources.access and who.may("approval.read"):
        shown += _approvals(sources, who)
    yield from shown
    if sources.cases and who.may("case.read"):
        known = {one.case for one in shown if one.case}
        yield from (_case(one) for one in open_.values() if one.id not in known)


def _requests(sources: Sources, open_: Mapping[int, CaseLine], today: date) -> Iterator[Item]:
    assert sources.rights
    for one in sources.rights.of_cases(open_, today):
        yield Item(
            duty="rights",
            number=one.number,
            address=f"/requests/{one.number}",
            needs="rights.carry",
            about=one.service,
            state=one.right,
            label=one.label,
            case=one.case,
            due=one.next_due,
            since=one.made_at.astimezone(BEIJING).date(),
        )


def _by_hand(sources: Sources, today: date) -> Iterator[Item]:
    assert sources.rights
    for one in sources.rights.by_hand(today)[:MOST]:
        yield Item(
            duty="hand",
            number=one.request,
            address=f"/requests/by-hand/{one.request}?store={one.store}",
            needs="rights.carry",
            about=f"{one.service} · {one.store}",
            state=one.right,
            due=one.due,
            since=one.since.astimezone(BEIJING).date(),
        )


def _matters(desk: Desk, duty: Duty, today: date) -> Iterator[Item]:
    for one in desk.queue(today, limit=MOST):
        yield Item(
            duty=duty,
            number=one.number,
            address=f"{desk.kind.staff}/{one.number}",
            needs=f"{duty}.handle",
            about=one.service,
            label=one.label,
            case=one.case,
            due=one.due,
            provisional=one.provisional,
            taker=one.taker,
            since=one.received.astimezone(BEIJING).date(),
            doing=None if one.taker else "take",
        )


def _incidents(sources: Sources, today: date) -> Iterator[Item]:
    assert sources.incidents
    for one in sources.incidents.list(today, limit=MOST):
        if not one.final:
            yield Item(
                duty="incident",
                number=one.number,
                address=f"/incidents/{one.number}",
                needs="incident.record",
                about=one.service,
                state="exercise" if one.exercise else "",
                label=one.label,
                case=one.case_id,
                due=one.next_due,
                since=one.known_on,
            )


def _assessments(sources: Sources, today: date) -> Iterator[Item]:
    """Yield the activities whose assessment is to be begun, decided or looked at again."""
    try:
        found = sources.assessments.list(today)
    except InputError as error:
        if error.code == "organisation-none":
            return
        raise
    for one in found:
        if one.standing in ("needed", "draft", "stale"):
            yield Item(
                duty="assessment",
                number=one.number,
                address=f"/assessments/{one.number}" if one.number else "/assessments",
                needs="assessment.approve" if one.standing == "draft" else "assessment.write",
                about=f"{one.service} · {one.activity}",
                state=one.standing,
                case=one.case,
            )


_RUNS = {
    "asked": "approval.decide",
    "approved": "retention.run",
    "running": "retention.run",
    "changed": "retention.run",
}
"""What each state of a retention run waits for."""


def _runs(sources: Sources) -> Iterator[Item]:
    assert sources.retention
    for one in sources.retention.list(limit=20):
        if one.state in _RUNS:
            yield Item(
                duty="retention",
                number=one.number,
                address=f"/retention/runs/{one.number}",
                needs=_RUNS[one.state],
                state=one.state,
                since=one.as_of,
            )


def _approvals(sources: Sources, who: Principal) -> Iterator[Item]:
    assert sources.access
    for one in sources.access.approvals.all("asked", MOST):
        if one.asked_by != who.id or not who.may("approval.decide"):
            yield Item(
                duty="approval",
                number=one.id,
                address="/approvals",
                needs="approval.decide",
                state=one.operation,
                since=one.asked_at.astimezone(BEIJING).date(),
            )


def _case(one: CaseLine) -> Item:
    """Return an open case that no other duty has shown."""
    return Item(
        duty="case",
        number=one.id,
        address=f"/cases/{one.id}",
        needs="case.move",
        title=one.title,
        label=one.label,
        case=one.id,
        due=one.next_due,
        provisional=one.provisional,
        since=one.opened_at.astimezone(BEIJING).date(),
    )
