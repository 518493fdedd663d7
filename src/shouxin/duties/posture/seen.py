"""What the system can see for itself: pages, times of keeping, the officer, assessments, training, audits.

Each check looks at the organisation's record and, for an address, at the page that stands there. What it
cannot judge it leaves alone: a check gives evidence for or against, or none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from shouxin.duties.inventory.service import Activity, Organisation, Service
from shouxin.duties.notice.service import Checked
from shouxin.duties.posture.fetch import Fetcher, Page
from shouxin.duties.posture.service import Judge
from shouxin.engine.control import Evidence, Ready, last_day
from shouxin.law.mechanism import Element, EvidenceKind, Span

__all__ = ["CHECKS", "Fetcher", "look"]


Told = Callable[[str], Checked | None]
"""What returns what the law makes of the notice of a service that is in force here, None without one."""


class Scene(NamedTuple):
    """What a check looks at; ``told`` gives the notice that a service published here.

    ``carried`` is the day on which a retention run ended last that left nothing undone.
    """

    judge: Judge
    organisation: Organisation
    service: Service | None
    control: Ready
    as_of: date
    fetch: Callable[[str], Page]
    told: Told = lambda _service: None
    carried: date | None = None


class Sight(NamedTuple):
    """What a check saw: whether the element is there, as which kinds of evidence, where, and a remark."""

    shown: bool
    kinds: tuple[EvidenceKind, ...]
    reference: str = ""
    note: str = ""


Check = Callable[[Scene], Sight | None]


def _page(field: str) -> Check:
    def check(scene: Scene) -> Sight | None:
        address = getattr(scene.service.pages, field) if scene.service else ""
        if not address:
            return None
        page = scene.fetch(address)
        note = "a page stands there" if page.found else page.problem or "the page is empty"
        return Sight(page.found, ("url", "test_result"), address, note)

    return check


def notice_published(scene: Scene) -> Sight | None:
    """Look for a notice in force here, else for a page at the address that the service gives."""
    notice = scene.told(scene.service.name) if scene.service else None
    return _in_force(notice, shown=True, note="it is in force here") if notice else _page("notice")(scene)


def _in_force(notice: Checked, *, shown: bool, note: str) -> Sight:
    return Sight(shown, ("url", "document", "test_result"), f"/notices/{notice.address}", note)


_MATTERS = {
    "contact": r"联系方式|联系我们|contact",
    "purpose": r"目的|purpose",
    "method": r"处理方式|方式|how we (use|process)|method",
    "categories": r"种类|类型|收集的信息|information we collect|kinds? of",
    "retention": r"保存期限|保存时间|存储期限|retention|how long",
    "rights": r"行使权利|您的权利|更正|删除|your rights|exercise",
}
"""What a notice tells (pipl art. 17 para. 1), by phrases that stand in almost any notice that tells it."""

_ITEMS = {
    "contact": {"processor", "contact"},
    "purpose": {"purpose"},
    "method": {"method"},
    "categories": {"categories"},
    "retention": {"keeping_time"},
    "rights": {"rights_way", "rights_steps"},
}
"""The items of a notice that is in force here (``items.yaml``) which tell these matters."""


def _tells(*matters: str) -> Check:
    """Look whether the notice in force tells some matters, else on a page for a phrase for each of them.

    Neither is a proof of its truth.
    """

    def check(scene: Scene) -> Sight | None:
        if notice := scene.told(scene.service.name) if scene.service else None:
            missing = {one.item for one in notice.lacks}
            untold = [one for one in matters if _ITEMS[one] & missing]
            note = f"it does not tell: {', '.join(untold)}" if untold else "it tells this"
            return _in_force(notice, shown=not untold, note=note)
        address = scene.service.pages.notice if scene.service else ""
        page = scene.fetch(address) if address else None
        if page is None or not page.found:
            return None
        lacking = [one for one in matters if not re.search(_MATTERS[one], page.text, re.IGNORECASE)]
        told = f"no phrase was found for: {', '.join(lacking)}" if lacking else "a phrase was found"
        return Sight(not lacking, ("url", "test_result"), address, told)

    return check


def notice_complete(scene: Scene) -> Sight | None:
    """Look whether the notice lacks an item or a phrase; that it is complete, and true, a person says."""
    notice = scene.told(scene.service.name) if scene.service else None
    if notice and notice.lacks:
        lacking = ", ".join(dict.fromkeys(one.item for one in notice.lacks))
        return _in_force(notice, shown=False, note=f"it lacks: {lacking}")
    sight = _tells(*_MATTERS)(scene)
    return None if sight is None or sight.shown else sight


def _kept(field: str) -> Check:
    """Compare how long a service keeps something with the provision's own minimum."""

    def check(scene: Scene) -> Sight | None:
        kept: Span | None = getattr(scene.service, field) if scene.service else None
        deadline = scene.control.entry.provision.deadline
        if kept is None or deadline is None or deadline.length is None:
            return None
        least = Span(length=deadline.length, unit=deadline.unit or "days")
        enough = last_day(scene.as_of, kept) >= last_day(scene.as_of, least)
        return Sight(enough, ("configuration", "test_result"), note=f"kept for {kept.length} {kept.unit}")

    return check


def officer_named(scene: Scene) -> Sight | None:
    """Look whether the record names the officer."""
    name = scene.organisation.officer.name
    return Sight(bool(name), ("record", "document"), note="an officer is named" if name else "none is named")


def officer_published(scene: Scene) -> Sight | None:
    """Look whether the record gives a published contact of the officer."""
    officer = scene.organisation.officer
    there = officer.published and bool(officer.contact)
    return Sight(there, ("record", "url"), note="published" if there else "no published contact is recorded")


def assessment_present(scene: Scene) -> Sight | None:
    """Look whether each activity that needs an impact assessment has one; whether it does, the law says."""
    services = [scene.service] if scene.service else scene.organisation.services
    asked = [(_needed(scene, service, one), one) for service in services for one in service.activities]
    lacking = [
        (needed, one.name)
        for needed, one in asked
        if needed is not False and (one.assessed_on is None or one.assessed_on > scene.as_of)
    ]
    if any(needed for needed, _ in lacking):
        return _assessed(False, f"none for: {', '.join(name for needed, name in lacking if needed)}")
    needing = sum(needed is True for needed, _ in asked)
    return None if lacking or not needing else _assessed(True, f"all {needing} activities are assessed")


def _assessed(shown: bool, note: str) -> Sight:
    return Sight(shown, ("record", "document"), note=note)


def _needed(scene: Scene, service: Service, activity: Activity) -> bool | None:
    """Return whether the control applies to an activity; None where a fact that decides it is unknown."""
    if activity.needs_assessment is not None:
        return activity.needs_assessment
    return scene.judge.applies(scene.control, scene.organisation, service, activity)


def incident_plan(scene: Scene) -> Sight | None:
    """Look whether the record names an incident response plan."""
    plan = scene.organisation.incident_plan
    return Sight(True, ("document", "record"), plan, "a plan is recorded") if plan else None


def _held(field: str) -> Check:
    def check(scene: Scene) -> Sight | None:
        last: date | None = getattr(scene.organisation, field)
        period = scene.control.control.valid or scene.organisation.review
        if last is None or last > scene.as_of:
            return None
        fresh = period is None or last_day(last, period) >= scene.as_of
        return Sight(fresh, ("record", "document"), note=f"last held on {last}")

    return check


def retention_carried_out(scene: Scene) -> Sight | None:
    """Look when a retention run ended last; how often one is due, the control or the organisation says."""
    if scene.carried is None or scene.carried > scene.as_of:
        return None
    period = scene.control.control.valid or scene.organisation.review
    fresh = period is None or last_day(scene.carried, period) >= scene.as_of
    note = f"the last retention run ended on {scene.carried}"
    return Sight(fresh, ("record", "test_result"), "/retention/runs", note)


CHECKS: Mapping[str, Check] = {
    "notice_published": notice_published,
    "notice_complete": notice_complete,
    "notice_processing": _tells("purpose", "method", "categories"),
    **{f"notice_{matter}": _tells(matter) for matter in _MATTERS},
    "complaint_entry": _page("complaint"),
    "account_closing_entry": _page("account_closing"),
    "rights_entry": _page("rights"),
    "rules_shown": _page("rules"),
    "licence_shown": _page("licence"),
    "opt_out_entry": _page("opt_out"),
    "algorithm_published": _page("algorithm"),
    "log_retention": _kept("log_retention"),
    "transaction_retention": _kept("transaction_retention"),
    "officer_named": officer_named,
    "officer_published": officer_published,
    "assessment_present": assessment_present,
    "incident_plan": incident_plan,
    "retention_carried_out": retention_carried_out,
    "training_held": _held("last_training"),
    "audit_held": _held("last_audit"),
}
"""Every check that an element of a control can name."""


def look(
    judge: Judge,
    organisation: Organisation,
    as_of: date,
    fetch: Callable[[str], Page],
    told: Told = lambda _service: None,
    carried: date | None = None,
) -> tuple[Evidence, ...]:
    """Return evidence for every element that has a check and applies; each page is fetched once."""
    told = cache(told)
    pages: dict[str, Page] = {}

    def once(address: str) -> Page:
        if address not in pages:
            pages[address] = fetch(address)
        return pages[address]

    states = {
        (item.provision, item.number, item.service): item.state
        for item in judge.posture(organisation, as_of).items
    }

    def scene(service: Service | None, control: Ready) -> Scene:
        return Scene(judge, organisation, service, control, as_of, once, told, carried)

    return tuple(_looked(judge, organisation, as_of, scene, states))


def _looked(
    judge: Judge,
    organisation: Organisation,
    as_of: date,
    scene: Callable[[Service | None, Ready], Scene],
    states: Mapping[tuple[str, int, str], str],
) -> Iterator[Evidence]:
    for control in judge.controls.all:
        about = organisation.services if control.control.per == "service" else (None,)
        for service in about:
            name = service.name if service else ""
            if states[control.provision, control.number, name] == "not_applicable":
                continue
            for element in control.control.elements:
                check = CHECKS.get(element.check)
                sight = check(scene(service, control)) if check else None
                kind = _kind(element, sight) if sight else None
                if sight and kind:
                    yield Evidence(
                        provision=control.provision,
                        element=element.name,
                        kind=kind,
                        on=as_of,
                        shown=sight.shown,
                        reference=sight.reference,
                        service=name,
                        note=sight.note,
                    )


def _kind(element: Element, sight: Sight) -> EvidenceKind | None:
    return next((kind for kind in sight.kinds if kind in element.evidence), None)
