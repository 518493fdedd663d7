"""The lists of the office itself that can leave: approvals, versions of notices, the queue of work."""

from collections.abc import Iterator
from functools import partial

from shouxin.duties.access.approvals import Approvals
from shouxin.duties.days import BEIJING, today
from shouxin.duties.exports.lists import AT_ONCE, Listed, Row, Wanted, moment
from shouxin.duties.notice.service import Notices
from shouxin.duties.overview.model import Asked, Item
from shouxin.duties.overview.queue import Work
from shouxin.errors import InputError

_APPROVAL = (
    *("number", "operation", "scope", "purpose", "people", "per_day", "state", "asked_by", "asked"),
    *("decided_by", "decided", "reason", "measures", "until", "used"),
)
_NOTICE = ("service", "title", "published", "superseded", "complete", "address")
_WORK = (
    *("duty", "number", "service", "state", "case", "since", "due", "days_left", "urgency", "who"),
    *("next_step", "provisions"),
)


def office_lists(notices: Notices, approvals: Approvals | None, work: Work | None) -> dict[str, Listed]:
    """Return the lists of what is there, by their names."""
    found = {"notices": Listed("", _NOTICE, partial(_notices, notices), "/notices")}
    if approvals:
        rows = partial(_approvals, approvals)
        found["approvals"] = Listed("approval.read", _APPROVAL, rows, "/approvals")
    if work:
        found["work"] = Listed("case.read", _WORK, partial(_work, work), "/work")
    return found


def _notices(notices: Notices, asked: Wanted) -> Iterator[Row]:
    standing = asked.of("state")
    for one in notices.list(asked.of("service"), limit=None):
        if standing not in ("in_force", "superseded") or bool(one.superseded) == (standing == "superseded"):
            over = moment(one.superseded) if one.superseded else ""
            complete = "yes" if one.complete else "no"
            title = one.title.text(asked.language)
            yield one.service, title, moment(one.published), over, complete, one.address


def _approvals(approvals: Approvals, asked: Wanted) -> Iterator[Row]:
    before = None
    of = {"state": asked.of("state"), "operation": asked.of("operation")}
    while found := approvals.all(**of, before=before, limit=AT_ONCE):
        for one in found:
            wanted = (one.id, one.operation, one.scope, one.purpose, one.people, one.per_day or "", one.state)
            decided = moment(one.decided_at) if one.decided_at else ""
            until = str(one.until.astimezone(BEIJING).date()) if one.until else ""
            yield (
                *(*wanted, one.asked_by, moment(one.asked_at), one.decided_by, decided),
                *(one.reason, one.measures, until, one.used),
            )
        before = found[-1].id


def _work(work: Work, asked: Wanted) -> Iterator[Row]:
    if asked.by is None:
        raise InputError(
            "permission-missing", "the queue of work is somebody's own", remedy="sign in, and take it away"
        )
    wanted = Asked(asked.of("duty"), asked.of("urgency"), asked.of("mine") == "true")
    for one in work.each(asked.by, today(), wanted):
        yield _waits(one, asked.language)


def _waits(one: Item, language: str) -> Row:
    step, provisions = "", ""
    if one.next:
        step, provisions = one.next.label.text(language), "; ".join(one.next.provisions)
    return (
        *(one.duty, "" if one.number is None else one.number, one.about),
        *(one.label.text(language) if one.label else one.state, one.case or ""),
        *(str(one.since or ""), str(one.due or ""), "" if one.days_left is None else one.days_left),
        *(one.near, one.taker, step, provisions),
    )
