"""Which incidents a list holds, and all of them a page at a time."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, get_args

from shouxin.duties.incident.model import IncidentLine, Kind
from shouxin.errors import InputError

if TYPE_CHECKING:
    from shouxin.duties.incident.service import Incidents

AT_ONCE = 500
"""Incidents that are read at once where all are wanted."""

STATES = ("open", "ended")
KINDS: tuple[str, ...] = get_args(Kind)


class Sought(NamedTuple):
    """Which incidents: open or ended or all (""), of a kind, of a service."""

    state: str = ""
    kind: str = ""
    service: str = ""


ALL = Sought()
"""Every incident."""


def sought(state: str, kind: str, service: str) -> Sought:
    """Return what is asked for; raise ``InputError`` (incident-filter)."""
    for name, given, known in (("state", state, STATES), ("kind", kind, KINDS)):
        if given and given not in known:
            raise InputError(
                "incident-filter",
                f'there is no {name} "{given[:40]}"',
                remedy=f"give one of: {', '.join(known)}",
            )
    return Sought(state, kind, service.strip())


def each(incidents: "Incidents", today: date, asked: Sought) -> Iterator[IncidentLine]:
    """Yield every incident that is asked for, the newest first."""
    before = None
    while found := incidents.list(today, limit=AT_ONCE, before=before, sought=asked):
        yield from found
        before = found[-1].number
