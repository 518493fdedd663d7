"""What the made-up company says of itself: its inventory, what shows that it keeps the law, its notices."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

import msgspec

from shouxin.connect import mapfile
from shouxin.demo.past import Event, moment
from shouxin.demo.shop.database import MAP
from shouxin.demo.site import SERVICE, WHY, Site
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Activity, Organisation, Party
from shouxin.duties.inventory.service import read as read_organisation
from shouxin.duties.notice.service import Notice, Notices, Publisher
from shouxin.duties.notice.service import read as read_notice
from shouxin.duties.posture.office import Office
from shouxin.duties.posture.service import Posture
from shouxin.engine.control import Evidence
from shouxin.law.register import register

SECOND = 60
"""How many days ago the shop began to ask by the second version, which has a purpose more."""

FIRST = 735
"""How many days ago the company began to keep its office here, just before the first customer came."""

_NEW = ("partner-coupons", "示例瓷器")
"""The purpose that came with the second version, and the party behind it."""

_REVIEWED = 19
"""How many days ago the last of the evidence was brought in."""

_FILES = Path(__file__).parent
_SHOWN, _RUN_OUT = 0.6, 0.1
"""Shares of the controls that are shown, and that were shown too long ago."""


def organisation() -> Organisation:
    """Return the company as its file and the map of its shop describe it."""
    found = read_organisation((_FILES / "organisation.yaml").read_bytes(), where="organisation.yaml")
    shop = mapfile.read(MAP.read_bytes(), where="map.yaml")
    system = msgspec.structs.replace(found.systems[0], datasets=(shop,))
    return msgspec.structs.replace(found, systems=(system,))


def events(site: Site) -> Iterator[Event]:
    """Yield the versions of the inventory, with what shows that it meets its controls, and of the notice."""
    notices = Notices(Decider(register()), register().version, site.engine)
    first, second = versions()
    yield Event(moment(site.today, FIRST, 9, 30), partial(_describe, site, FIRST), single=True)
    yield Event(moment(site.today, FIRST, 17), partial(_publish, site, notices, first), single=True)
    yield Event(moment(site.today, SECOND + 1, 16), partial(_describe, site, SECOND + 1), single=True)
    yield Event(moment(site.today, SECOND, 0, 0, 1), partial(_publish, site, notices, second), single=True)
    yield Event(moment(site.today, _REVIEWED, 11), partial(_describe, site, _REVIEWED), single=True)


def as_it_was(company: Organisation, today: date, ago: int) -> Organisation:
    """Return the company without what came later: a purpose, agreements, assessments, what shows controls."""
    on = today - timedelta(days=ago)
    new = ago > SECOND + 1
    services = tuple(
        msgspec.structs.replace(
            one,
            activities=tuple(_before(each, on) for each in one.activities if not (new and each.name in _NEW)),
        )
        for one in company.services
    )
    parties = tuple(_agreed(one, on) for one in company.parties if not (new and one.name in _NEW))
    return msgspec.structs.replace(company, services=services, parties=parties, evidence=())


def _before(one: Activity, on: date) -> Activity:
    later = one.assessed_on is not None and one.assessed_on > on
    return msgspec.structs.replace(one, assessed_on=None, reference="") if later else one


def _agreed(one: Party, on: date) -> Party:
    signed = one.contract and one.contract.signed
    return msgspec.structs.replace(
        one,
        contract=None if signed and signed > on else one.contract,
        oversight=tuple(each for each in one.oversight if each.on <= on),
    )


def _describe(site: Site, ago: int) -> None:
    """Put the company into the inventory as it was some days ago, in the end with its evidence."""
    office = Office(register(), site.engine)
    company = organisation()
    if ago == _REVIEWED:
        stands = office.judge.posture(company, site.today)
        shown = evidence(stands, site.today, random.Random(4))
        company = msgspec.structs.replace(company, evidence=(*company.evidence, *shown))
    else:
        company = as_it_was(company, site.today, ago)
    office.store.load(office.judge, company, site.today)


def evidence(stands: Posture, today: date, chance: random.Random) -> Iterator[Evidence]:
    """Yield something that shows most of the controls that apply; some of it has run out."""
    for item in stands.items:
        drawn = chance.random()
        if item.state != "unknown" or item.missing or drawn > _SHOWN:
            continue
        on = today - timedelta(days=chance.randint(20, 300))
        for number, wanted in enumerate(item.next, 1):
            plain = {
                "provision": item.provision,
                "element": wanted.element,
                "kind": wanted.accepts[0],
                "on": on,
                "reference": f"{item.provision.partition(':')[0]}/{item.number}-{number}.pdf",
                "by": "示例负责人" if wanted.accepts[0] == "attestation" else "",
                "until": today - timedelta(days=3) if drawn < _RUN_OUT else None,
                "service": item.service,
            }
            yield msgspec.convert(plain, Evidence)


@cache
def versions() -> tuple[Notice, Notice]:
    """Return what people were told at first, and what they are told now."""
    first, second = (
        read_notice((_FILES / "notices" / f"{name}.yaml").read_bytes(), where=f"{name}.yaml")
        for name in ("first", "second")
    )
    return first, second


def _publish(site: Site, notices: Notices, notice: Notice) -> None:
    """Publish a version, once."""
    if notice.address not in {one.address for one in notices.list(SERVICE)}:
        notices.publish(notice, Publisher("system", "system", WHY), site.today)
