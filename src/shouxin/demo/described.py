"""What the made-up company says of itself: its inventory, what shows that it keeps the law, its notices."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

from shouxin.connect import mapfile
from shouxin.demo.shop.database import MAP
from shouxin.demo.site import SERVICE, WHY, Site
from shouxin.duties.gate.service import Decider
from shouxin.duties.inventory.service import Organisation
from shouxin.duties.inventory.service import read as read_organisation
from shouxin.duties.notice.service import Notice, Notices, Publisher
from shouxin.duties.notice.service import read as read_notice
from shouxin.duties.posture.office import Office
from shouxin.duties.posture.service import Posture
from shouxin.engine.control import Evidence
from shouxin.law.register import register

_FILES = Path(__file__).parent
_SHOWN, _RUN_OUT = 0.6, 0.1
"""Shares of the controls that are shown, and that were shown too long ago."""


def organisation() -> Organisation:
    """Return the company as its file and the map of its shop describe it."""
    found = read_organisation((_FILES / "organisation.yaml").read_bytes(), where="organisation.yaml")
    shop = mapfile.read(MAP.read_bytes(), where="map.yaml")
    system = msgspec.structs.replace(found.systems[0], datasets=(shop,))
    return msgspec.structs.replace(found, systems=(system,))


def describe(site: Site) -> None:
    """Put the company into the inventory, with what shows that it meets some of its controls."""
    office = Office(register(), site.engine)
    company = organisation()
    stands = office.judge.posture(company, site.today)
    whole = msgspec.structs.replace(
        company, evidence=(*company.evidence, *evidence(stands, site.today, random.Random(4)))
    )
    office.store.load(office.judge, whole, site.today)


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


def publish(site: Site) -> None:
    """Publish both versions, each once."""
    notices = Notices(Decider(register()), register().version, site.engine)
    known = {one.address for one in notices.list(SERVICE)}
    for notice in versions():
        if notice.address not in known:
            notices.publish(notice, Publisher("system", "system", WHY), site.today)
