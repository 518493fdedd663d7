"""The lists that are filtered by their addresses: which parameters each knows. Pure."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from shouxin.errors import InputError
from shouxin.law.base import Shape

LONGEST = 2000
"""Characters that a query has at most."""


class Place(NamedTuple):
    """A list: the permission to read it, the parameters that filter it, and what leaves beside it."""

    needs: str
    fields: tuple[str, ...]
    export: str = ""


_MATTERS = ("state", "subject", "service")

PLACES: Mapping[str, Place] = {
    "/work": Place("case.read", ("duty", "urgency", "mine"), "work"),
    "/cases": Place("case.read", ("procedure", "state", "late"), "cases"),
    "/calendar": Place("case.read", ("within", "procedure", "urgency", "by"), "deadlines"),
    "/requests": Place("rights.read", ("state", "late", "age", "right", "service"), "requests"),
    "/complaints": Place("complaint.read", _MATTERS, "complaint"),
    "/content-requests": Place("content.read", _MATTERS, "content"),
    "/incidents": Place("incident.read", ("state", "kind", "service"), "incidents"),
    "/denials": Place(
        "decision.read", ("period", "since", "until", "service", "activity", "provision"), "denials"
    ),
    "/ledger": Place("ledger.read", ("kind", "outcome", "who", "period", "since", "until"), "ledger"),
    "/consents": Place("statistics.read", ("service", "period", "since", "until"), "consents"),
    "/notices": Place("", ("service", "state"), "notices"),
    "/approvals": Place("approval.read", ("operation", "state"), "approvals"),
    "/posture": Place("posture.read", ("instrument", "service", "state", "by", "as_of")),
}
"""The lists by their addresses."""


class SavedFilter(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """A filter that an operator keeps under a name."""

    number: int
    name: str
    query: str


def place(address: str) -> Place:
    """Return a list by its address; raise ``InputError`` (filter-place)."""
    if address not in PLACES:
        raise InputError(
            "filter-place",
            f'no list at "{address[:60]}" is filtered',
            remedy=f"lists: {', '.join(PLACES)}",
        )
    return PLACES[address]


def values(address: str, query: str) -> dict[str, str]:
    """Return what a query asks of a list, in the list's own order; what the list does not know is left out.

    Raises ``InputError``: filter-place, filter-long.
    """
    if len(query) > LONGEST:
        raise InputError(
            "filter-long", f"the filter has {len(query)} characters", remedy=f"use at most {LONGEST}"
        )
    given = dict(parse_qsl(query))
    return {name: given[name].strip() for name in place(address).fields if given.get(name, "").strip()}


def normal(address: str, given: Mapping[str, object]) -> str:
    """Return what a list is asked as it is kept: its own parameters in its own order; "" for too much."""
    query = asked(given)
    return asked(values(address, query)) if len(query) <= LONGEST else ""


def asked(given: Mapping[str, object]) -> str:
    """Return parameters as the end of an address; what is empty, false or none is left out."""
    plain = {name: "true" if worth is True else worth for name, worth in given.items()}
    return urlencode({name: str(worth) for name, worth in plain.items() if worth not in ("", None, False)})
