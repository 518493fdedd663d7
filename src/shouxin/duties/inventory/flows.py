"""The flows of information: from a service through its activities to systems and parties, and their picture.

The layout is three columns: services, activities, and where information goes; a template draws it.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from shouxin.connect.categories import sensitive
from shouxin.duties.inventory import fields
from shouxin.duties.inventory.model import HOME, Activity, Organisation
from shouxin.duties.lettering import LINE, wrapped
from shouxin.law.base import Shape

Kind = Literal["service", "activity", "system", "party"]
ROOM, GAP, EDGE, BETWEEN = 190, 14, 12, 130
"""The length of a box's lines, the room between boxes, the margin, and between columns, in pixels."""

LONGEST = 60
"""The most characters of a name that the picture shows; the table shows all."""

_WIDE, _WORD = ROOM + 24, 20


class Flow(Shape, frozen=True, kw_only=True, omit_defaults=False):
    """One flow: from an activity of a service to a system or party, with what, and whether it goes abroad."""

    service: str
    activity: str
    to: str
    kind: Kind
    categories: tuple[str, ...] | None
    sensitive: bool | None
    abroad: bool | None
    country: str


class Box(NamedTuple):
    """A box of the picture: what it stands for, its lines, and its place."""

    kind: Kind
    name: str
    lines: tuple[str, ...]
    x: float
    y: float
    high: float
    abroad: bool

    @property
    def middle(self) -> float:
        """Return how far below the top its middle is."""
        return self.y + self.high / 2


class Line(NamedTuple):
    """A line of the picture, as the path of an SVG, and whether it leads abroad."""

    path: str
    abroad: bool


class Picture(NamedTuple):
    """Boxes and lines, and the room they take."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    wide: float
    high: float


def flows(organisation: Organisation) -> tuple[Flow, ...]:
    """Return every flow that the inventory names, in the order of its activities."""
    return tuple(
        flow
        for service in organisation.services
        for activity in service.activities
        for flow in _of(organisation, service.name, activity)
    )


def picture(organisation: Organisation, found: Sequence[Flow]) -> Picture:
    """Return the picture of flows."""
    activities = [(one.name, act.name) for one in organisation.services for act in one.activities]
    services = list(dict.fromkeys(service for service, _ in activities))
    ends = dict.fromkeys((flow.kind, flow.to, flow.abroad is True) for flow in found)
    columns: list[list[Box]] = [
        _column(0, [("service", name, name, False) for name in services]),
        _column(1, [("activity", f"{service}\n{name}", name, False) for service, name in activities]),
        _column(2, [(kind, name, name, abroad) for kind, name, abroad in ends]),
    ]
    high = max((column[-1].y + column[-1].high for column in columns if column), default=0.0)
    centred = [_centred(column, high) for column in columns]
    at = {(box.kind, box.name): box for column in centred for box in column}
    lines = [
        *(
            _line(at["service", service], at["activity", f"{service}\n{name}"])
            for service, name in activities
        ),
        *(_line(at["activity", f"{one.service}\n{one.activity}"], at[one.kind, one.to]) for one in found),
    ]
    wide = 3 * _WIDE + 2 * BETWEEN + 2 * EDGE
    return Picture(tuple(at.values()), tuple(dict.fromkeys(lines)), wide, high + EDGE)


def _of(organisation: Organisation, service: str, activity: Activity) -> Iterator[Flow]:
    known = fields.of_activity(organisation, activity)
    received = {one.party: one.categories for one in activity.recipients or ()}
    for system in fields.systems_of(organisation, activity) or ():
        yield Flow(
            service=service, activity=activity.name, to=system.name, kind="system", country=system.country,
            categories=activity.categories, sensitive=known["sensitive"],
            abroad=system.country != HOME if system.country else None,
        )  # fmt: skip
    for party in fields.parties_of(organisation, activity) or ():
        yield Flow(
            service=service, activity=activity.name, to=party.name, kind="party", country=party.country,
            categories=received[party.name] or None,
            sensitive=sensitive(received[party.name]) if received[party.name] else None,
            abroad=party.abroad,
        )  # fmt: skip


def _column(number: int, found: Sequence[tuple[Kind, str, str, bool]]) -> list[Box]:
    boxes: list[Box] = []
    below = float(EDGE)
    for kind, name, shown, abroad in found:
        lines = wrapped(" ".join(_pieces(shown)), ROOM)
        high = len(lines) * LINE + 16
        boxes.append(Box(kind, name, lines, EDGE + number * (_WIDE + BETWEEN), below, high, abroad))
        below += high + GAP
    return boxes


def _pieces(name: str) -> Iterator[str]:
    """Yield the words of a name, long ones cut; a name that is very long ends in dots."""
    shown = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
    for word in shown.split():
        yield from (word[at : at + _WORD] for at in range(0, len(word), _WORD))


def _centred(column: list[Box], high: float) -> list[Box]:
    room = high - (column[-1].y + column[-1].high) if column else 0
    return [box._replace(y=box.y + room / 2) for box in column]


def _line(begin: Box, end: Box) -> Line:
    x, to = begin.x + _WIDE, end.x
    bend = (x + to) / 2
    left, right = f"{begin.middle:.1f}", f"{end.middle:.1f}"
    return Line(f"M{x:.0f} {left}C{bend:.0f} {left} {bend:.0f} {right} {to:.0f} {right}", end.abroad)
