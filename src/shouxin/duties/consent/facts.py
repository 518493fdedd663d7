"""What an answer means in the facts that the law asks about: nothing is added that nobody reported."""

import datetime
from collections.abc import Mapping

from shouxin.duties.consent.model import Place, Standing
from shouxin.duties.notice.service import OfferedPurpose

AFFIRMATIVE = frozenset({"button", "checkbox", "switch", "signature", "spoken"})
"""Gestures by which somebody says yes; a signal of a browser is none."""


def of_purpose(
    standing: Standing | None,
    purpose: OfferedPurpose | None,
    on: datetime.date,
    categories: frozenset[str] = frozenset(),
    recipient: str = "",
) -> dict[str, bool]:
    """Return the facts of consent for an act on a purpose as it is offered on a day.

    ``categories`` and ``recipient`` are those of the act; consent covers them where it named them and where
    purpose, method and categories have not changed since. Without a ``purpose`` nothing is asked of people,
    and what somebody agreed to earlier covers nothing any more.
    """
    status = standing.status(on) if standing else "none"
    consent = standing.consent if standing else None
    if consent is None or status in ("none", "refused", "expired"):
        none = {"consent.given": False, "consent.withdrawn": False}
        return none | ({"subject.refused": True} if status == "refused" else {})
    covers = (
        purpose is not None
        and consent.scope == purpose.scope
        and categories <= consent.categories
        and (not recipient or recipient in consent.recipients)
    )
    facts = {
        "consent.given": True,
        "consent.withdrawn": status == "withdrawn",
        "consent.covers_act": covers,
        "consent.informed": consent.informed,
        "consent.explicit": consent.how.gesture in AFFIRMATIVE,
        "consent.separate": "separate" in consent.kinds,
        "consent.written": "written" in consent.kinds,
        "consent.guardian": "guardian" in consent.kinds,
    }
    return facts if consent.how.refusable is None else facts | {"consent.voluntary": consent.how.refusable}


def of_messages(
    standings: Mapping[Place, Standing], purpose: str, channel: str, on: datetime.date
) -> dict[str, bool]:
    """Return the facts of a commercial message through a channel (npc-decision art. 7)."""
    here = standings.get(Place(purpose, channel))
    everywhere = [one.status(on) for place, one in standings.items() if place.purpose == purpose]
    refused = ("refused", "withdrawn")
    return {
        "message.consented": here is not None and here.status(on) == "given",
        "message.refused_here": here is not None and here.status(on) in refused,
        "message.refused_without_limit": bool(everywhere) and all(one in refused for one in everywhere),
    }
