"""What people brought to the made-up company, and asked of it; some of it anew on each day it is shown."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import msgspec

from shouxin.demo.past import Event, moment
from shouxin.demo.shop.people import FIRST
from shouxin.demo.site import SERVICE, Site
from shouxin.duties.complaint.model import Complaint
from shouxin.duties.complaint.model import arrival as complaint
from shouxin.duties.content.model import ContentRequest
from shouxin.duties.content.model import arrival as content
from shouxin.duties.desk.model import Arrival
from shouxin.duties.desk.service import Desk
from shouxin.duties.incident.model import Account, InWords, Report
from shouxin.duties.rights.giving import passphrase
from shouxin.duties.rights.model import Asked, Change
from shouxin.errors import InputError
from shouxin.store.ledger.entry import Actor

COPIED, CORRECTS, DELETES = FIRST + 9, FIRST + 11, FIRST + 20
"""Customers who ask: for a copy, for a correction, and from the last on one a day for deletion."""

WAITING = (("access", 5), ("access", 11), ("explanation", 13), ("restriction", 21), ("access", 38))
"""What customers after those asked for and nobody has answered yet, and how many days ago."""

_OFFICE, _STRANGER = Actor("system", "system"), Actor("public", "console")
_NEAR = 13
"""Days before which a complaint came that is due in two."""

_ASKED = 3
"""Days before which a deletion was asked for that is ready to run."""


def events(site: Site) -> Iterator[Event]:
    """Yield what was brought before the demo was made, each on its day; done again it changes nothing."""
    today = site.today
    new = partial(_taken, site.complaints, complaint(_complaint("demo-complaint-new")))
    yield Event(moment(today, 2, 14), partial(new, today - timedelta(days=2)))
    yield Event(
        moment(today, 1, 14, 10), partial(_taken, site.contents, _content(), today - timedelta(days=1))
    )
    yield Event(moment(today, 6, 14), partial(_exercise, site))
    for ago, step in ((40, _copy_asked), (39, _copy_looked_at), (36, _copy_given)):
        yield Event(moment(today, ago, 14), partial(step, site, today - timedelta(days=ago)))
    change = Change(store=SERVICE, table="customer", values={"nickname": "龙井"})
    more: dict[str, Any] = {"changes": (change,), "records": {"challenged": "nickname"}}
    asked = partial(_ask, site, "correction", CORRECTS, "demo-correction", **more)
    yield Event(moment(today, 1, 14, 20), partial(asked, today - timedelta(days=1)))
    for number, (right, ago) in enumerate(WAITING):
        asked = partial(_ask, site, right, CORRECTS + 1 + number, f"demo-waiting-{number}")
        yield Event(moment(today, ago, 15, number), partial(asked, today - timedelta(days=ago)))
    yield Event(moment(today, _NEAR, 14), partial(_near, site, today))
    yield Event(moment(today, _ASKED, 14, 30), partial(_fresh, site, today))


def refresh(site: Site, today: date) -> None:
    """Bring what is to be fresh on a day: a complaint due in two days, a deletion that is ready to run."""
    _near(site, today)
    request = _fresh(site, today)
    if not site.rights.show(request, today).verified_by:
        site.rights.look_at(request, "identity card shown at the counter", today, _OFFICE)
    if site.rights.show(request, today).plan is None:
        site.rights.plan(request, today, _OFFICE)


def _near(site: Site, today: date) -> None:
    came = today - timedelta(days=_NEAR)
    _taken(site.complaints, complaint(_complaint(f"demo-complaint-{today}")), came)


def _fresh(site: Site, today: date) -> int:
    person = DELETES + (today - site.today).days % (site.people // 2)
    return _ask(site, "deletion", person, f"demo-deletion-{today}", today - timedelta(days=_ASKED))


def _content() -> Arrival:
    asked = ContentRequest(
        location="https://shop.example/reviews/88",
        text="评论里写着我的门牌号。",
        service=SERVICE,
        contact="reader@mail.example",
        request="demo-content-1",
    )
    return content(asked)


def _complaint(name: str) -> Complaint:
    text = "我的订单信息寄给了别人。"
    return Complaint(subject="user_information", text=text, service=SERVICE, request=name)


def _taken(desk: Desk, arrival: Arrival, on: date) -> None:
    """Take in what came on a day, unless it was taken in before."""
    try:
        desk.take_in(msgspec.structs.replace(arrival, on=on), on, _STRANGER)
    except InputError as error:
        if error.code != "desk-repeated":
            raise


def _exercise(site: Site) -> None:
    if site.incidents.list(site.today):
        return
    account = Account(
        kinds=("leak",),
        possible=True,
        what=InWords(
            zh="演练：一份含订单的导出文件发给了错误的收件人。",
            en="Exercise: an export of orders went astray.",
        ),
        happened_on=site.today - timedelta(days=6),
        known_on=site.today - timedelta(days=6),
        categories=("real_name", "phone_number"),
        records={"real_name": 1200, "phone_number": 1200},
    )
    site.incidents.record(Report(service=SERVICE, exercise=True, account=account), site.today, _OFFICE)


def _copy_asked(site: Site, on: date) -> int:
    return _ask(site, "copy", COPIED, "demo-copy", on)


def _copy_looked_at(site: Site, on: date) -> None:
    request = _copy_asked(site, on)
    if not site.rights.show(request, site.today).verified_by:
        site.rights.look_at(request, "identity card shown at the counter", on, _OFFICE)


def _copy_given(site: Site, on: date) -> None:
    """Give the copy; nobody opens it, so nobody is told the passphrase."""
    request = _copy_asked(site, on)
    if not site.rights.show(request, site.today).final:
        site.rights.give(request, passphrase(), "zh", {}, on, _OFFICE).file.close()


def _ask(site: Site, right: str, person: int, name: str, on: date, **more: Any) -> int:
    plain: dict[str, Any] = {
        "service": SERVICE,
        "person": str(person),
        "identities": {"customer_id": str(person)},
    }
    return site.rights.ask(Asked(right=right, request=name, **plain, **more), on, _OFFICE).number
