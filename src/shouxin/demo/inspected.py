"""Inspections of the made-up company: its own yearly look, one that is over, one that is being read now."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from shouxin.demo.past import Event, moment
from shouxin.demo.site import SERVICE, Site
from shouxin.demo.worked import who
from shouxin.duties.access.model import Principal
from shouxin.duties.inspection.model import Asked, Inspection
from shouxin.store.ledger.entry import Actor

ENDED, OPEN = "inspector-before", "inspector"
"""The accounts of inspectors: one that was ended, one that still lets in."""

_AUTHORITY = "示例市网信办"
_BASIS = "pipl:art_63__para_1__item_2"
_LASTS = timedelta(days=30)


def events(site: Site) -> Iterator[Event]:
    """Yield the steps of all three; each may be taken again."""
    today = site.today
    year = today - timedelta(days=405)
    yearly = Asked(
        kind="self-check",
        name=f"{year.year}–{year.year + 1} 年度自查",
        since=year,
        until=today - timedelta(days=41),
    )
    over, now = (
        Asked(
            name=name,
            authority=_AUTHORITY,
            basis=_BASIS,
            parts=("evidence", "ledger"),
            services=(SERVICE,),
            since=today - timedelta(days=first),
            until=today - timedelta(days=last),
        )
        for name, first, last in (("同意与撤回专项检查", 120, 31), ("年度例行检查", 370, 4))
    )
    yield Event(moment(today, 40, 10), partial(_ask, site, yearly))
    yield Event(moment(today, 40, 10, 5), partial(_pack, site, yearly))
    yield Event(moment(today, 30, 10), partial(_ask, site, over))
    yield Event(moment(today, 29, 10), partial(_give, site, over))
    yield Event(moment(today, 29, 10, 5), partial(_pack, site, over))
    yield Event(moment(today, 29, 11), partial(_admit, site, over, ENDED))
    yield Event(moment(today, 21, 17), partial(_end, site, over, ENDED))
    yield Event(moment(today, 3, 10), partial(_ask, site, now))
    yield Event(moment(today, 2, 10), partial(_give, site, now))
    yield Event(moment(today, 2, 10, 5), partial(_pack, site, now))
    yield Event(moment(today, 2, 11), partial(_admit, site, now, OPEN))


def _ask(site: Site, asked: Asked) -> Inspection:
    """Return the inspection that the staff asked for in these words."""
    staff = who(site, "staff")
    return site.inspections.like(asked, staff.id) or site.inspections.ask(asked, _acting(staff))


def _give(site: Site, asked: Asked) -> None:
    found, approver = _ask(site, asked), who(site, "approver")
    if found.state == "asked":
        reason = "书面通知已核对"
        site.inspections.decide(found.number, approver, _acting(approver), give=True, reason=reason)


def _pack(site: Site, asked: Asked) -> None:
    """Make the pack, where there is none that is whole."""
    number, staff = _ask(site, asked).number, who(site, "staff")
    if not any(one.state == "whole" for one in site.inspections.show(number, staff).packs):
        site.inspections.make(number, "zh", _acting(staff))


def _admit(site: Site, asked: Asked, name: str) -> None:
    """Make an account, whose password nobody is told."""
    if name not in {one.name for one in site.access.operators.all()}:
        number, officer = _ask(site, asked).number, who(site, "privacy_officer")
        last = (site.today + _LASTS).isoformat()
        site.inspections.admit(number, name, last, site.access, officer, _acting(officer))


def _end(site: Site, asked: Asked, name: str) -> None:
    number, officer = _ask(site, asked).number, who(site, "privacy_officer")
    for one in site.inspections.show(number, officer).accounts:
        if one.name == name and one.ended_at is None:
            site.inspections.end(number, one.operator, site.access, officer, _acting(officer))


def _acting(by: Principal) -> Actor:
    return Actor(by.id, "console")
