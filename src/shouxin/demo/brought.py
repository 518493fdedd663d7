"""What people brought to the made-up company, and asked of it; some of it anew on each day it is shown."""

from datetime import date, timedelta
from typing import Any

import msgspec

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


def bring(site: Site) -> None:
    """Take in what was brought before the demo was begun; done before, it is not done again."""
    _taken(site.complaints, complaint(_complaint("demo-complaint-new")), site.today - timedelta(days=2))
    asked = ContentRequest(
        location="https://shop.example/reviews/88",
        text="评论里写着我的门牌号。",
        service=SERVICE,
        contact="reader@mail.example",
        request="demo-content-1",
    )
    _taken(site.contents, content(asked), site.today - timedelta(days=1))
    _exercise(site)
    _copy(site)
    change = Change(store=SERVICE, table="customer", values={"nickname": "龙井"})
    more: dict[str, Any] = {"changes": (change,), "records": {"challenged": "nickname"}}
    _ask(site, "correction", CORRECTS, "demo-correction", site.today - timedelta(days=1), **more)
    for number, (right, ago) in enumerate(WAITING):
        name = f"demo-waiting-{number}"
        _ask(site, right, CORRECTS + 1 + number, name, site.today - timedelta(days=ago))


def refresh(site: Site, today: date) -> None:
    """Bring what is to be fresh on a day: a complaint due in two days, a deletion that is ready to run."""
    came = today - timedelta(days=_NEAR)
    _taken(site.complaints, complaint(_complaint(f"demo-complaint-{today}")), came)
    person = DELETES + (today - site.today).days % (site.people // 2)
    request = _ask(site, "deletion", person, f"demo-deletion-{today}", today - timedelta(days=3))
    if not site.rights.show(request, today).verified_by:
        site.rights.look_at(request, "identity card shown at the counter", today, _OFFICE)
    if site.rights.show(request, today).plan is None:
        site.rights.plan(request, today, _OFFICE)


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


def _copy(site: Site) -> None:
    """Give a copy that was asked for; nobody opens it, so nobody is told the passphrase."""
    asked, seen, given = (site.today - timedelta(days=ago) for ago in (40, 39, 36))
    request = _ask(site, "copy", COPIED, "demo-copy", asked)
    found = site.rights.show(request, site.today)
    if not found.verified_by:
        site.rights.look_at(request, "identity card shown at the counter", seen, _OFFICE)
    if not found.final:
        site.rights.give(request, passphrase(), "zh", {}, given, _OFFICE).file.close()


def _ask(site: Site, right: str, person: int, name: str, on: date, **more: Any) -> int:
    plain: dict[str, Any] = {
        "service": SERVICE,
        "person": str(person),
        "identities": {"customer_id": str(person)},
    }
    return site.rights.ask(Asked(right=right, request=name, **plain, **more), on, _OFFICE).number
