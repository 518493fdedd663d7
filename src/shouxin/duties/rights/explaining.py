"""The rules explained (pipl art. 48): the notice in force, and what the law makes of each activity."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from shouxin.duties.notice.service import Notice
from shouxin.duties.rights.desk import Desk
from shouxin.errors import InputError, StoreError
from shouxin.law.base import Shape

if TYPE_CHECKING:
    from shouxin.duties.inventory.service import Inventory


class Allowed(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One act of an activity: what the law makes of it, and by which provisions."""

    act: str
    effect: str
    provisions: tuple[str, ...]


class Deciding(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What an activity leaves to a machine: what about, whether it pushes or sets terms, and the ways out.

    None is what the inventory does not say.
    """

    decides: bool
    about: str = ""
    pushes: bool | None = None
    trading_terms: bool | None = None
    without_traits: bool | None = None
    easy_refusal: bool | None = None


class Processing(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """An activity: its purpose, what it uses, on which basis, who receives it, and act by act the law."""

    activity: str
    purpose: str
    categories: tuple[str, ...]
    basis: tuple[str, ...]
    recipients: tuple[str, ...]
    acts: tuple[Allowed, ...]
    automated: Deciding | None


class Explanation(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """What is explained: the notice in force with its address, and every activity of the service."""

    service: str
    as_of: date
    notice: str
    text: Notice
    activities: tuple[Processing, ...]


def explained(
    desk: Desk, inventory: "Inventory | None", service: str, today: date, what: str = "rules"
) -> Explanation:
    """Return what is to be explained of a service; ``automated``: only what a machine decides or pushes.

    Raises ``InputError``: notice-none, organisation-none, rights-automated where the inventory names nothing.
    """
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
            automated=msgspec.convert(one.automated, Deciding | None, from_attributes=True),
        )
        for one in (own.activities if own else ())
        if what == "rules" or (one.automated and (one.automated.decides or one.automated.pushes))
    ]
    if what == "automated" and not activities:
        raise InputError(
            "rights-automated",
            "the inventory names no activity of the service that decides or pushes by machine",
            where=service,
            remedy="record under `automated` what is decided; where nothing is, say so by a step of the case",
        )
    return Explanation(
        service=service, as_of=today, notice=published.address, text=notice, activities=tuple(activities)
    )
