"""The rules explained (pipl art. 48): the notice in force, and what the law makes of each activity."""

from datetime import date
from typing import TYPE_CHECKING

from shouxin.duties.notice.service import Notice
from shouxin.duties.rights.desk import Desk
from shouxin.errors import StoreError
from shouxin.law.base import Shape

if TYPE_CHECKING:
    from shouxin.duties.inventory.service import Inventory


class Allowed(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One act of an activity: what the law makes of it, and by which provisions."""

    act: str
    effect: str
    provisions: tuple[str, ...]


class Processing(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An activity: its purpose, what it uses, on which basis, who receives it, and act by act the law."""

    activity: str
    purpose: str
    categories: tuple[str, ...]
    basis: tuple[str, ...]
    recipients: tuple[str, ...]
    acts: tuple[Allowed, ...]


class Explanation(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What is explained: the notice in force with its address, and every activity of the service."""

    service: str
    as_of: date
    notice: str
    text: Notice
    activities: tuple[Processing, ...]


def explained(desk: Desk, inventory: "Inventory | None", service: str, today: date) -> Explanation:
    """Return what is to be explained of a service; raise ``InputError`` (notice-none, organisation-none)."""
    if desk.notices is None or inventory is None:
        raise StoreError("store-missing", "there is no store that holds notices", remedy="start one")
    published, notice = desk.notices.in_force(service)
    organisation = inventory.store.organisation()
    own = next((one for one in organisation.services if one.name == service), None)
    activities = [
        Processing(
            activity=one.name,
            purpose=one.purpose,
            categories=tuple(one.categories or ()),
            basis=tuple(one.basis or ()),
            recipients=tuple(recipient.party for recipient in one.recipients or ()),
            acts=tuple(
                Allowed(act=act.act, effect=act.effect, provisions=(*act.prohibited, *act.waits, *act.duties))
                for act in inventory.told(organisation, service, one.name, today)[1].acts
            ),
        )
        for one in (own.activities if own else ())
    ]
    return Explanation(
        service=service, as_of=today, notice=published.address, text=notice, activities=tuple(activities)
    )
